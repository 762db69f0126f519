// The article's program: two counters, one event loop, nothing blocks. 15 seconds in all.
//
//     counters             on real time
//     counters --virtual   on a clock that jumps: the same order, at once
#include <cstring>
#include <iostream>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [counters]
lasti::coroutine<void> count_down(int n) {
    return COROUTINE(void) {
        BEGIN;
        for (; n > 0; --n) {
            std::cout << "count_down " << n << std::endl;
            AWAIT(lasti::sleep(1));
        }
        END;
    };
}

lasti::coroutine<void> count_up(int n) {
    int i = 0;  // a local that is saved stands here
    return COROUTINE(void) {
        BEGIN;
        for (; i < n; ++i) {
            std::cout << "count_up " << i << std::endl;
            AWAIT(lasti::sleep(3));
        }
        END;
    };
}

void count(lasti::event_loop& loop) {
    loop.create_task(count_down(5));
    loop.create_task(count_up(5));
    loop.run();  // until nothing is left
}
// [/counters]

void timed(lasti::event_loop& loop) {
    count(loop);
    std::cout << "took " << static_cast<int>(loop.time() + 0.5) << " seconds\n";
}

int main(int argc, char** argv) {
    if (argc > 1 && std::strcmp(argv[1], "--virtual") == 0) {
        lasti::virtual_clock clock;
        lasti::event_loop loop(clock);
        timed(loop);
    } else {
        lasti::event_loop loop;
        timed(loop);
    }
}
