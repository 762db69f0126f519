// A generator that yields in every clause of a TRY, driven once to its end, once with an exception
// thrown in, and once closed half way.
#include <iostream>
#include <stdexcept>
#include <string>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

// [work]
lasti::generator<std::string> work() {
    return GENERATOR(std::string) {
        BEGIN;
        TRY
            YIELD("try");
        EXCEPT(std::runtime_error)
            YIELD(std::string("except ") + CAUGHT(std::runtime_error).what());
        ELSE
            YIELD("else");
        FINALLY
            std::cout << "(cleaning up)\n";
            YIELD("finally");
        END_TRY
        END;
    };
}
// [/work]

int main() {
    // [drive]
    for (std::string const& s : work()) std::cout << s << '\n';

    std::cout << "-- an exception is thrown in\n";
    lasti::generator<std::string> g = work();
    std::cout << lasti::next(g) << '\n';
    std::cout << g.throw_(std::runtime_error("E")) << '\n';
    std::cout << lasti::next(g) << '\n';
    std::cout << lasti::next(g, "the end") << '\n';

    std::cout << "-- it is closed, and answers by yielding\n";
    g = work();
    std::cout << lasti::next(g) << '\n';
    try {
        g.close();
    } catch (lasti::runtime_error const& e) {
        const std::string what = e.what();          // Python's message, then the place
        std::cout << what.substr(0, what.find(':')) << '\n';
    }
    // [/drive]
}
