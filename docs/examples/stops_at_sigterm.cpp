// A task that works until SIGTERM, which here the program sends to itself; and a handler of SIGHUP.
#include <csignal>
#include <iostream>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [main]
lasti::coroutine<void> works() {
    return COROUTINE(void) {
        BEGIN;
        TRY
            AWAIT(lasti::sleep(3600));
        FINALLY
            std::cout << "cleans up\n";
        END_TRY
        END;
    };
}

lasti::coroutine<void> main_task() {
    lasti::signal_receiver signals;
    lasti::task<void> worker;
    int n = 0;
    return COROUTINE(void) {
        BEGIN;
        signals = lasti::signal_receiver({SIGTERM});    // from now on
        lasti::get_running_loop().add_signal_handler(SIGHUP, [] { std::cout << "reads its settings\n"; });
        worker = lasti::create_task(works());
        std::raise(SIGHUP);
        std::raise(SIGTERM);
        AWAIT_SET(n, signals.wait());
        std::cout << (n == SIGTERM ? "stops\n" : "?\n");
        END;                                            // run() cancels the worker
    };
}

int main() { lasti::run(main_task()); }
// [/main]
