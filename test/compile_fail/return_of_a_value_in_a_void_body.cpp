// expect: RETURN\(value\): this body returns nothing: its result type is void
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#ifdef GOOD
lasti::generator<int, void, int> returns() {
    return GENERATOR(int, void, int) {
#else
lasti::generator<int> returns() {
    return GENERATOR(int) {
#endif
        BEGIN;
        YIELD(1);
        RETURN(2);
        END;
    };
}
