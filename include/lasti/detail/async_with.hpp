// What ASYNC_WITH keeps while control is inside it: the context manager, whose aenter() and aexit()
// are awaited.
#ifndef LASTI_DETAIL_ASYNC_WITH_HPP_INCLUDED
#define LASTI_DETAIL_ASYNC_WITH_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <type_traits>
#include <utility>

#include <lasti/coroutine.hpp>
#include <lasti/detail/block_stack.hpp>

namespace lasti {
namespace detail {

/// An operand of the block stack that is left with an AWAIT.
class async_operand : public operand {
public:
    explicit async_operand(int line) noexcept : f_lineno(line) {}

    /// Begins to await aexit(). What AWAIT's begin tells: true, return awaiting() and come back.
    virtual bool begin_exit(awaiting_frame& self, error const& raised) = 0;
    statement kind() const noexcept override { return statement::async_with; }

    int const f_lineno;     // of the statement, which is where its exit is, too (as in Python)
    bool swallows = false;  // what aexit() answered
    bool has_answer = false;
};

/// Whether ASYNC_WITH takes it: it has both aenter() and aexit().
template <class M, class = void>
struct is_async_context_manager : std::false_type {};
template <class M>
struct is_async_context_manager<
    M, typename make_void<decltype(void(std::declval<M&>().aenter()),
                                   std::declval<M&>().aexit(std::declval<error const&>()))>::type>
    : std::true_type {};

/// `M` is a reference for an lvalue, which must outlive the statement.
template <class M>
class async_manager final : public async_operand {
public:
    async_manager(int line, M&& managed) : async_operand(line), manager(std::forward<M>(managed)) {}

    bool begin_exit(awaiting_frame& self, error const& raised) override {
        typedef decltype(manager.aexit(raised)) answer;
        return answered(self, raised, static_cast<typename std::decay<answer>::type*>(nullptr));
    }

    M manager;

private:
    // aexit() may answer at once, with true to swallow the exception, or with nothing …
    bool answered(awaiting_frame& self, error const& raised, void*) {
        manager.aexit(raised);
        return self.await_nothing();
    }
    bool answered(awaiting_frame& self, error const& raised, bool*) {
        swallows = manager.aexit(raised);
        return self.await_nothing();
    }
    // … or with an exception to be raised in place of `raised` …
    bool answered(awaiting_frame& self, error const& raised, error*) {
        error instead = manager.aexit(raised);
        return instead ? self.await_failure(std::move(instead)) : self.await_nothing();
    }
    // … or with something to await.
    template <class A>
    bool answered(awaiting_frame& self, error const& raised, A*) {
        return await_answer(self, raised, std::is_void<typename awaiting<A>::result>());
    }
    bool await_answer(awaiting_frame& self, error const& raised, std::true_type) {
        return self.await(nullptr, manager.aexit(raised));
    }
    bool await_answer(awaiting_frame& self, error const& raised, std::false_type) {
        has_answer = true;
        return self.await(&swallows, manager.aexit(raised));
    }
};

/// aenter() may have nothing to await, too.
template <class M, class = void>
struct enter_async {
    template <class X>
    static bool begin(awaiting_frame& self, X target, M& manager) {
        enter(target, manager);
        return self.await_nothing();
    }

private:
    static void enter(std::nullptr_t, M& manager) { manager.aenter(); }
    template <class X>
    static void enter(X* target, M& manager) {
        *target = manager.aenter();
    }
};
template <class M>
struct enter_async<M, typename std::enable_if<awaiting<typename std::decay<
                          decltype(std::declval<M&>().aenter())>::type>::is_possible>::type> {
    template <class X>
    static bool begin(awaiting_frame& self, X target, M& manager) {
        return self.await(target, manager.aenter());
    }
};

template <class X, class M>
bool awaiting_frame::begin_async_with(X target, M&& manager) {
    typedef typename std::remove_reference<M>::type bare;
    static_assert(is_async_context_manager<bare>::value,
                  "ASYNC_WITH: this is no async context manager: it has no aenter() or no "
                  "aexit(error) (what has exit() is for WITH)");
    async_manager<M>* const held = new async_manager<M>(f_lineno, std::forward<M>(manager));
    push_for(held);  // without clauses: until it is entered there is nothing to exit from
    return enter_async<bare>::begin(*this, target, held->manager);
}

inline bool awaiting_frame::entered_async_with(int handler, void* target) {
    end_await(target);
    blocks.top().handler = handler;
    if (LASTI_LIKELY(guarded)) return false;
    f_lasti = handler;
    return true;
}

inline bool awaiting_frame::begin_async_exit() {
    block& b = blocks.top();
    async_operand& held = static_cast<async_operand&>(*b.held);
    f_lineno = held.f_lineno;
    const error raised = b.how == leave::raise ? b.exception : error();
    return held.begin_exit(*this, raised);
}

inline void awaiting_frame::end_async_exit() {
    async_operand& held = static_cast<async_operand&>(*blocks.top().held);
    end_await(held.has_answer ? &held.swallows : nullptr);
    block& b = blocks.top();
    if (b.how != leave::raise || !held.swallows) return;
    b.how = leave::normal;
    b.exception = error();
}

}  // namespace detail
}  // namespace lasti

#endif
