// Callbacks on the loop: what runs when, and in which order.
#include <iostream>
#include <stdexcept>

#include <lasti/lasti.hpp>

// [timers]
int main() {
    lasti::virtual_clock clock;
    lasti::event_loop loop(clock);
    const auto say = [&](const char* what) {
        return [&loop, what] { std::cout << loop.time() << " s: " << what << '\n'; };
    };
    loop.set_exception_handler([](lasti::exception_context const& c) {
        std::cout << c.message << ": " << c.exception.what() << '\n';
    });

    loop.call_later(2, say("second"));
    loop.call_later(1, say("first"));
    loop.call_at(2, say("second, set later"));
    const lasti::handle never = loop.call_later(1.5, say("never"));
    loop.call_soon([=] { never.cancel(); });
    loop.call_soon(say("soon"));
    loop.call_soon([] { throw std::runtime_error("oops"); });   // stops nobody else
    loop.run();
}
// [/timers]
