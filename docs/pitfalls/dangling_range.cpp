// good prints: 2 3
#include <iostream>
#include <vector>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

// [good]
lasti::generator<int> primes() {
    std::vector<int> found = {2, 3};
    int n = 0;
    return GENERATOR(int) {
        BEGIN;
        FOR(n, std::vector<int>(found))     // a temporary: it is moved into the frame
            found.push_back(n + 10);
            YIELD(n);
        END_FOR
        END;
    };
}
// [/good]

int main() {
    for (int n : primes()) std::cout << n << ' ';
    std::cout << '\n';
}
