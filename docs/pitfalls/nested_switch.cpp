// g++: from 'lasti::yield_cannot_stand_in_a_nested_switch' to 'int'
// clang++: value of type '::lasti::yield_cannot_stand_in_a_nested_switch' is not implicitly convertible to 'int'
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#ifndef GOOD
// [bad]
lasti::generator<char> spell(int n) {
    return GENERATOR(char) {
        BEGIN;
        switch (n) {
        case 1: YIELD('I'); break;
        default: YIELD('?');
        }
        END;
    };
}
// [/bad]
#else
// [good]
lasti::generator<char> spell(int n) {
    return GENERATOR(char) {
        BEGIN;
        if (n == 1) YIELD('I');
        else YIELD('?');
        END;
    };
}
// [/good]
#endif
