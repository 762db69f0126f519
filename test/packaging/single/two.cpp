// The other: without the short names, and with the same loop and exceptions.
#include "lasti_single.hpp"
#if defined(YIELD)
#error "the short names are asked for by LASTI_KEYWORDS"
#endif

lasti::generator<int> countdown(int n);
lasti::event_loop* loop_elsewhere();
bool caught_elsewhere();

lasti::generator<int> countdown(int n) {
    return LASTI_GENERATOR(int) {
        LASTI_BEGIN;
        for (; n > 0; --n) LASTI_YIELD(n);
        LASTI_END;
    };
}

lasti::event_loop* loop_elsewhere() { return &lasti::get_running_loop(); }

bool caught_elsewhere() {
    try {
        lasti::get_running_loop();
    } catch (lasti::runtime_error const&) {
        return true;
    }
    return false;
}
