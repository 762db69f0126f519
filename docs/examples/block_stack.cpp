// The block stack: which statements a frame stands in, and where in them.
#include <iostream>
#include <vector>

#include <lasti/generator.hpp>
#include <lasti/inspect.hpp>
#include <lasti/keywords.hpp>

// [blocks]
lasti::generator<char> work() {
    std::vector<int> tries = {1};
    int i = 0;
    return GENERATOR(char) {
        BEGIN;
        FOR(i, tries)
            TRY
                YIELD('a');
                RAISE(lasti::value_error("no luck"));
            EXCEPT(lasti::value_error)
                YIELD('b');
                RERAISE;
            FINALLY
                YIELD('c');
            END_TRY
        END_FOR
        END;
    };
}

void show_blocks(lasti::frame_info const& f) {
    for (lasti::inspect::block const& b : f.f_blockstack())
        std::cout << "  " << b.statement << " in line " << b.f_lineno << ": " << b.clause
                  << (*b.why ? ", then " : "") << b.why << '\n';
    if (f.f_exception()) std::cout << "  handling: " << f.f_exception().what() << '\n';
}

int main() {
    lasti::generator<char> g = work();
    try {
        for (char c : g) {
            std::cout << c << '\n';
            show_blocks(g.gi_frame());
        }
    } catch (lasti::value_error const& e) {
        std::cout << e.what() << '\n';
    }
}
// [/blocks]
