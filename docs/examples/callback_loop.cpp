// Tutorial 7: three tasks on a loop of callbacks; two of them wait for the third.
#include "callback_loop.hpp"

#include <lasti/keywords.hpp>

// [cakes]
coroutine bake(event_loop* loop) {
    return GENERATOR(future_ptr, void, std::string) {
        BEGIN;
        std::cout << "(baking)\n";
        YIELD(sleep(*loop, 2));
        std::cout << "(baked)\n";
        RETURN("cake");
        END;
    };
}

coroutine eat(std::string who, future_ptr baking) {
    return GENERATOR(future_ptr, void, std::string) {
        BEGIN;
        std::cout << who << " waits\n";
        YIELD(baking);
        std::cout << who << " has " << baking->result() << '\n';
        END;
    };
}

int main(int argc, char** argv) {
    little_clock clock(argc, argv);
    event_loop loop(clock);
    const future_ptr baking = create_task(loop, bake(&loop));
    create_task(loop, eat("ann", baking));
    create_task(loop, eat("bob", baking));
    loop.call_later(1, [] { std::cout << "one second\n"; });
    baking->add_done_callback([=] { std::cout << "callback: " << baking->result() << '\n'; });
    std::cout << "nothing has run yet\n";
    loop.run();
}
// [/cakes]
