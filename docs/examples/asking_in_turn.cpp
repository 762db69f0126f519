// Tutorial 5, exercise: a driver of many generators that ask.
#include <deque>
#include <iostream>
#include <string>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

typedef lasti::generator<std::string, int, int> asking;

// [in_turn]
asking sum(std::string name, int numbers) {
    int total = 0, x = 0;
    return GENERATOR(std::string, int, int) {
        BEGIN;
        for (; numbers > 0; --numbers) {
            YIELD_SET(x, name + " needs a number");
            total += x;
        }
        std::cout << name << " has " << total << '\n';
        RETURN(total);
        END;
    };
}

void drive(std::deque<asking> all) {
    int answer = 1;
    std::deque<asking> waiting;
    for (asking& g : all)
        if (g.resume()) waiting.push_back(g);       // runs it to its first question
    while (!waiting.empty()) {
        asking g = waiting.front();
        waiting.pop_front();
        std::cout << g.value() << ": " << answer << '\n';
        if (g.resume_with(answer++)) waiting.push_back(g);
    }
}

int main() { drive({sum("ann", 2), sum("bob", 3)}); }
// [/in_turn]
