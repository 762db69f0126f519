// expect: WITH: this is no context manager: it has no exit\(error\) \(what has aexit\(\) is for
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

lasti::coroutine<> holds(lasti::lock l) {
    return COROUTINE(void) {
        BEGIN;
#ifdef GOOD
        ASYNC_WITH(l) {} END_ASYNC_WITH
#else
        WITH(l) {} END_WITH
#endif
        END;
    };
}
