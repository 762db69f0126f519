// Tutorial 5: generators that take turns: a deque is all it needs.
#include <deque>
#include <iostream>
#include <string>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

// [turns]
lasti::generator<std::string> cook(std::string dish, int steps) {
    int i = 1;
    return GENERATOR(std::string) {
        BEGIN;
        for (; i <= steps; ++i) YIELD(dish + " " + std::to_string(i));
        std::cout << dish << " is ready\n";
        END;
    };
}

int main() {
    std::deque<lasti::generator<std::string>> turns = {cook("soup", 1), cook("cake", 3), cook("tea", 2)};
    while (!turns.empty()) {
        auto g = turns.front();
        turns.pop_front();
        if (!g.resume()) continue;      // it has ended
        std::cout << g.value() << '\n';
        turns.push_back(g);
    }
}
// [/turns]
