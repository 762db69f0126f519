// g++: is a macro already: use the LASTI_ names of lasti/macros.hpp
// clang++: is a macro already: use the LASTI_ names of lasti/macros.hpp
#ifndef GOOD
// [bad]
#define END 1                           // some header's own END

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>
// [/bad]
#else
// [good]
#define END 1

#include <lasti/generator.hpp>

lasti::generator<int> numbers() {
    return LASTI_GENERATOR(int) {       // the same statements, with the prefix
        LASTI_BEGIN;
        LASTI_YIELD(END);
        LASTI_END;
    };
}
// [/good]
#endif
