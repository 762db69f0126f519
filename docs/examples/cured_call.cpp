// Tutorial 10: the same, cured: whatever ends a call wakes who waits for it.
#include "sixty_lines.hpp"

#include <map>
#include <string>
#include <vector>

#include <lasti/keywords.hpp>

std::map<std::string, coroutine> waiting;       // who waits for which answer
std::map<std::string, int> answers;

int price_of(std::string const& item) {
    if (item == "gold") throw lasti::value_error("no gold here");
    return static_cast<int>(item.size());
}

// [cured]
std::map<std::string, lasti::error> failures;

coroutine handle(event_loop* loop, std::string item) {
    return GENERATOR(double) {
        BEGIN;
        TRY
            YIELD(1);
            answers[item] = price_of(item);
        EXCEPT(lasti::value_error)
            failures[item] = lasti::error::make(CAUGHT(lasti::value_error));
        FINALLY
            loop->add(waiting[item]);           // whatever has ended it
            waiting.erase(item);
        END_TRY
        END;
    };
}

coroutine ask(event_loop* loop, std::string item) {
    return GENERATOR(double) {
        BEGIN;
        waiting[item] = loop->current();
        loop->add(handle(loop, item));
        YIELD(parked);
        if (failures.count(item)) RAISE(failures[item]);
        END;
    };
}

coroutine shopping(event_loop* loop, bool* done) {
    std::vector<std::string> list = {"tea", "cake", "gold", "bread"};
    std::string item;
    return GENERATOR(double) {
        BEGIN;
        FOR(item, list)
            TRY
                YIELD_FROM(ask(loop, item));
                std::cout << item << " costs " << answers[item] << '\n';
            EXCEPT(lasti::value_error)
                std::cout << CAUGHT(lasti::value_error).what() << '\n';
            END_TRY
        END_FOR
        *done = true;
        END;
    };
}
// [/cured]

coroutine progress(bool const* done) {
    int i = 1;
    return GENERATOR(double) {
        BEGIN;
        for (; !*done && i < 7; ++i) {
            std::cout << "... " << i << '\n';
            YIELD(1);
        }
        if (!*done) std::cout << "and so on, for ever\n";
        END;
    };
}

int main(int argc, char** argv) {
    little_clock clock(argc, argv);
    event_loop loop(clock);
    bool done = false;
    loop.add(shopping(&loop, &done));
    loop.add(progress(&done));
    loop.run();
    std::cout << waiting.size() << " still wait\n";
}
