// expect: wait\(\): passing coroutines is forbidden
// WA1: in Python a TypeError.
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

lasti::coroutine<> work();

lasti::coroutine<> waits() {
    return COROUTINE(void) {
        BEGIN;
#ifdef GOOD
        AWAIT(lasti::wait(std::vector<lasti::task<>>{lasti::create_task(work())}));
#else
        AWAIT(lasti::wait(std::vector<lasti::coroutine<>>{work()}));
#endif
        END;
    };
}
