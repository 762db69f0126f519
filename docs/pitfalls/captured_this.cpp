// bad prints: 7
// good prints: 5
#include <iostream>
#include <memory>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#ifndef GOOD
// [bad]
struct counter {
    int step;

    lasti::generator<int> count() {
        int n = 0;
        return GENERATOR(int) {         // [=] copies `this`, not *this
            BEGIN;
            for (;;) { YIELD(n); n += step; }
            END;
        };
    }
};
// [/bad]
#else
// [good]
struct counter {
    int step;

    lasti::generator<int> count() {
        int n = 0, by = step;           // copy what the body needs
        return GENERATOR(int) {
            BEGIN;
            for (;;) { YIELD(n); n += by; }
            END;
        };
    }
};
// [/good]
#endif

int main() {
    std::unique_ptr<counter> c(new counter{5});
    lasti::generator<int> g = c->count();
    lasti::next(g);
    c->step = 7;
    std::cout << lasti::next(g) << '\n';
}
