// wait(): which of them are done, without asking for their results.
#include <iostream>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [wait]
lasti::coroutine<int> answer(int value, double seconds) {
    return COROUTINE(int) { BEGIN; AWAIT(lasti::sleep(seconds)); RETURN(value); END; };
}

lasti::coroutine<void> first_of_three() {
    std::vector<lasti::task<int>> asked;
    lasti::wait_result<lasti::task<int>> found;
    return COROUTINE(void) {
        BEGIN;
        asked = {lasti::create_task(answer(1, 5)), lasti::create_task(answer(2, 1)), lasti::create_task(answer(3, 9))};
        AWAIT_SET(found, lasti::wait(asked, lasti::return_when::first_completed));
        std::cout << "first: " << found.done[0].result() << '\n';

        AWAIT_SET(found, lasti::wait(found.pending, 6.5));
        std::cout << found.done.size() << " more, " << found.pending.size() << " not in time\n";
        for (lasti::task<int> const& late : found.pending) late.cancel();
        END;
    };
}
// [/wait]

int main() {
    lasti::virtual_clock clock;
    lasti::run(first_of_three(), clock);
}
