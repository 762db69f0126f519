// Several addresses of one host, tried one after the other: the first that answers wins.
#include <functional>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [race]
lasti::coroutine<std::string> try_address(std::string address, double time, bool refused) {
    return COROUTINE(std::string) {
        BEGIN;
        std::cout << "trying " << address << '\n';
        TRY
            AWAIT(lasti::sleep(time));
        EXCEPT(lasti::cancelled_error)
            std::cout << "gave up " << address << '\n';
            RERAISE;
        END_TRY
        if (refused) RAISE(std::runtime_error("refused"));
        RETURN(address);
        END;
    };
}

lasti::coroutine<void> main_coroutine() {
    std::vector<std::function<lasti::coroutine<std::string>()>> ways;
    lasti::staggered_result<std::string> raced;
    ways.push_back(std::bind(try_address, "2001:db8::1", 60, false));   // nobody answers there
    ways.push_back(std::bind(try_address, "192.0.2.1", 0.1, true));
    ways.push_back(std::bind(try_address, "192.0.2.2", 0.1, false));
    return COROUTINE(void) {
        BEGIN;
        AWAIT_SET(raced, lasti::staggered_race(ways, 0.25));
        std::cout << "connected to " << raced.winner_result() << '\n';
        END;
    };
}
// [/race]

int main() {
    lasti::virtual_clock clock;
    lasti::run(main_coroutine(), clock);
    std::cout << "after " << lasti::delay(clock.now()).in_seconds() << " s\n";
}
