// A blocking call in a thread, while the loop goes on; and a coroutine that another thread asks for.
#include <iostream>
#include <thread>

#include <lasti/lasti.hpp>
#include <lasti/threads.hpp>
#include <lasti/keywords.hpp>

// [threads]
int blocking(int x) { return x * x; }           // imagine that it reads a disk

lasti::coroutine<int> twice(int x) {
    return COROUTINE(int) {
        BEGIN;
        AWAIT(lasti::sleep(0));
        RETURN(2 * x);
        END;
    };
}

lasti::coroutine<int> both() {
    int squared = 0, doubled = 0;
    lasti::event_loop* loop = &lasti::get_running_loop();
    return COROUTINE(int) {
        BEGIN;
        AWAIT_SET(squared, lasti::to_thread(blocking, 6));
        // On the other thread: the coroutine is made and run by the loop, get() blocks until it is done.
        AWAIT_SET(doubled, lasti::to_thread([=] {
            return lasti::run_coroutine_threadsafe([] { return twice(3); }, *loop).get();
        }));
        RETURN(squared + doubled);
        END;
    };
}

lasti::coroutine<int> program() {
    int result = 0;
    return COROUTINE(int) {
        BEGIN;
        AWAIT_SET(result, both());
        RETURN(result);
        END;
    };
}
// [/threads]

int main() { std::cout << lasti::run(program()) << '\n'; }
