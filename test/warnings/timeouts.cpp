// Timeouts, wait_for() of everything it takes, task groups, and exception groups.
#include <iostream>
#include <memory>
#include <string>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

namespace {

lasti::coroutine<std::string> answers(std::string text) {
    return COROUTINE(std::string) {
        BEGIN;
        AWAIT(lasti::sleep(1));
        RETURN(text);
        END;
    };
}

lasti::coroutine<std::unique_ptr<std::string>> answers_once() {
    return COROUTINE(std::unique_ptr<std::string>) {
        BEGIN;
        AWAIT(lasti::sleep(1));
        RETURN(nullptr);
        END;
    };
}

lasti::coroutine<> every_use(lasti::future<std::string> f, lasti::future<> nothing) {
    std::string text;
    lasti::task<std::string> t;
    lasti::timeout limit;
    lasti::task_group group;
    lasti::exception_group const* raised = nullptr;
    return COROUTINE(void) {
        BEGIN;
        AWAIT_SET(text, lasti::wait_for(answers("x"), 2));
        AWAIT_SET(text, lasti::wait_for(f, 2.5));
        t = lasti::create_task(answers("y"));
        AWAIT_SET(text, lasti::wait_for(t, lasti::forever));
        AWAIT(lasti::wait_for(answers_once(), 0));
        AWAIT(lasti::wait_for(nothing, 1));
        AWAIT(lasti::wait_for(lasti::sleep(1), lasti::forever));
        TRY
            ASYNC_WITH_SET(limit, lasti::timeout(1)) ASYNC_WITH(group)
                limit.reschedule(lasti::forever);
                limit.reschedule(limit.when() + 1);
                t = group.create_task(answers("z"), "name");
                AWAIT(t);
            END_ASYNC_WITH END_ASYNC_WITH
            ASYNC_WITH(lasti::timeout_at(5)) AWAIT(nothing); END_ASYNC_WITH
        EXCEPT_AS(raised, lasti::exception_group)
            std::cout << raised->subgroup<lasti::timeout_error>().what() << raised->all<std::exception>().size();
        EXCEPT(lasti::timeout_error)
            std::cout << limit.expired();
        END_TRY
        END;
    };
}

} // namespace

void use_timeouts(lasti::event_loop& loop);
void use_timeouts(lasti::event_loop& loop) {
    loop.create_task(every_use(loop.create_future<std::string>(), loop.create_future<>()));
}
