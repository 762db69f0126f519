// A page to step through what this program does: see_it_run [FILE], run.html if none is named.
#include <iostream>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [see]
struct countdown {
    int n;
    double pause;
    LOCALS(n, pause)                    // the page shows them

    COROUTINE_BODY(void) {
        BEGIN;
        for (; n > 0; --n) {
            std::cout << n << '\n';
            AWAIT(lasti::sleep(pause));
        }
        END;
    }
};

int main(int argc, char** argv) {
    lasti::trace::html page(argc > 1 ? argv[1] : "run.html");   // written when it goes

    lasti::virtual_clock clock;         // without it, the page tells of real time
    lasti::event_loop loop(clock);
    loop.create_task(lasti::coroutine<void>(countdown{2, 1}));
    loop.create_task(lasti::coroutine<void>(countdown{3, 0.5}));
    loop.run();
}
// [/see]
