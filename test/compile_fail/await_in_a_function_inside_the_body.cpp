// expect: lasti_base|case label .*not within a switch|'case' statement not in switch
// A lambda in a body is another function: it cannot suspend the body.
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

lasti::coroutine<> waits() {
    return COROUTINE(void) {
        BEGIN;
#ifdef GOOD
        AWAIT(lasti::sleep(1));
#else
        [&] { AWAIT(lasti::sleep(1)); }();
#endif
        END;
    };
}
