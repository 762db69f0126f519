// A cancel scope: one part of a task is stopped, its clean-up cannot dawdle, but a shielded part of it may wait.
#include <iostream>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [search]
lasti::coroutine<void> search() {
    lasti::cancel_scope limit = lasti::move_on_after(2.5);
    lasti::cancel_scope in_peace;
    int found = 0;
    in_peace.set_shield(true);
    return COROUTINE(void) {
        BEGIN;
        WITH(limit)
            TRY
                for (;; ++found) AWAIT(lasti::sleep(1));
            FINALLY
                WITH(in_peace)                  // without it, the sleep would raise at once
                    AWAIT(lasti::sleep(0.5));
                    std::cout << "results saved\n";
                END_WITH
            END_TRY
        END_WITH
        std::cout << (limit.cancelled_caught() ? "stopped" : "finished") << " with " << found << " found\n";
        AWAIT(lasti::sleep(1));                 // outside, nothing is cancelled any more
        std::cout << "and on\n";
        END;
    };
}

int main() {
    lasti::virtual_clock clock;
    lasti::run(search(), clock);
}
// [/search]
