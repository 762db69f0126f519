// How run() ends: the main coroutine is done, and what it left behind cleans up.
#include <iostream>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [ending]
lasti::coroutine<void> heartbeat() {
    return COROUTINE(void) {
        BEGIN;
        TRY
            for (;;) {
                std::cout << "beat\n";
                AWAIT(lasti::sleep(1));
            }
        FINALLY
            AWAIT(lasti::sleep(0.5));           // a clean-up may wait
            std::cout << "heartbeat stopped\n";
        END_TRY
        END;
    };
}

lasti::coroutine<int> work() {
    return COROUTINE(int) {
        BEGIN;
        lasti::create_task(heartbeat());
        AWAIT(lasti::sleep(2.5));
        std::cout << "done\n";
        RETURN(42);
        END;
    };
}

int main() {
    lasti::virtual_clock clock;
    std::cout << lasti::run(work(), clock) << '\n';
}
// [/ending]
