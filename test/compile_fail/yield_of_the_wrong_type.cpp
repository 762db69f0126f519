// expect: no matching (member )?function for call to .*yield
#include <string>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

lasti::generator<std::string> words() {
    return GENERATOR(std::string) {
        BEGIN;
#ifdef GOOD
        YIELD("text");
#else
        YIELD(3.5);
#endif
        END;
    };
}
