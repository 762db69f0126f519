// Tutorial 8: cancel() asks; each of three tasks answers in its own way.
#include <iostream>
#include <string>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [asked]
lasti::coroutine<std::string> tidy() {
    return COROUTINE(std::string) {
        BEGIN;
        TRY
            AWAIT(lasti::sleep(10));
        EXCEPT(lasti::cancelled_error)
            std::cout << "tidy: cleaning up ...\n";
            AWAIT(lasti::sleep(1));
            std::cout << "tidy: ... clean\n";
            RERAISE;
        END_TRY
        RETURN("tidy slept well");
        END;
    };
}

lasti::coroutine<std::string> deaf() {
    return COROUTINE(std::string) {
        BEGIN;
        TRY
            AWAIT(lasti::sleep(10));
        EXCEPT_ANY
            std::cout << "deaf: what was that?\n";
        END_TRY
        RETURN("deaf goes on");
        END;
    };
}

lasti::coroutine<std::string> late() {
    return COROUTINE(std::string) {
        BEGIN;
        std::cout << "late: here I am\n";
        RETURN("late was in time");
        END;
    };
}

lasti::coroutine<void> boss() {
    std::vector<lasti::task<std::string>> tasks;
    lasti::task<std::string> t;
    std::string said;
    return COROUTINE(void) {
        BEGIN;
        tasks = {lasti::create_task(tidy(), "tidy"), lasti::create_task(deaf(), "deaf")};
        AWAIT(lasti::sleep(1));
        tasks.push_back(lasti::create_task(late(), "late"));
        FOR(t, tasks)
            t.cancel();
        END_FOR
        std::cout << "boss: asked them all\n";
        FOR(t, tasks)
            TRY
                AWAIT_SET(said, t);
                std::cout << "boss: " << said << '\n';
            EXCEPT(lasti::cancelled_error)
                std::cout << "boss: " << t.get_name() << " was cancelled\n";
            END_TRY
        END_FOR
        END;
    };
}
// [/asked]

int main() {
    lasti::virtual_clock clock;
    lasti::event_loop loop(clock);
    loop.run_until_complete(boss());
}
