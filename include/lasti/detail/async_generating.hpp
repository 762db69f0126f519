// async_generating: what the frame of an async generator has besides its types: the operation that
// its awaiter asked for, and the loop that closes it when nobody else does.
#ifndef LASTI_DETAIL_ASYNC_GENERATING_HPP_INCLUDED
#define LASTI_DETAIL_ASYNC_GENERATING_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstdint>
#include <string>
#include <utility>

#include <lasti/coroutine.hpp>
#include <lasti/detail/list_link.hpp>
#include <lasti/detail/loop_core.hpp>
#include <lasti/detail/task_state.hpp>

namespace lasti {
namespace detail {

/// What an async generator is resumed for.
enum class async_operation : unsigned char { next, next_or_default, send, throw_, close };

class async_generating : public awaiting_frame, public list_link {
public:
    static constexpr step after_yield = step::produced;

    ~async_generating() override { unlink(); }

    /// Begins an operation on `generator` for `awaiter`, which awaits it; `take` will hand the
    /// value over. A step to return from the body, or `returned`: there is nothing to wait for,
    /// since the generator has ended.
    static step begin(counted<async_generating> generator, awaiting_frame& awaiter,
                      async_operation asked, void (*take)(frame&, void*), error thrown = error());

    /// The same, but `thrown` was raised in the awaiter before the operation began: it is raised in
    /// the generator.
    static step throw_instead(counted<async_generating> generator, awaiting_frame& awaiter,
                              async_operation asked, void (*take)(frame&, void*), error thrown);

    /// Refuses to yield while a timeout, task group or cancel scope is open that the body has
    /// entered since it was resumed: it would go on in the code of the awaiter (PEP 789).
    void check_scopes() const {
        if (LASTI_UNLIKELY(open_scopes() > scopes_outside) && !is_context_manager)
            refuse_to_yield();
    }

    /// An operation is under way, running or suspended (Python's ag_running).
    bool is_in_use() const noexcept { return back || executing(); }
    bool is_suspended() const noexcept { return f_lasti >= 0 && !executing(); }

    step answer(frame& parent) override;
    bool let_out(error& failure) noexcept override;
    void close_and_report() noexcept override;
    const char* kind() const noexcept override { return "async generator"; }

    counted<loop_core> loop;  // in which it was first iterated, which has it in its list; null: it
                              // was not, or in none
    async_operation operation = async_operation::next;  // the one that is under way, or the last
    std::uint16_t scopes_outside = 0;  // open ones of the task, when the operation began
    bool is_context_manager = false;   // who awaits it means to be inside of what it enters
    bool was_closed = false;           // aclose() got as far as its body, and does so only once
    bool was_dropped = false;          // its loop was asked to close it, which it is only once

protected:
    explicit async_generating(code const* where) noexcept : awaiting_frame(where) {
        answers = true;
    }

private:
    void never_started() noexcept override {}
    static step end_of_iteration(frame& awaiter);
    step refuse_second(awaiting_frame& awaiter, async_operation asked) const;
    /// Of the task that runs in its loop.
    std::uint16_t open_scopes() const noexcept {
        task_state const* const task = loop ? loop->current_task : nullptr;
        return task ? task->open_scopes : std::uint16_t();
    }
    [[noreturn]] LASTI_COLD void refuse_to_yield() const;
};

/// It is about to run for the first time: the loop that runs here, if one does, puts it into its
/// list.
LASTI_API void first_iteration(async_generating& started);
/// Its last handle is gone: its loop will await aclose(). False: no loop can.
LASTI_API bool close_in_its_loop(async_generating& dropped) noexcept;

inline step async_generating::begin(counted<async_generating> generator, awaiting_frame& awaiter,
                                    async_operation asked, void (*take)(frame&, void*),
                                    error thrown) {
    async_generating& g = *generator;
    const bool throws = asked == async_operation::throw_ || asked == async_operation::close;
    if (throws && g.is_over()) return step::returned;
    if (LASTI_UNLIKELY(g.is_in_use())) return g.refuse_second(awaiter, asked);
    if (LASTI_UNLIKELY(g.is_over()))
        return asked == async_operation::next_or_default ? step::returned
                                                         : end_of_iteration(awaiter);
    if (LASTI_UNLIKELY(throws && g.was_closed)) return end_of_iteration(awaiter);
    if (asked == async_operation::close) {
        g.was_closed = true;
        if (g.f_lasti == created) {
            g.finish();
            return step::returned;
        }
        // Where it stands in an await itself, those below it must find an exception that they can
        // look at.
        if (g.gi_yieldfrom) thrown = error::make(generator_exit());
    } else if (!throws && g.f_lasti == created) {
        first_iteration(g);
    }
    if (throws) g.in_flight = std::move(thrown);
    g.operation = asked;
    g.scopes_outside = g.open_scopes();
    awaiter.delegate_to(counted<frame>::adopt(generator.detach()), take);
    return throws ? step::thrown_in : step::delegated;
}

inline step async_generating::throw_instead(counted<async_generating> generator,
                                            awaiting_frame& awaiter, async_operation asked,
                                            void (*take)(frame&, void*), error thrown) {
    async_generating& g = *generator;
    if (g.is_in_use()) return g.refuse_second(awaiter, asked);
    if (g.is_over()) return awaiter.raise_error(std::move(thrown));
    g.in_flight = std::move(thrown);
    g.operation = asked;
    g.scopes_outside = g.open_scopes();
    awaiter.delegate_to(counted<frame>::adopt(generator.detach()), take);
    return step::thrown_in;
}

inline step async_generating::refuse_second(awaiting_frame& awaiter, async_operation asked) const {
    const char* const name = asked == async_operation::throw_  ? "athrow"
                             : asked == async_operation::close ? "aclose"
                                                               : "anext";
    return awaiter.raise(runtime_error(
        std::string(name) + "(): asynchronous generator is already running: " + place()));
}

// The loop over it ends, or else its awaiter gets StopAsyncIteration.
inline step async_generating::end_of_iteration(frame& awaiter) {
    block_stack& blocks = awaiter.blocks;
    if (blocks.empty() || blocks.top().at != phase::awaiting_next)
        return refuse_child(&awaiter, error::make(stop_async_iteration()));
    blocks.top().how = leave::break_;
    return step::again;
}

inline step async_generating::answer(frame& parent) {
    const bool ended = is_over();
    if (operation == async_operation::close) {
        if (ended) return step::again;
        return refuse_child(&parent, error::make(runtime_error(
                                         "async generator ignored GeneratorExit: " + place())));
    }
    if (!ended || operation == async_operation::next_or_default) return step::again;
    return end_of_iteration(parent);
}

inline bool async_generating::let_out(error& failure) noexcept {
    if (back && operation == async_operation::close && (!failure || failure.is<generator_exit>())) {
        failure = error();
        return false;
    }
    if (f_lasti == created || !failure || !failure.is<stop_async_iteration>())
        return awaiting_frame::let_out(failure);
    convert(failure, "StopAsyncIteration");
    return true;
}

inline void async_generating::close_and_report() noexcept {
    if (f_lasti < 0 || !close_in_its_loop(*this)) awaiting_frame::close_and_report();
}

}  // namespace detail
}  // namespace lasti

#endif
