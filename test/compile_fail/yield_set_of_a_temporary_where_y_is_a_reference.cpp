// expect: a_temporary_would_dangle
#include <string>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

lasti::generator<std::string const&, int> words() {
    std::string word = "saved";
    int got = 0;
    return GENERATOR(std::string const&, int) {
        BEGIN;
#ifdef GOOD
        YIELD_SET(got, word);
#else
        YIELD_SET(got, std::string("gone"));
#endif
        END;
    };
}
