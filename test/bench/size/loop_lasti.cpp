// What a program with a loop costs to compile: two tasks that sleep.
#include <cstdio>

#include <lasti/coroutine.hpp>
#include <lasti/event_loop.hpp>
#include <lasti/sleep.hpp>
#include <lasti/keywords.hpp>

static lasti::coroutine<void> count(const char* name, int n, double delay) {
    return COROUTINE(void) {
        BEGIN;
        for (; n > 0; --n) {
            std::printf("%s %d\n", name, n);
            AWAIT(lasti::sleep(delay));
        }
        END;
    };
}

int main() {
    lasti::event_loop loop;
    loop.create_task(count("a", 3, 0.001));
    loop.create_task(count("b", 2, 0.002));
    loop.run();
}
