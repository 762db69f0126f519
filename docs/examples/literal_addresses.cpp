// Looking up addresses, and what is raised if there are none. No network is asked: the hosts are
// literal addresses, or not looked for elsewhere.
#include <iostream>
#include <string>
#include <vector>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [lookup]
lasti::coroutine<void> show(std::string host, lasti::lookup_options options) {
    std::vector<lasti::address_info> found;
    return COROUTINE(void) {
        BEGIN;
        TRY
            AWAIT_SET(found, lasti::getaddrinfo(host, 80, options));
            for (lasti::address_info const& info : found)
                std::cout << info.address.describe() << '\n';
        EXCEPT(lasti::gaierror)
            std::cout << host << " was not found\n";
        END_TRY
        END;
    };
}

lasti::coroutine<void> main_task() {
    lasti::lookup_options stream;
    stream.type = SOCK_STREAM;
    return COROUTINE(void) {
        BEGIN;
        AWAIT(show("127.0.0.1", stream));               // at once
        AWAIT(show("::1", stream));
        stream.flags = AI_NUMERICHOST;                  // no names
        AWAIT(show("localhost", stream));               // in a thread
        END;
    };
}

int main() { lasti::run(main_task()); }
// [/lookup]
