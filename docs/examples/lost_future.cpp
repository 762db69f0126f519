// Tutorial 10: the same bug with lasti's own loop, which does not wait for ever in silence.
#include <iostream>
#include <map>
#include <string>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [lost]
std::map<std::string, lasti::future<int>> answers;      // that are still to come

int price_of(std::string const& item) {
    if (item == "gold") throw lasti::value_error("no gold here");
    return static_cast<int>(item.size());
}

lasti::coroutine<void> handle(std::string item) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(lasti::sleep(1));
        answers[item].set_result(price_of(item));
        answers.erase(item);
        END;
    };
}

lasti::coroutine<int> ask(std::string item) {
    int price = 0;
    return COROUTINE(int) {
        BEGIN;
        answers[item] = lasti::get_running_loop().create_future<int>();
        lasti::create_task(handle(item), "handle " + item);
        AWAIT_SET(price, answers[item]);
        RETURN(price);
        END;
    };
}

lasti::coroutine<void> shopping() {
    std::vector<std::string> list = {"tea", "gold"};
    std::string item;
    int price = 0;
    return COROUTINE(void) {
        BEGIN;
        FOR(item, list)
            AWAIT_SET(price, ask(item));
            std::cout << item << " costs " << price << '\n';
        END_FOR
        END;
    };
}

int main() {
    lasti::virtual_clock clock;
    lasti::event_loop loop(clock);
    loop.set_exception_handler([](lasti::exception_context const& c) {
        std::cout << c.message << ": " << c.exception.what() << '\n';
    });
    loop.create_task(shopping(), "shopping");
    try {
        loop.run();
    } catch (lasti::deadlock_error const& e) {
        std::cout << e.what();
    }
    answers.clear();                    // nobody can set that future any more ...
    loop.run();                         // ... so who waits for it gets an exception
}
// [/lost]
