// Tutorial 4: yield from: the chain.
#include <iostream>
#include <string>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

// [restaurant]
typedef lasti::generator<std::string, std::string, int> service;

service waiter() {
    std::string order;
    int orders = 0;
    return GENERATOR(std::string, std::string, int) {
        BEGIN;
        for (;;) {
            YIELD_SET(order, "what else?");
            if (order == "the bill") RETURN(orders);
            ++orders;
        }
        END;
    };
}

service table(int number) {
    int orders = 0;
    return GENERATOR(std::string, std::string, int) {
        BEGIN;
        TRY
            YIELD_FROM_SET(orders, waiter());
            std::cout << "(table " << number << ": " << orders << ")\n";
        FINALLY
            std::cout << "(table " << number << " is free)\n";
        END_TRY
        RETURN(orders);
        END;
    };
}

service restaurant() {
    int one = 0, two = 0;
    return GENERATOR(std::string, std::string, int) {
        BEGIN;
        YIELD_FROM_SET(one, table(1));
        YIELD_FROM_SET(two, table(2));
        RETURN(one + two);
        END;
    };
}

std::string chain(service const& g) {
    std::string names = g.gi_code().name;
    for (auto f = g.gi_yieldfrom(); f; f = f.gi_yieldfrom())
        names += std::string(" -> ") + f.f_code().name;
    return names;
}

int main() {
    service g = restaurant();
    std::cout << lasti::next(g) << '\n';
    std::cout << chain(g) << '\n';
    std::cout << g.send("soup") << '\n';
    std::cout << g.send("cake") << '\n';
    std::cout << g.send("the bill") << '\n';
    std::cout << chain(g) << '\n';
    try {
        g.throw_(lasti::runtime_error("a fire"));
    } catch (lasti::runtime_error const& e) {
        std::cout << e.what() << '\n';
    }
    std::cout << chain(g) << '\n';
}
// [/restaurant]
