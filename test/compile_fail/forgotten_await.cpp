// expect: ignoring return
// flags: -Werror
// U17: in Python "coroutine 'sleep' was never awaited", a warning while it runs.
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

lasti::coroutine<> waits(lasti::lock l, lasti::queue<int> q) {
    return COROUTINE(void) {
        BEGIN;
#ifdef GOOD
        AWAIT(lasti::sleep(1));
        AWAIT(l.acquire());
        AWAIT(q.get());
#else
        lasti::sleep(1);
        l.acquire();
        q.get();
#endif
        END;
    };
}
