// A future: awaited by two tasks, watched by a callback, and set by a timer.
#include <iostream>
#include <string>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [wait]
lasti::coroutine<void> wait_for(std::string name, lasti::future<int> answer) {
    int x = 0;
    return COROUTINE(void) {
        BEGIN;
        std::cout << name << " waits\n";
        AWAIT_SET(x, answer);
        std::cout << name << " got " << x << '\n';
        END;
    };
}

void ask(lasti::event_loop& loop) {
    const lasti::future<int> answer = loop.create_future<int>();
    answer.add_done_callback([](lasti::future<int> f) { std::cout << "callback got " << f.result() << '\n'; });
    loop.create_task(wait_for("a", answer));
    loop.create_task(wait_for("b", answer));
    loop.call_later(1, [=] {
        answer.set_result(42);                  // calls nobody: who waits runs in the next round
        std::cout << "set\n";
    });
    loop.run();
}
// [/wait]

int main() {
    lasti::virtual_clock clock;
    lasti::event_loop loop(clock);
    ask(loop);
}
