// What debugger.py stops and looks into: generators, and tasks that wait for a sleep, a lock, each other, and a
// future. Compiled with all types in its debug information.
#include <iostream>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [stopped]
volatile int never = 0;

void stop_here() { never = never + 1; }

lasti::generator<int> inner(int from) {
    return GENERATOR(int) { BEGIN; YIELD(from); YIELD(from + 1); END; };
}

struct outer {
    int first, last;
    GENERATOR_BODY(int) { BEGIN; YIELD(first); YIELD_FROM(inner(41)); YIELD(last); END; }
};

lasti::coroutine<void> read() {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(lasti::sleep(2.5));
        END;
    };
}

lasti::coroutine<void> fetch() {
    return COROUTINE(void) { BEGIN; AWAIT(read()); END; };
}

lasti::coroutine<void> collect(lasti::task<void> fetching, lasti::lock busy) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(busy.acquire());
        AWAIT(fetching);
        END;
    };
}

lasti::coroutine<void> lose(lasti::future<int> lost) {
    return COROUTINE(void) { BEGIN; AWAIT(lost); END; };
}

int main() {
    lasti::generator<int> g = outer{1, 9}, fresh = inner(1), ended = inner(1), none;
    lasti::next(g);
    lasti::next(g);
    ended.close();
    lasti::event_loop loop;
    const lasti::lock busy("busy");
    const lasti::future<int> lost = loop.create_future<int>();
    const lasti::task<void> fetching = loop.create_task(fetch(), "fetch");
    loop.create_task(collect(fetching, busy), "collect");
    const lasti::task<void> second = loop.create_task(collect(fetching, busy), "second");
    loop.create_task(lose(lost));
    loop.call_later(0.01, [] { stop_here(); });
    loop.call_later(0.02, [&] { loop.stop(); });
    loop.run_forever();
    for (lasti::any_task const& t : loop.all_tasks()) t.cancel();
    loop.run();
    std::cout << fetching.cancelled() << second.cancelled() << (none || fresh.done()) << '\n';
}
// [/stopped]
