// A context variable: each task has its own value, and hands it on to what it starts.
#include <iostream>
#include <string>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [variable]
const lasti::context_var<std::string> user("user", "nobody");

lasti::coroutine<void> fetch(std::string what) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(lasti::sleep(1));
        std::cout << user.get() << " gets " << what << '\n';
        END;
    };
}

lasti::coroutine<void> serve(std::string name) {
    return COROUTINE(void) {
        BEGIN;
        user.set(name);                         // in this task's context alone
        AWAIT(lasti::create_task(fetch("a")));  // a copy of it goes along
        WITH(user.set(name + "'s friend")) {
            AWAIT(fetch("b"));
        }
        END_WITH;
        AWAIT(fetch("c"));
        END;
    };
}
// [/variable]

int main() {
    lasti::virtual_clock clock;
    lasti::event_loop loop(clock);
    loop.create_task(serve("alice"));
    loop.create_task(serve("bob"));
    loop.run();
    std::cout << "here it is " << user.get() << '\n';
}
