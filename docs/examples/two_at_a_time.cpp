// A semaphore: five downloads, two at a time.
#include <iostream>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [download]
lasti::coroutine<void> download(lasti::semaphore connections, int page) {
    return COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(connections)
            std::cout << "begin " << page << '\n';
            AWAIT(lasti::sleep(0.1 * page));
            std::cout << "end " << page << '\n';
        END_ASYNC_WITH
        END;
    };
}
// [/download]

int main() {
    lasti::virtual_clock clock;
    lasti::event_loop loop(clock);
    const lasti::semaphore connections(2, "connections");
    for (int page = 1; page <= 5; ++page) loop.create_task(download(connections, page));
    loop.run();
}
