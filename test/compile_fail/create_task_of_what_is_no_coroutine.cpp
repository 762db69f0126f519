// expect: create_task: a coroutine was expected\. A function that returns one is to be called
#include <lasti/lasti.hpp>

lasti::coroutine<int> work();

void starts(lasti::event_loop& loop) {
#ifdef GOOD
    loop.create_task(work());
    lasti::create_task(work(), "named");
    lasti::create_task(lasti::as_coroutine(lasti::sleep(1)), lasti::daemon);
#else
    loop.create_task(work);
    lasti::create_task(lasti::sleep(1), "named");
#endif
}
