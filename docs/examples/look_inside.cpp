// A frame is an object: where it stands can be read, at any time and from outside.
#include <iostream>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

// [look]
lasti::generator<char> inner() {
    return GENERATOR(char) {
        BEGIN;
        YIELD('x');
        END;
    };
}

lasti::generator<char> outer() {
    return GENERATOR(char) {
        BEGIN;
        YIELD('a');
        YIELD_FROM(inner());
        YIELD('b');
        END;
    };
}

void show(lasti::generator<char> const& g) {
    if (const lasti::frame_info f = g.gi_frame())
        std::cout << f.f_code().name << "  f_lasti " << f.f_lasti() << "  line +"
                  << f.f_lineno() - g.gi_code().first_line;
    else
        std::cout << g.gi_code().name << "  no frame";
    if (g.gi_suspended()) std::cout << "  suspended";
    if (const lasti::frame_info f = g.gi_yieldfrom()) std::cout << "  in " << f.f_code().name;
    std::cout << '\n';
}

void look() {
    lasti::generator<char> g = outer();
    show(g);
    while (g.resume()) {
        std::cout << g.value() << ":  ";
        show(g);
    }
    show(g);
}
// [/look]

int main() { look(); }
