// How a generator ends: with a value, without one, and with a stop_iteration of its own (PEP 479).
#include <iostream>
#include <string>
#include <vector>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

// [average]
lasti::generator<int, void, double> average(std::vector<int> numbers) {
    int n = 0;
    double sum = 0;
    return GENERATOR(int, void, double) {   // yields int, is sent nothing, returns double
        BEGIN;
        FOR(n, numbers)
            sum += n;
            YIELD(n);
        END_FOR
        RETURN(sum / static_cast<double>(numbers.size()));
        END;
    };
}

lasti::generator<int, void, double> report(std::vector<int> numbers) {
    double result = 0;
    return GENERATOR(int, void, double) {
        BEGIN;
        YIELD_FROM_SET(result, average(numbers));
        std::cout << "average " << result << '\n';
        RETURN(result);
        END;
    };
}
// [/average]

lasti::generator<int> careless(lasti::generator<int> numbers) {
    return GENERATOR(int) {
        BEGIN;
        YIELD(lasti::next(numbers));
        YIELD(lasti::next(numbers));    // throws stop_iteration if there is only one
        END;
    };
}

int main() {
    // [ends]
    lasti::generator<int, void, double> g = report({1, 2, 6});
    try {
        for (;;) std::cout << lasti::next(g) << '\n';
    } catch (lasti::stop_iteration_value<double> const& stop) {
        std::cout << "StopIteration " << stop.value() << '\n';
    }
    std::cout << lasti::next(g, -1) << '\n';    // it stays at its end

    g = average({10, 20});                      // the same in C++ manners: nothing is thrown
    while (g.resume()) std::cout << g.value() << '\n';
    std::cout << "result " << g.result() << '\n';

    lasti::generator<int> numbers = GENERATOR(int) { BEGIN; YIELD_FROM(std::vector<int>{5}); END; };
    try {
        for (int i : careless(numbers)) std::cout << i << '\n';
    } catch (lasti::runtime_error const& e) {
        const std::string what = e.what();      // Python's message, then the place
        std::cout << what.substr(0, what.find(':')) << '\n';
    }
    // [/ends]
}
