// expect: jump to case label|cannot jump from switch statement to this case label
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

lasti::coroutine<int> answers() {
#ifdef GOOD
    int n = 3;
    return COROUTINE(int) {
        BEGIN;
#else
    return COROUTINE(int) {
        BEGIN;
        int n = 3;
#endif
        AWAIT(lasti::sleep(1));
        RETURN(n);
        END;
    };
}
