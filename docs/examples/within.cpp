// Tutorial 8, exercise: a time limit, of a timer and cancel().
#include <iostream>
#include <string>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

lasti::coroutine<std::string> fetch(int seconds) {
    return COROUTINE(std::string) {
        BEGIN;
        AWAIT(lasti::sleep(seconds));
        RETURN("fetched in " + std::to_string(seconds));
        END;
    };
}

// [within]
lasti::coroutine<std::string> within(double seconds, lasti::task<std::string> t) {
    lasti::handle timer;
    std::string result;
    return COROUTINE(std::string) {
        BEGIN;
        timer = lasti::get_running_loop().call_later(seconds, [t] { t.cancel(); });
        TRY
            AWAIT_SET(result, t);
        EXCEPT(lasti::cancelled_error)
            RAISE(lasti::timeout_error("too late"));
        FINALLY
            timer.cancel();
        END_TRY
        RETURN(result);
        END;
    };
}

lasti::coroutine<void> boss() {
    int seconds = 0;
    std::string got;
    return COROUTINE(void) {
        BEGIN;
        for (seconds = 1; seconds <= 3; seconds += 2) {
            TRY
                AWAIT_SET(got, within(2, lasti::create_task(fetch(seconds))));
                std::cout << got << '\n';
            EXCEPT(lasti::timeout_error)
                std::cout << CAUGHT(lasti::timeout_error).what() << '\n';
            END_TRY
        }
        std::cout << "at " << lasti::get_running_loop().time() << '\n';
        END;
    };
}
// [/within]

int main() {
    lasti::virtual_clock clock;
    lasti::event_loop loop(clock);
    loop.run_until_complete(boss());
}
