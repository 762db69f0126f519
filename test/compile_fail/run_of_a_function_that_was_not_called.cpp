// expect: run: a coroutine was expected\. A function that returns one is to be called
#include <lasti/lasti.hpp>

lasti::coroutine<int> main_task();

#ifdef GOOD
int runs() { return lasti::run(main_task()); }
#else
void runs() { lasti::run(main_task); }
#endif
