// A condition: the buyer waits until enough has been paid in.
#include <iostream>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [account]
struct account {
    int balance = 0;
    lasti::condition changed;
};

lasti::coroutine<void> buy(account* a, int price) {
    return COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(a->changed)
            AWAIT(a->changed.wait_for([=] { return a->balance >= price; }));
            a->balance -= price;
            std::cout << "bought for " << price << ", " << a->balance << " left\n";
        END_ASYNC_WITH
        END;
    };
}

lasti::coroutine<void> pay_in(account* a, int sum) {
    return COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(a->changed)
            a->balance += sum;
            std::cout << "balance " << a->balance << '\n';
            a->changed.notify_all();
        END_ASYNC_WITH
        END;
    };
}
// [/account]

int main() {
    lasti::virtual_clock clock;
    lasti::event_loop loop(clock);
    account a;
    loop.create_task(buy(&a, 50));
    loop.create_task(buy(&a, 20));
    for (int i = 0; i < 4; ++i) loop.create_task(pay_in(&a, 20));
    loop.run();
}
