// What exit_stack and async_exit_stack keep: an entry for each thing to be left, and how they are
// left in turn.
#ifndef LASTI_DETAIL_EXIT_STACK_HPP_INCLUDED
#define LASTI_DETAIL_EXIT_STACK_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include <lasti/coroutine.hpp>
#include <lasti/detail/counted.hpp>
#include <lasti/detail/loop_core.hpp>  // outcome_of
#include <lasti/macros.hpp>

namespace lasti {
namespace detail {

/// One that has nothing to await.
class plain_entry : public async_operand {
public:
    plain_entry() noexcept : async_operand(0) {}

    error exit(error const& raised) override = 0;
    bool begin_exit(awaiting_frame& self, error const& raised) override {
        error now = exit(raised);
        if (now && now != raised) return self.await_failure(std::move(now));
        swallows = raised && !now;
        return self.await_nothing();
    }
};

/// A context manager with an exit(). `M` is a reference for an lvalue.
template <class M>
class exit_entry final : public plain_entry {
public:
    explicit exit_entry(M&& m) : manager(std::forward<M>(m)) {}
    error exit(error const& raised) override { return detail::exit(manager, raised, 0); }

    M manager;
};

template <class F>
class callback_entry final : public plain_entry {
public:
    explicit callback_entry(F&& f) : callback_(std::move(f)) {}
    error exit(error const& raised) override {
        callback_();
        return raised;
    }

private:
    F callback_;
};

template <class F>
class async_callback_entry final : public async_operand {
public:
    explicit async_callback_entry(F&& f) : async_operand(0), callback_(std::move(f)) {}
    bool begin_exit(awaiting_frame& self, error const&) override {
        return self.await(nullptr, callback_());
    }

private:
    F callback_;
};

/// A function in place of a context manager.
template <class F>
struct exits_by {
    F function;
    auto exit(error const& raised) -> decltype(function(raised)) { return function(raised); }
    auto aexit(error const& raised) -> decltype(function(raised)) { return function(raised); }
};

template <class M, class = void>
struct has_exit : std::false_type {};
template <class M>
struct has_exit<M, typename make_void<decltype(&std::decay<M>::type::exit)>::type>
    : std::true_type {};
template <class M, class = void>
struct has_aexit : std::false_type {};
template <class M>
struct has_aexit<M, typename make_void<decltype(&std::decay<M>::type::aexit)>::type>
    : std::true_type {};

struct exit_stack_state {
    void retain() noexcept { ++references; }
    void release() noexcept {
        if (--references == 0) delete this;
    }
    void push(std::unique_ptr<async_operand> entry) { entries.push_back(std::move(entry)); }
    std::unique_ptr<async_operand> pop() {
        std::unique_ptr<async_operand> last = std::move(entries.back());
        entries.pop_back();
        return last;
    }

    unsigned references = 0;
    std::vector<std::unique_ptr<async_operand>> entries;
};

/// The exceptions on the way through a stack: as if the managers stood in nested statements.
class exceptions_on_the_way {
public:
    /// `outside` is what was being handled before.
    void begin(error const& raised, error outside) {
        came_in_ = static_cast<bool>(raised);
        raised_ = raised;
        outside_ = std::move(outside);
    }
    error const& raised() const noexcept { return raised_; }
    void swallowed() noexcept {
        swallowed_ = true;
        is_new_ = false;
        raised_ = error();
    }
    void replaced(error const& by) {
        // What it found being handled was handled outside; nested statements would have shown it
        // the last one.
        for (error e = by;; e = e.context()) {
            const error next = e.context();
            if (!next || next == raised_) break;
            if (next != outside_) continue;
            e.replace_context(raised_);
            break;
        }
        is_new_ = true;
        raised_ = by;
    }
    bool is_new() const noexcept { return is_new_; }
    bool swallows() const noexcept { return came_in_ && swallowed_; }

private:
    error raised_;
    error outside_;
    bool came_in_ = false;
    bool swallowed_ = false;
    bool is_new_ = false;  // raised_ came from one of the managers
};

/// What can await the exit of an entry, whatever that does.
struct entry_exit {
    typedef bool awaited_type;
    async_operand* entry;
    error const* raised;

    step begin_await(awaiting_frame& self, bool*) const {
        return entry->begin_exit(self, *raised) ? self.awaiting() : step::returned;
    }
};

/// The body of async_exit_stack::aexit().
struct leaving_stack {
    counted<exit_stack_state> stack;
    error raised;
    exceptions_on_the_way way;
    std::unique_ptr<async_operand> entry;

    leaving_stack(counted<exit_stack_state> of, error const& with)
        : stack(std::move(of)), raised(with) {}

    LASTI_COROUTINE_BODY(bool) {
        LASTI_BEGIN;
        way.begin(raised, self.handled_in_chain());
        while (!stack->entries.empty()) {
            entry = stack->pop();
            LASTI_TRY
                LASTI_AWAIT_SET(entry->swallows, (entry_exit{entry.get(), &way.raised()}));
                if (entry->swallows) way.swallowed();
                LASTI_EXCEPT_ANY
                way.replaced(self.handled());
            LASTI_END_TRY
            entry = nullptr;
        }
        if (way.is_new()) {
            self.in_flight = way.raised();  // with the context that it has
            return step::raised;
        }
        LASTI_RETURN(way.swallows());
        LASTI_END;
    }
};

/// The body of async_exit_stack::aclose().
struct closing_stack {
    counted<exit_stack_state> stack;
    explicit closing_stack(counted<exit_stack_state> of) : stack(std::move(of)) {}

    LASTI_COROUTINE_BODY(void) {
        LASTI_BEGIN;
        LASTI_AWAIT(coroutine<bool>(leaving_stack(stack, error())));
        LASTI_END;
    }
};

/// exit_stack::exit().
inline error leave_all(counted<exit_stack_state> stack, error const& raised) {
    exceptions_on_the_way way;
    way.begin(raised, raised);
    while (!stack->entries.empty()) {
        const std::unique_ptr<async_operand> entry = stack->pop();
        error now;
        const error thrown = outcome_of([&] { now = entry->exit(way.raised()); });
        if (thrown) now = thrown;
        if (now == way.raised()) continue;
        if (!now) {
            way.swallowed();
            continue;
        }
        if (!now.context()) now.set_context(way.raised());
        way.replaced(now);
    }
    return way.is_new() || !way.swallows() ? way.raised() : error();
}

/// What entering gives: what awaiting aenter() gives, or what that returns at once.
template <class A, bool = awaiting<A>::is_possible>
struct entered_with {
    typedef A type;
};
template <class A>
struct entered_with<A, true> {
    typedef typename awaiting<A>::result type;
};
template <class M>
using entered_async =
    typename entered_with<typename std::decay<decltype(std::declval<M&>().aenter())>::type>::type;

template <class M>
struct entering {
    typedef entered_async<M> awaited_type;
    typename std::remove_reference<M>::type* manager;

    template <class X>
    step begin_await(awaiting_frame& self, X* target) const {
        return begin(self, target) ? self.awaiting() : step::returned;
    }

private:
    bool begin(awaiting_frame& self, void*) const { return start(self, nullptr); }
    template <class X>
    bool begin(awaiting_frame& self, X* target) const {
        return start(self, target);
    }
    template <class X>
    bool start(awaiting_frame& self, X target) const {
        return enter_async<typename std::remove_reference<M>::type>::begin(self, target, *manager);
    }
};

/// The body of async_exit_stack::enter_async_context().
template <class M, class R = entered_async<M>>
struct entering_stack {
    counted<exit_stack_state> stack;
    std::unique_ptr<async_manager<M>> entry;
    kept<R> result;

    entering_stack(counted<exit_stack_state> of, M&& manager)
        : stack(std::move(of)), entry(new async_manager<M>(0, std::forward<M>(manager))) {}

    LASTI_COROUTINE_BODY(R) {
        LASTI_BEGIN;
        LASTI_AWAIT_SET(result, entering<M>{&entry->manager});
        stack->push(std::move(entry));
        return result.give_to(self);
        LASTI_END;
    }
};

}  // namespace detail
}  // namespace lasti

#endif
