// Two tasks wait for each other. asyncio would hang here; run() throws, and says who waits for what.
#include <iostream>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [deadlock]
lasti::coroutine<void> receive(lasti::future<int> from) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(from);
        END;
    };
}

lasti::coroutine<void> trade(lasti::future<int> take, lasti::future<int> give) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(receive(take));
        give.set_result(1);
        END;
    };
}

int main() {
    lasti::event_loop loop;
    const lasti::future<int> apples = loop.create_future<int>();
    const lasti::future<int> pears = loop.create_future<int>();
    const lasti::task<void> ann = loop.create_task(trade(apples, pears), "Ann");
    const lasti::task<void> bob = loop.create_task(trade(pears, apples), "Bob");
    try {
        loop.run();
    } catch (lasti::deadlock_error const& e) {
        std::cout << e.what();
    }
    ann.cancel();           // the loop is as it was, and can go on
    bob.cancel();
    loop.run();
    std::cout << "cancelled: " << ann.cancelled() << bob.cancelled() << '\n';
}
// [/deadlock]
