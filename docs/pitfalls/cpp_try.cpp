// g++: enters 'try' block
// clang++: jump bypasses initialization of try block
#include <exception>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

void work();

#ifndef GOOD
// [bad]
lasti::generator<int> guarded() {
    return GENERATOR(int) {
        BEGIN;
        try {
            YIELD(1);
            work();
        } catch (std::exception const&) {
            YIELD(2);
        }
        END;
    };
}
// [/bad]
#else
// [good]
lasti::generator<int> guarded() {
    return GENERATOR(int) {
        BEGIN;
        TRY
            YIELD(1);
            work();
        EXCEPT(std::exception)
            YIELD(2);
        END_TRY
        END;
    };
}
// [/good]
#endif
