// expect: ASYNC_WITH: this is no async context manager: it has no aenter\(\)
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

lasti::coroutine<> stops(lasti::cancel_scope scope) {
    return COROUTINE(void) {
        BEGIN;
#ifdef GOOD
        WITH(scope) {} END_WITH
#else
        ASYNC_WITH(scope) {} END_ASYNC_WITH
#endif
        END;
    };
}
