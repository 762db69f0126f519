// Tutorial 3: throw, close, finally.
#include <iostream>
#include <string>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

// [shop]
lasti::generator<std::string> shop() {
    return GENERATOR(std::string) {
        BEGIN;
        TRY
            for (;;) {
                TRY
                    YIELD("open");
                EXCEPT(lasti::value_error)
                    YIELD("sorting that out");
                END_TRY
            }
        FINALLY
            std::cout << "(lights out)\n";
        END_TRY
        END;
    };
}

int main() {
    lasti::generator<std::string> g = shop();
    std::cout << lasti::next(g) << '\n';
    std::cout << g.throw_(lasti::value_error("wrong change")) << '\n';
    std::cout << lasti::next(g) << '\n';
    g.close();
    std::cout << "closed\n";

    g = shop();
    std::cout << lasti::next(g) << '\n';
    try {
        g.throw_(lasti::type_error("no money"));
    } catch (lasti::type_error const&) {
        std::cout << "that was no money\n";
    }
    shop().close();
    std::cout << "the end\n";
}
// [/shop]
