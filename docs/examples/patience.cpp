// How long to wait: for one thing, and for a part of a coroutine, with a limit that can be moved.
#include <iostream>
#include <string>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [patience]
lasti::coroutine<std::string> answer(double seconds) {
    return COROUTINE(std::string) {
        BEGIN;
        AWAIT(lasti::sleep(seconds));
        RETURN("42");
        END;
    };
}

lasti::coroutine<void> impatient() {
    std::string text;
    lasti::timeout limit;
    return COROUTINE(void) {
        BEGIN;
        AWAIT_SET(text, lasti::wait_for(answer(1), 2));
        std::cout << text << '\n';
        TRY
            AWAIT_SET(text, lasti::wait_for(answer(50), 2));
        EXCEPT(lasti::timeout_error)
            std::cout << "no answer\n";
        END_TRY

        TRY
            ASYNC_WITH_SET(limit, lasti::timeout(3))
                AWAIT_SET(text, answer(2));
                std::cout << "the first is there, so there is time for another\n";
                limit.reschedule(limit.when() + 5);
                AWAIT_SET(text, answer(4));
                std::cout << "the second\n";
                AWAIT_SET(text, answer(50));
                std::cout << "never\n";
            END_ASYNC_WITH
        EXCEPT(lasti::timeout_error)
            std::cout << (limit.expired() ? "the limit" : "?") << " was reached after "
                      << lasti::get_running_loop().time() << " s\n";
        END_TRY
        END;
    };
}
// [/patience]

int main() {
    lasti::virtual_clock clock;
    lasti::run(impatient(), clock);
}
