// A lock: who comes while it is held waits, and is served in turn.
#include <iostream>
#include <string>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [print]
lasti::coroutine<void> print(lasti::lock printer, std::string text) {
    std::size_t i = 0;
    return COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(printer)
            for (; i < text.size(); ++i) {
                std::cout << text[i];
                AWAIT(lasti::sleep(0.1));
            }
            std::cout << '\n';
        END_ASYNC_WITH
        END;
    };
}
// [/print]

int main() {
    lasti::virtual_clock clock;
    lasti::event_loop loop(clock);
    const lasti::lock printer("printer");
    for (const char* text : {"first", "second", "third"}) loop.create_task(print(printer, text));
    loop.run();
}
