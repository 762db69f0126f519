// g++: crosses initialization of 'std::unique_ptr<int> p'
// clang++: jump bypasses variable initialization
#include <memory>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#ifndef GOOD
// [bad]
lasti::generator<int> numbers() {
    return GENERATOR(int) {
        BEGIN;
        TRY
            std::unique_ptr<int> p(new int(1));
            YIELD(*p);
        FINALLY
        END_TRY
        END;
    };
}
// [/bad]
#else
// [good]
struct numbers {
    std::unique_ptr<int> p;             // a member: it lives as long as the frame

    GENERATOR_BODY(int) {
        BEGIN;
        {
            std::unique_ptr<int> made(new int(1));  // fine: no yield before its brace
            p = std::move(made);
        }
        YIELD(*p);
        END;
    }
};
// [/good]
#endif
