// expect: a_temporary_would_dangle
// It would be gone when the consumer looks at it.
#include <string>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

lasti::generator<std::string const&> words() {
    std::string word = "saved";
    return GENERATOR(std::string const&) {
        BEGIN;
#ifdef GOOD
        YIELD(word);
#else
        YIELD(word + "!");
#endif
        END;
    };
}
