// Tutorial 7, exercise: a future for two others.
#include "callback_loop.hpp"

#include <lasti/keywords.hpp>

// [both]
future_ptr both(event_loop& loop, future_ptr a, future_ptr b) {
    const future_ptr all = std::make_shared<future>(loop);
    const auto look = [=] {
        if (a->done() && b->done() && !all->done()) all->set_result(a->result() + " and " + b->result());
    };
    a->add_done_callback(look);
    b->add_done_callback(look);
    return all;
}

coroutine fetch(event_loop* loop, std::string what, double seconds) {
    return GENERATOR(future_ptr, void, std::string) {
        BEGIN;
        YIELD(sleep(*loop, seconds));
        std::cout << what << '\n';
        RETURN(what);
        END;
    };
}

coroutine breakfast(event_loop* loop, little_clock* clock) {
    future_ptr all;
    return GENERATOR(future_ptr, void, std::string) {
        BEGIN;
        all = both(*loop, create_task(*loop, fetch(loop, "tea", 3)), create_task(*loop, fetch(loop, "toast", 2)));
        YIELD(all);
        std::cout << all->result() << " after " << clock->now() << " seconds\n";
        END;
    };
}

int main(int argc, char** argv) {
    little_clock clock(argc, argv);
    event_loop loop(clock);
    create_task(loop, breakfast(&loop, &clock));
    loop.run();
}
// [/both]
