// expect: YIELD_FROM: this cannot be iterated
// A coroutine is not iterable (K1): a generator cannot delegate to it.
#include <vector>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

lasti::coroutine<int> answers() { return COROUTINE(int) { BEGIN; RETURN(1); END; }; }

lasti::generator<int> delegates() {
    return GENERATOR(int) {
        BEGIN;
#ifdef GOOD
        YIELD_FROM(std::vector<int>(3));
#else
        YIELD_FROM(answers());
#endif
        END;
    };
}
