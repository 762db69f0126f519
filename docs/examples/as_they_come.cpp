// as_completed(): by plain iteration the results, by asynchronous iteration the tasks themselves.
#include <iostream>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [come]
lasti::coroutine<std::string> runner(std::string name, double seconds) {
    return COROUTINE(std::string) { BEGIN; AWAIT(lasti::sleep(seconds)); RETURN(name); END; };
}

lasti::coroutine<void> race() {
    lasti::next_result<std::string> next;
    lasti::task<std::string> done;
    std::vector<lasti::task<std::string>> second_race;
    std::string name;
    return COROUTINE(void) {
        BEGIN;
        FOR(next, lasti::as_completed(std::vector<lasti::coroutine<std::string>>{runner("tortoise", 9), runner("hare", 2)}))
            AWAIT_SET(name, next);              // of whoever comes next
            std::cout << name << '\n';
        END_FOR

        second_race = {lasti::create_task(runner("tortoise", 9), "the slow one"),
                       lasti::create_task(runner("hare", 2), "the fast one")};
        TRY
            ASYNC_FOR(done, lasti::as_completed(second_race, 5))
                std::cout << done.get_name() << '\n';
            END_ASYNC_FOR
        EXCEPT(lasti::timeout_error)
            std::cout << "time is over\n";
        END_TRY
        AWAIT(second_race[0]);                  // it runs on
        END;
    };
}
// [/come]

int main() {
    lasti::virtual_clock clock;
    lasti::run(race(), clock);
}
