// Where a task stands and who waits for it; and the same of all tasks of a loop.
#include <iostream>
#include <string>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [call_graph]
lasti::coroutine<void> read(std::string name) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(lasti::sleep(2));
        if (name == "a") lasti::print_call_graph();       // of the task that runs
        END;
    };
}

lasti::coroutine<void> fetch(std::string name) {
    return COROUTINE(void) { BEGIN; AWAIT(read(name)); END; };
}

lasti::coroutine<void> fetch_both() {
    lasti::task_group group;
    return COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(group)
            group.create_task(fetch("a"), "fetch a");
            group.create_task(fetch("b"), "fetch b");
        END_ASYNC_WITH
        END;
    };
}

int main() {
    lasti::virtual_clock clock;
    lasti::event_loop loop(clock);
    loop.create_task(fetch_both(), "main");
    loop.call_later(1, [&] {
        lasti::print_call_graph(loop);                    // of all tasks
        std::cout << "--- and a second later:\n";
    });
    loop.run();
}
// [/call_graph]
