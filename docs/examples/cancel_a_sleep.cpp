// A task is cancelled while it sleeps: it cleans up, with an await, and ends.
#include <iostream>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [cancel]
lasti::coroutine<void> worker() {
    return COROUTINE(void) {
        BEGIN;
        TRY
            std::cout << "working\n";
            AWAIT(lasti::sleep(3600));
        EXCEPT(lasti::cancelled_error)
            std::cout << "cancelled: " << CAUGHT(lasti::cancelled_error).message() << '\n';
            AWAIT(lasti::sleep(1));             // cleaning up may take its time
            RERAISE;
        FINALLY
            std::cout << "clean\n";
        END_TRY
        END;
    };
}

lasti::coroutine<void> boss(lasti::event_loop& on) {
    lasti::event_loop* const loop = &on;        // a reference would be captured by copying the loop
    lasti::task<void> t;
    return COROUTINE(void) {
        BEGIN;
        t = loop->create_task(worker());
        AWAIT(lasti::sleep(2));
        t.cancel("enough");
        TRY
            AWAIT(t);
        EXCEPT(lasti::cancelled_error)
            std::cout << "it took " << loop->time() << " seconds\n";
        END_TRY
        END;
    };
}
// [/cancel]

int main() {
    lasti::virtual_clock clock;
    lasti::event_loop loop(clock);
    loop.run_until_complete(boss(loop));
}
