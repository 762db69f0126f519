// lasti::error: an exception in a box, made and looked at without being thrown.
#include <iostream>
#include <stdexcept>
#include <string>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [box]
void look_at(lasti::error const& e) {
    std::cout << e.type_name() << ": " << e.what();
    if (e.is<std::logic_error>()) std::cout << " (a logic_error)";
    if (e.context()) std::cout << ", while handling: " << e.context().what();
    std::cout << '\n';
}

lasti::coroutine<void> translate() {
    return COROUTINE(void) {
        BEGIN;
        TRY
            RAISE(std::out_of_range("page 13"));
        EXCEPT(std::out_of_range)
            RAISE(lasti::runtime_error("no such page"));
        END_TRY
        END;
    };
}

int main() {
    look_at(lasti::error::make(std::out_of_range("page 12")));   // boxed, not thrown
    try {
        throw 42;
    } catch (...) {
        look_at(lasti::error::current());                        // boxed where it was caught
    }
    lasti::event_loop loop;
    const lasti::task<void> t = loop.create_task(translate());
    loop.run();
    look_at(t.exception());                                      // as it left the coroutine
}
// [/box]
