// Async generators and their loop: who closes those that nobody else does.
#include <lasti/async_generator.hpp>

#include <vector>

#include <lasti/awaitable.hpp>
#include <lasti/event_loop.hpp>
#include <lasti/gather.hpp>

namespace lasti {
namespace detail {

void first_iteration(async_generating& started) {
    loop_core* const here = running_loop();
    if (!here || started.loop) return;
    started.loop = counted<loop_core>(here);
    here->async_generators.push_back(started);
    if (!here->asyncgens_were_shut_down) return;
    exception_context context("an async generator was first iterated after shutdown_asyncgens()");
    context.async_generator = started.gi_code->name;
    context.subject = "async generator " + started.place();
    here->report(context);
}

void async_generating::refuse_to_yield() const {
    throw_out(runtime_error("YIELD inside of a timeout, task group or cancel scope that the async "
                            "generator has entered: it would cancel whoever iterates; enter it "
                            "there, or make it an async_context_manager: " +
                            place()));
}

bool close_in_its_loop(async_generating& dropped) noexcept {
    // After an aclose() that was ignored another one would not reach the body any more.
    if (dropped.was_dropped || dropped.was_closed) return false;
    if (!dropped.loop || dropped.loop->closed || !dropped.loop->face) return false;
    dropped.was_dropped = true;
    dropped.resumed_for = nullptr;  // who let go of it will not be there
    dropped.unlink();
    const counted<async_generating> kept(&dropped);
    // A callback that makes the task, rather than the task itself, as asyncio has it.
    const error problem = outcome_of([&] {
        kept->loop->face->call_soon([kept] {
            --kept->loop->closings_to_come;
            const any_task made =
                kept->loop->face->create_task(as_coroutine(aclose_operation(*kept)));
            made.shared_state()->as_task()->is_closing = true;
        });
        ++kept->loop->closings_to_come;
    });
    return !problem;
}

namespace {

struct shutdown_of_asyncgens {
    counted<loop_core> core;
    std::vector<counted<async_generating>> generators;
    std::vector<task<void>> closings;
    std::vector<outcome<void>> ends;

    explicit shutdown_of_asyncgens(counted<loop_core> of) : core(std::move(of)) {}

    LASTI_COROUTINE_BODY(void) {
        LASTI_BEGIN;
        begin();
        if (generators.empty()) LASTI_RETURN();
        LASTI_AWAIT_SET(ends, gather(return_exceptions, closings));
        for (std::size_t i = 0; i < ends.size(); ++i) report(*generators[i], ends[i].exception());
        LASTI_END;
    }

    void begin() {
        core->asyncgens_were_shut_down = true;
        list_link& all = core->async_generators;
        while (all.next != &all) {
            async_generating& first = static_cast<async_generating&>(*all.next);
            first.unlink();
            generators.push_back(counted<async_generating>(&first));
        }
        for (counted<async_generating> const& g : generators)
            closings.push_back(core->face->create_task(as_coroutine(aclose_operation(*g))));
    }
    void report(async_generating const& of, error const& problem) const {
        if (!problem || problem.is<cancelled_error>()) return;
        exception_context context("an error occurred during closing of an asynchronous generator");
        context.async_generator = of.gi_code->name;
        context.exception = problem;
        context.subject = "async generator " + of.place();
        core->report(context);
    }
};

}  // namespace
}  // namespace detail

coroutine<void> event_loop::shutdown_asyncgens() { return detail::shutdown_of_asyncgens(core_); }

}  // namespace lasti
