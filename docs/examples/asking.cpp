// Tutorial 5: a generator whose yields are questions to whoever drives it.
#include <iostream>
#include <string>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

// [asking]
typedef lasti::generator<std::string, int, int> asking;     // yields questions, is sent answers

asking age() {
    int born = 0;
    return GENERATOR(std::string, int, int) {
        BEGIN;
        YIELD_SET(born, "born in?");
        RETURN(2026 - born);
        END;
    };
}

asking ages_of_two() {
    int a = 0, b = 0;
    return GENERATOR(std::string, int, int) {
        BEGIN;
        YIELD_FROM_SET(a, age());
        std::cout << "(first: " << a << ")\n";
        YIELD_FROM_SET(b, age());
        std::cout << "(second: " << b << ")\n";
        RETURN(a + b);
        END;
    };
}

int drive(asking g, int answer) {
    bool asks = g.resume();
    while (asks) {
        std::cout << g.value() << ' ' << answer << '\n';
        asks = g.resume_with(answer);
        answer += 10;
    }
    return g.result();
}

int main() {
    asking never_driven = age();
    const int together = drive(ages_of_two(), 1990);
    std::cout << "together " << together << '\n';
}
// [/asking]
