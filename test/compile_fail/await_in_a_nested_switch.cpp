// expect: yield_cannot_stand_in_a_nested_switch
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

enum class how { soon, late };

lasti::coroutine<> waits(how when) {
    return COROUTINE(void) {
        BEGIN;
#ifdef GOOD
        AWAIT(lasti::sleep(when == how::soon ? 1 : 10));
#else
        switch (when) {
        case how::soon: AWAIT(lasti::sleep(1)); break;
        case how::late: AWAIT(lasti::sleep(10)); break;
        }
#endif
        END;
    };
}
