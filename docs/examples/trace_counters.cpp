// The article's counters, observed: what the loop does, line by line.
#include <iostream>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

namespace {

// [counters]
lasti::coroutine<void> count_down(int n) {
    return COROUTINE(void) {
        BEGIN;
        for (; n > 0; --n) AWAIT(lasti::sleep(1));
        END;
    };
}

lasti::generator<int> squares(int n) {
    int i = 0;
    return GENERATOR(int) {
        BEGIN;
        for (i = 1; i <= n; ++i) YIELD(i * i);
        END;
    };
}

lasti::coroutine<int> sum_up(int n) {
    int sum = 0;
    return COROUTINE(int) {
        BEGIN;
        for (int square : squares(n)) sum += square;
        AWAIT(lasti::sleep(1.5));
        RETURN(sum);
        END;
    };
}
// [/counters]

} // namespace

int main() {
    // [observe]
    lasti::trace::text here(std::cout);

    lasti::virtual_clock clock;
    lasti::event_loop loop(clock);
    loop.create_task(count_down(2));
    loop.create_task(sum_up(2));
    loop.run();
    // [/observe]
}
