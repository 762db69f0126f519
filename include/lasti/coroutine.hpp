// coroutine<R>: a generator whose yields are requests to an event loop. Python's coroutine object
// (PEP 492).
//
//     lasti::coroutine<int> answer() {
//         return COROUTINE(int) { BEGIN; AWAIT(lasti::sleep(1)); RETURN(42); END; };
//     }
//
// It is run by a task (event_loop::create_task), by an AWAIT in another coroutine, or by hand:
// send() runs it to its next request and returns that, as the article's coroutines do. Unlike a
// generator it belongs to one awaiter at a time, and ends with it. A handle is a counted pointer;
// not thread-safe.
#ifndef LASTI_COROUTINE_HPP_INCLUDED
#define LASTI_COROUTINE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>  // std::nullptr_t
#include <type_traits>
#include <utility>

#include <lasti/detail/body_frame.hpp>
#include <lasti/detail/frame_info.hpp>
#include <lasti/detail/request.hpp>
#include <lasti/detail/result.hpp>
#include <lasti/detail/task_state.hpp>
#include <lasti/macros.hpp>

namespace lasti {

template <class R = void>
class coroutine;

namespace detail {

template <class R>
struct kept;

/// A frame that can stand in an AWAIT.
class awaiting_frame : public frame {
public:
    // The statements of AWAIT. True: return awaiting() and come back behind the label; false: go
    // straight on.
    template <class X, class A>
    bool await(X*, A&& awaitable);
    template <class A>
    bool await(std::nullptr_t, A&& awaitable);
    template <class A>
    bool await(kept<void>*, A&& awaitable);
    step awaiting() const noexcept { return pending_; }
    /// Where a statement could await, but has nothing to wait for.
    bool await_nothing() noexcept {
        deliver = nullptr;
        return false;
    }
    /// Where it could await, but all that is left to do is to return `why` (`returned`: nothing
    /// is).
    bool await_step(step why) noexcept {
        pending_ = why;
        return why != step::returned;
    }
    /// Where it could await, but an exception takes its place.
    bool await_failure(error problem) {
        pending_ = raise_error(std::move(problem));
        return true;
    }
    void end_await(void* target) {
        if (gi_yieldfrom || deliver) return end_await_with_result(target);
        waits_for.clear();
    }
    LASTI_NOINLINE void end_await_with_result(void* target) {
        if (gi_yieldfrom) return end_delegation(target);
        // Taken out first, since delivering may throw, and then the frame waits for nothing any
        // more.
        struct clear_slot {
            request_slot& slot;
            ~clear_slot() { slot.clear(); }
        } const at_exit = {waits_for};
        deliver(*this, target);
    }
    // ASYNC_FOR
    template <class X, class A>
    void begin_async_for(int handler, X& target, A&& source);
    bool await_next(void* target);
    bool end_next(void* target);
    // ASYNC_WITH
    template <class X, class M>
    bool begin_async_with(X target, M&& manager);
    bool entered_async_with(int handler, void* target);
    bool begin_async_exit();
    void end_async_exit();

    template <class... A>
    void yield(A&&...) {
        static_assert(sizeof...(A) == ~std::size_t(),
                      "YIELD stands in a coroutine: coroutines AWAIT, generators YIELD");
    }
    template <class... A>
    void yield_tail(A&&...) {
        static_assert(sizeof...(A) == ~std::size_t(),
                      "YIELD_SET stands in a coroutine: use AWAIT_SET");
    }
    template <class T, class A>
    void yield_from(T, A&&) {
        static_assert(sizeof(A) == 0, "YIELD_FROM stands in a coroutine: use AWAIT");
    }
    void discard_sent() noexcept {}

    step inject(error thrown) override {
        waits_for.clear();
        return frame::inject(std::move(thrown));
    }
    const char* kind() const noexcept override { return "coroutine"; }

    request_slot waits_for;  // what it asks the loop for; empty while it runs or delegates
    bool owned = false;      // by a task or an AWAIT: nobody else may drive it

protected:
    using frame::frame;

private:
    template <class Operand, class X, class Enable>
    friend struct await_on;

    void never_started() noexcept override {
        report_unraisable(error::make(never_awaited("coroutine " + place() + " was never awaited")),
                          *gi_code);
    }

    step pending_ = step::again;  // what AWAIT is to return
};

}  // namespace detail

/// The `self` of a coroutine's body.
template <class R = void>
class coroutine_frame : public detail::returns<R, detail::awaiting_frame> {
public:
    typedef R return_type;

    detail::task_room room;  // where create_task() puts the task: one allocation for both

protected:
    using detail::returns<R, detail::awaiting_frame>::returns;
};

template <class R>
class coroutine {
public:
    typedef coroutine_frame<R> frame_type;
    typedef R return_type;

    /// Empty: falsy, and every use is a type_error.
    coroutine() noexcept {}
    /// Makes a coroutine of a struct with a COROUTINE_BODY(R).
    template <class Body, class Decayed = typename std::decay<Body>::type,
              class = typename std::enable_if<
                  std::is_same<detail::frame_of_body<Decayed>, frame_type>::value>::type>
    coroutine(Body&& body)
        : frame_(detail::new_frame<frame_type>(detail::code_of_struct<Decayed>(),
                                               std::forward<Body>(body))) {}
    explicit coroutine(frame_type* frame) : frame_(frame) {}

    explicit operator bool() const noexcept { return static_cast<bool>(frame_); }
    bool operator==(coroutine const& other) const noexcept { return frame_ == other.frame_; }
    bool operator!=(coroutine const& other) const noexcept { return frame_ != other.frame_; }

    // ---- driven by hand ----

    /// Python's send(None): runs it to its next request, which is good until it runs again. At the
    /// end throws stop_iteration, with the value if there is one; runtime_error if it had ended
    /// before.
    request const& send() const {
        const coroutine held(*this);
        error problem;
        return held.requested(held.send(problem), problem);
    }
    /// Python's throw().
    template <class E>
    request const& throw_(E&& exception) const {
        const coroutine held(*this);
        error problem;
        return held.requested(held.throw_(std::forward<E>(exception), problem), problem);
    }
    /// @name The same without C++ exceptions
    /// Null at the end. What would be thrown becomes `problem`, but no stop_iteration: empty, if it
    /// returned; then result() is its value. An empty handle is bad use all the same.
    /// @{
    request const* send(error& problem) const {
        const coroutine held(*this);
        frame_type& f = get();
        if (!can_run(f, problem)) return nullptr;
        return asked(f, f.resume(), problem);
    }
    template <class E>
    request const* throw_(E&& exception, error& problem) const {
        const coroutine held(*this);
        frame_type& f = get();
        error thrown = error::make(std::forward<E>(exception));
        if (!can_run(f, problem)) return nullptr;
        if (thrown) return asked(f, f.throw_in(std::move(thrown)), problem);
        problem = error::make(
            type_error("exceptions must be exceptions, not an empty error: " + f.place()));
        return nullptr;
    }
    /// @}
    /// Python's close(): raises generator_exit where it stands; see generator::close().
    bool close() const {
        error problem;
        const bool returned = close(problem);
        if (problem) problem.rethrow();
        return returned;
    }
    /// The same without C++ exceptions: what would be thrown becomes `problem`.
    bool close(error& problem) const {
        const coroutine held(*this);
        frame_type& f = get();
        if (!is_free(f, problem)) return false;
        const step why = f.close();
        error raised = std::move(f.in_flight);
        if (why == step::yielded)
            problem = error::make(runtime_error("coroutine ignored GeneratorExit: " + f.place()));
        if (why == step::raised && raised && !raised.is<generator_exit>())
            problem = std::move(raised);
        return why == step::returned;
    }
    /// What it returned; invalid_state_error if it did not return.
    R result() const {
        frame_type& f = get();
        if (!f.returned)
            detail::throw_out(invalid_state_error("the coroutine has no result: " + f.place()));
        return f.get_result();
    }
    bool done() const { return get().is_over(); }

    // ---- looking inside ----

    code const& cr_code() const { return *get().gi_code; }
    frame_info cr_frame() const { return done() ? frame_info() : frame_info(&get()); }
    bool cr_running() const { return get().executing(); }
    bool cr_suspended() const { return get().f_lasti >= 0 && !get().executing(); }
    /// The coroutine it awaits; falsy while it runs, and where it waits for something else (see
    /// send()).
    frame_info cr_await() const {
        return cr_suspended() ? frame_info(get().gi_yieldfrom.get()) : frame_info();
    }

    /// The frame, shared with this handle. For awaiting it, tasks and tools.
    detail::counted<frame_type> const& shared_frame() const {
        get();
        return frame_;
    }

private:
    frame_type& get() const {
        if (LASTI_UNLIKELY(!frame_))
            detail::throw_out(
                type_error("this coroutine handle is empty: default-constructed or moved from"));
        return *frame_;
    }
    static bool is_free(frame_type& f, error& problem) {
        if (f.executing()) problem = f.already_executing();
        else if (f.owned && !f.is_over())
            problem =
                error::make(runtime_error("coroutine is being awaited already: " + f.place()));
        else problem = error();
        return !problem;
    }
    static bool can_run(frame_type& f, error& problem) {
        if (is_free(f, problem) && f.is_over())
            problem =
                error::make(runtime_error("cannot reuse already awaited coroutine: " + f.place()));
        return !problem;
    }
    static request const* asked(frame_type& f, step why, error& problem) {
        error raised = std::move(f.in_flight);
        if (why == step::raised) problem = raised ? raised : error::make(generator_exit());
        if (why != step::yielded) return nullptr;
        error busy;
        return static_cast<detail::awaiting_frame*>(f.innermost(busy))->waits_for.get();
    }
    request const& requested(request const* asked_for, error const& problem) const {
        if (problem) problem.rethrow();
        if (asked_for) return *asked_for;
        detail::throw_stop_iteration(
            get(), static_cast<typename std::remove_reference<R>::type*>(nullptr));
    }

    detail::counted<frame_type> frame_;
};

namespace detail {

/// What COROUTINE(R) assigns its lambda to.
template <class R = void>
struct coroutine_maker {
    code const* where;
    template <class Body>
    coroutine<R> operator=(Body&& body) const {
        return coroutine<R>(new_frame<coroutine_frame<R>>(where, std::forward<Body>(body)));
    }
};

/// A task of a fixed_loop can only await a sleep: nobody else is there who could wake it.
template <class Task>
struct fixed_step;
template <class R>
struct fixed_step<coroutine<R>> {
    static bool run(coroutine<R> const& task, delay& time, error& problem) {
        for (request const* asked = task.send(problem); asked;) {
            time = asked->how_long();
            if (asked->what() == request::kind::sleep || asked->what() == request::kind::pass)
                return true;
            asked = task.throw_(
                runtime_error("fixed_loop: only a sleep can be awaited: " + asked->describe()),
                problem);
        }
        return false;
    }
};

template <class R>
std::true_type names_coroutine(coroutine<R> const*);
std::false_type names_coroutine(void const*);

/// Whether `A` is a coroutine<R> of any R, or derived from one.
template <class A>
struct is_coroutine : decltype(names_coroutine(static_cast<A const*>(nullptr))) {};

/// What create_task() says of anything else.
template <class A>
void not_a_coroutine() {
    static_assert(sizeof(A) == 0,
                  "create_task: a coroutine was expected. A function that returns one is to be "
                  "called; anything else that can be awaited goes through as_coroutine()");
}

}  // namespace detail
}  // namespace lasti

#include <lasti/detail/await_on.hpp>
#include <lasti/detail/async_for.hpp>
#include <lasti/detail/async_with.hpp>

#endif
