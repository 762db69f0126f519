// bad prints: 0
// good prints: 4
#include <iostream>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

struct shape {
    virtual ~shape() {}
    virtual int corners() const { return 0; }
};
struct square : shape {
    int corners() const override { return 4; }
};

#ifndef GOOD
// [bad]
lasti::generator<int> corners(shape const& s) {
    return GENERATOR(int) {             // [=] copies the shape that `s` refers to, not the square
        BEGIN;
        YIELD(s.corners());
        END;
    };
}
// [/bad]
#else
// [good]
lasti::generator<int> corners(shape const& of) {
    shape const* s = &of;               // a pointer; who calls keeps the shape alive
    return GENERATOR(int) {
        BEGIN;
        YIELD(s->corners());
        END;
    };
}
// [/good]
#endif

int main() { std::cout << lasti::next(corners(square())) << '\n'; }
