// Context managers: one made of an async generator, one that closes, and a stack of as many as it takes.
#include <iostream>
#include <string>
#include <vector>

#include <lasti/contextlib.hpp>
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [contexts]
lasti::async_generator<std::string> connection(std::string host) {
    return ASYNC_GENERATOR(std::string) {
        BEGIN;
        AWAIT(lasti::sleep(1));
        std::cout << "open " << host << '\n';
        TRY
            YIELD("socket to " + host);         // here runs the body of the ASYNC_WITH
        EXCEPT(std::out_of_range)
            std::cout << host << " knows no such page\n";
        FINALLY
            AWAIT(lasti::sleep(1));
            std::cout << "close " << host << '\n';
        END_TRY
        END;
    };
}

lasti::coroutine<void> one() {
    std::string socket;
    return COROUTINE(void) {
        BEGIN;
        ASYNC_WITH_SET(socket, lasti::async_context_manager(connection("a")))
            std::cout << "use the " << socket << '\n';
            RAISE(std::out_of_range("page 12"));
        END_ASYNC_WITH
        END;
    };
}

lasti::coroutine<void> many(std::vector<std::string> hosts) {
    lasti::async_exit_stack stack;
    std::string host, socket;
    return COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(stack)
            FOR(host, hosts)
                AWAIT_SET(socket, stack.enter_async_context(lasti::async_context_manager(connection(host))));
            END_FOR
            std::cout << "all are open\n";
        END_ASYNC_WITH
        END;
    };
}
// [/contexts]

int main() {
    lasti::virtual_clock clock;
    lasti::run(one(), clock);
    lasti::run(many({"b", "c"}), clock);
}
