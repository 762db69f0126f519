// expect: AWAIT: this cannot be awaited
// Python's rule K1: a generator is not awaitable.
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

lasti::generator<int> numbers() { return GENERATOR(int) { BEGIN; YIELD(1); END; }; }
lasti::coroutine<int> answers() { return COROUTINE(int) { BEGIN; RETURN(1); END; }; }

lasti::coroutine<> waits() {
    return COROUTINE(void) {
        BEGIN;
#ifdef GOOD
        AWAIT(answers());
#else
        AWAIT(numbers());
#endif
        END;
    };
}
