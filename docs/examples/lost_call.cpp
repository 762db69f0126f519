// Tutorial 10: a call whose answer never comes, and who waits for it for ever.
#include "sixty_lines.hpp"

#include <map>
#include <string>
#include <vector>

#include <lasti/keywords.hpp>

// [lost]
std::map<std::string, coroutine> waiting;       // who waits for which answer
std::map<std::string, int> answers;

int price_of(std::string const& item) {
    if (item == "gold") throw lasti::value_error("no gold here");
    return static_cast<int>(item.size());
}

coroutine handle(event_loop* loop, std::string item) {      // the other end of a call
    return GENERATOR(double) {
        BEGIN;
        YIELD(1);                               // it takes a second
        answers[item] = price_of(item);
        loop->add(waiting[item]);
        waiting.erase(item);
        END;
    };
}

coroutine ask(event_loop* loop, std::string item) {
    return GENERATOR(double) {
        BEGIN;
        waiting[item] = loop->current();
        loop->add(handle(loop, item));
        YIELD(parked);                          // until handle() adds it again
        END;
    };
}

coroutine shopping(event_loop* loop, bool* done) {
    std::vector<std::string> list = {"tea", "cake", "gold", "bread"};
    std::string item;
    return GENERATOR(double) {
        BEGIN;
        FOR(item, list)
            YIELD_FROM(ask(loop, item));
            std::cout << item << " costs " << answers[item] << '\n';
        END_FOR
        *done = true;
        END;
    };
}

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
// [/lost]

// [who]
void who_waits() {
    for (auto const& entry : waiting) {
        std::cout << "for " << entry.first << " waits";
        for (auto f = entry.second.gi_frame(); f; f = f.gi_yieldfrom())
            std::cout << ' ' << f.f_code().name;
        std::cout << '\n';
    }
}
// [/who]

int main(int argc, char** argv) {
    little_clock clock(argc, argv);
    event_loop loop(clock);
    bool done = false;
    loop.add(shopping(&loop, &done));
    loop.add(progress(&done));
    loop.run();
    who_waits();
}
