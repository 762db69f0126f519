// expect: yield_cannot_stand_in_a_nested_switch
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

lasti::coroutine<> takes(int kind, lasti::async_generator<int> g) {
    int x = 0;
    return COROUTINE(void) {
        BEGIN;
#ifdef GOOD
        if (kind == 1) {
            ASYNC_FOR(x, g) {} END_ASYNC_FOR
        }
#else
        switch (kind) {
        case 1:
            ASYNC_FOR(x, g) {} END_ASYNC_FOR
        }
#endif
        END;
    };
}
