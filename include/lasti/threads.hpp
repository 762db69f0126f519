// Threads: blocking calls beside the loop, and the loop as seen from other threads.
// asyncio.to_thread(), loop.run_in_executor(), asyncio.run_coroutine_threadsafe().
//
//     AWAIT_SET(text, lasti::to_thread(read_file, "notes.txt"));     // in a coroutine: the loop
//     goes on meanwhile
//
//     lasti::concurrent_future<int> f = lasti::run_coroutine_threadsafe([] { return answer(); },
//     loop); int x = f.get();                                               // in another thread
//
// No handle of the library crosses threads: a call in a thread gets values and gives one back, and
// a thread sends the loop a function that makes the coroutine. The function that runs in a thread,
// and what it captured, is destroyed on the loop's thread.
#ifndef LASTI_THREADS_HPP_INCLUDED
#define LASTI_THREADS_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include <lasti/coroutine.hpp>
#include <lasti/detail/concurrent_state.hpp>
#include <lasti/detail/thread_job.hpp>
#include <lasti/event_loop.hpp>
#include <lasti/macros.hpp>

namespace lasti {

/// A result that another thread waits for. Any thread may use it; copies refer to the same one.
/// concurrent.futures.Future.
template <class R = void>
class concurrent_future {
public:
    typedef R result_type;

    /// Empty: falsy, and every use is a type_error.
    concurrent_future() noexcept {}
    explicit concurrent_future(std::shared_ptr<detail::concurrent_value<R>> state) noexcept
        : state_(std::move(state)) {}
    /// One that set_result() or set_exception() completes.
    static concurrent_future make() {
        return concurrent_future(std::make_shared<detail::concurrent_value<R>>());
    }

    explicit operator bool() const noexcept { return static_cast<bool>(state_); }
    bool operator==(concurrent_future const& other) const noexcept {
        return state_ == other.state_;
    }
    bool operator!=(concurrent_future const& other) const noexcept {
        return state_ != other.state_;
    }

    bool done() const { return get_state().done(); }
    bool cancelled() const {
        return get_state().now() == detail::concurrent_state::status::cancelled;
    }
    /// Blocks until it is done, and gives the result (a copy; moved out if it can only be moved).
    /// Throws its exception, cancelled_error, or where the loop that it waits for runs just now on
    /// this thread, a runtime_error. While no thread runs that loop, it waits for one that does.
    R get() const {
        get_state().wait();
        const std::exception_ptr problem = state_->problem();
        if (problem) error::from(problem).rethrow();
        return take(std::is_copy_constructible<R>());
    }
    /// Blocks until it is done, for `time` at most (seconds or any duration, of real time). True:
    /// it is done.
    bool wait_for(delay time) const { return get_state().wait_for(time); }
    /// Its exception; null for a result. Throws invalid_state_error if it is not done.
    std::exception_ptr exception() const { return get_state().problem(); }
    /// It is cancelled at once, and so is, soon, the task that was to set it. False: it was done,
    /// or it is a call in a thread that has begun.
    bool cancel() const { return get_state().cancel(); }
    /// Calls `callback` on the thread that completes it, or at once if it is done. What that throws
    /// goes to that thread's unraisable hook.
    void add_done_callback(std::function<void(concurrent_future)> callback) const {
        std::weak_ptr<detail::concurrent_value<R>> const state = get_shared();
        state_->when_done([state, callback] { callback(concurrent_future(state.lock())); });
    }

    /// Completes one that make() made. Throws invalid_state_error if it is done.
    template <class... V>
    void set_result(V&&... value) const {
        if (!get_state().set(std::forward<V>(value)...)) refuse("set_result");
    }
    template <class E>
    void set_exception(E&& exception) const {
        if (!get_state().fail(error::make(std::forward<E>(exception)).pointer()))
            refuse("set_exception");
    }

    std::shared_ptr<detail::concurrent_value<R>> const& get_shared() const {
        get_state();
        return state_;
    }

private:
    detail::concurrent_value<R>& get_state() const {
        if (!state_)
            detail::throw_out(
                type_error("this concurrent_future is empty: default-constructed or moved from"));
        return *state_;
    }
    R take(std::true_type) const { return state_->result.get(); }
    R take(std::false_type) const { return state_->result.take(); }
    [[noreturn]] static void refuse(const char* operation) {
        detail::throw_out(invalid_state_error(std::string(operation) +
                                              ": the concurrent_future is done already"));
    }

    std::shared_ptr<detail::concurrent_value<R>> state_;
};

namespace detail {
class thread_pool;
}  // namespace detail

/// Runs calls on other threads. Derive from it to bring threads of your own.
/// concurrent.futures.Executor.
class LASTI_API executor {
public:
    executor() noexcept {}
    executor(executor const&) = delete;
    executor& operator=(executor const&) = delete;
    virtual ~executor();

    /// Calls `work` once, on another thread, and then destroys it. To destroy it without calling it
    /// cancels what it is the work of. Throws runtime_error after shut_down(). Any thread.
    virtual void execute(std::function<void()> work) = 0;
    /// Takes no more work, drops what was not begun if `drop_queued`, and calls `when_ended` once
    /// nothing runs any more: at once, or on any thread. The default calls it at once.
    virtual void shut_down(bool drop_queued, std::function<void()> when_ended);

    /// Calls `call(arguments…)` on another thread. Unlike with run_in_executor() no loop has a part
    /// in it, so the function is destroyed on that thread.
    template <class F, class... A>
    concurrent_future<typename detail::bound_call<typename std::decay<F>::type,
                                                  typename std::decay<A>::type...>::result>
    submit(F&& call, A&&... arguments);
};

/// Threads that are made when they are needed, and then kept.
/// concurrent.futures.ThreadPoolExecutor.
class LASTI_API thread_pool_executor final : public executor {
public:
    /// At most `max_workers` threads; 0: four more than the machine has processors, but not more
    /// than 32. They are called `name_prefix`_0, _1 … where the system has names for threads.
    explicit thread_pool_executor(unsigned max_workers = 0, std::string name_prefix = "lasti");
    /// shutdown().
    ~thread_pool_executor() override;

    void execute(std::function<void()> work) override;
    void shut_down(bool drop_queued, std::function<void()> when_ended) override;
    /// Takes no more work and waits until what it has is done; for `time` at most (seconds or any
    /// duration, of real time). False: threads are at work still. They are on their own then, and
    /// end after what they do.
    bool shutdown(delay time = 300, bool drop_queued = false);
    /// How many threads it has.
    unsigned size() const;

private:
    std::shared_ptr<detail::thread_pool> const pool_;
};

template <class F>
future<typename detail::bound_call<F>::result> event_loop::run_in_executor(executor* where,
                                                                           F call) {
    core_->check_open();
    return detail::start_job(*core_, where, detail::counted<detail::context_state>(),
                             detail::bound_call<F>(std::move(call)));
}

namespace detail {

template <class Call, class R>
struct to_thread_body {
    Call call;
    kept<R> result;
    explicit to_thread_body(Call what) : call(std::move(what)) {}

    LASTI_COROUTINE_BODY(R) {
        LASTI_BEGIN;
        LASTI_AWAIT_SET(result, start_job(running_core(), nullptr, copy_context().shared_state(),
                                          std::move(call)));
        return result.give_to(self);
        LASTI_END;
    }
};

}  // namespace detail

/// Calls `call(arguments…)` in a thread of the running loop's default executor, in a copy of the
/// context of the task that awaits it, and gives what it returns. Nothing happens before it is
/// awaited. asyncio.to_thread().
///
/// Cancelled before a thread had time for it, it is never called; later, the thread goes on and its
/// result is dropped: a call that takes a stop_token as its last parameter can ask for that.
template <class F, class... A>
coroutine<typename detail::bound_call<typename std::decay<F>::type,
                                      typename std::decay<A>::type...>::result>
to_thread(F&& call, A&&... arguments) {
    typedef detail::bound_call<typename std::decay<F>::type, typename std::decay<A>::type...> bound;
    return detail::to_thread_body<bound, typename bound::result>(
        bound(std::forward<F>(call), std::forward<A>(arguments)...));
}

namespace detail {

/// Of run_coroutine_threadsafe(): the loop's side, which lives and dies on its thread.
template <class R, class Factory>
class fulfilment : public std::enable_shared_from_this<fulfilment<R, Factory>> {
public:
    fulfilment(std::shared_ptr<concurrent_value<R>> promised, event_loop& loop, Factory factory)
        : promised_(std::move(promised)), loop_(loop), factory_(std::move(factory)) {}
    fulfilment(fulfilment const&) = delete;
    fulfilment& operator=(fulfilment const&) = delete;
    // The loop was closed before the coroutine ended: nobody may wait for ever.
    ~fulfilment() {
        promised_->task = nullptr;
        promised_->fail(
            error::make(runtime_error("Event loop is closed: the coroutine did not end"))
                .pointer());
    }

    void begin() {
        if (promised_->done()) return;  // cancelled meanwhile
        task<R> made;
        const error problem = outcome_of([&] { made = loop_.create_task(factory_()); });
        if (problem) {
            promised_->fail(problem.pointer());
            problem.rethrow();  // to the loop's exception handler, too
        }
        future_state& state = *made.shared_state();
        promised_->task = state.as_task();
        const std::shared_ptr<fulfilment> self = this->shared_from_this();
        call_when_done(state, [self, &state] { self->end(future<R>(&state)); });
    }

private:
    void end(future<R> const& ended) {
        promised_->task = nullptr;
        if (promised_->done()) return;
        if (ended.cancelled()) promised_->become_cancelled();
        else if (const error problem = ended.exception()) promised_->fail(problem.pointer());
        else set_result(ended, std::is_void<R>());
    }
    void set_result(future<R> const&, std::true_type) { promised_->set(); }
    void set_result(future<R> const& ended, std::false_type) { promised_->set(ended.result()); }

    std::shared_ptr<concurrent_value<R>> const promised_;
    event_loop& loop_;
    Factory factory_;
};

/// What cancels the task of `promised` from another thread.
LASTI_API std::function<void()> canceller(concurrent_state& promised, std::shared_ptr<inbox> loop);

}  // namespace detail

/// Has `factory()` called on the thread of `loop`, and runs the coroutine that it returns as a task
/// there; for other threads than that one. Cancelling what this returns cancels the task. `factory`
/// is destroyed on the loop's thread. Throws runtime_error if the loop is closed.
/// asyncio.run_coroutine_threadsafe(), which takes a coroutine.
template <class Factory, class R = typename decltype(std::declval<Factory&>()())::return_type>
concurrent_future<R> run_coroutine_threadsafe(Factory factory, event_loop& loop) {
    const std::shared_ptr<detail::concurrent_value<R>> promised =
        std::make_shared<detail::concurrent_value<R>>();
    promised->fulfilled_by = &loop;
    promised->on_cancel = detail::canceller(*promised, loop.outside());
    typedef detail::fulfilment<R, Factory> fulfilment;
    std::shared_ptr<fulfilment> mine =
        std::make_shared<fulfilment>(promised, loop, std::move(factory));
    fulfilment* const here = mine.get();
    // The callback has the only reference, so that this thread cannot be the last to have one.
    std::function<void()> callback =
        std::bind([here](std::shared_ptr<fulfilment> const&) { here->begin(); }, std::move(mine));
    loop.call_soon_threadsafe(std::move(callback));
    return concurrent_future<R>(promised);
}

namespace detail {

/// Of wrap_future(): waits on other threads until a concurrent_future is done.
template <class R>
class wrapped_future final : public traveller {
public:
    wrapped_future(loop_core& home, counted<future_state> given_target)
        : traveller(home), target(std::move(given_target)) {}

    void arrive() override {
        if (target->done()) return;
        if (!from)
            return target->fail(
                error::make(runtime_error("the concurrent_future was dropped before it was done")));
        if (from->now() == concurrent_state::status::cancelled) {
            target->future_state::cancel(std::string());
        } else if (const std::exception_ptr problem = from->problem()) {
            target->fail(error::from(problem));
        } else {
            set_result(std::is_void<R>());
            target->complete(future_state::status::finished);
        }
    }
    bool loop_closes() noexcept override {
        target = nullptr;
        may_die_anywhere = true;
        return false;
    }

    counted<future_state> target;
    std::shared_ptr<concurrent_value<R>> from;  // once it is done

private:
    void set_result(std::true_type) {}
    void set_result(std::false_type) {
        static_cast<future_value<R>&>(*target).result.set(concurrent_future<R>(from).get());
    }
};

template <class R>
class wrapping_future final : public future_value<R> {
public:
    wrapping_future(loop_core& owner, std::weak_ptr<concurrent_value<R>> given)
        : future_value<R>(owner), from_(std::move(given)) {}
    bool cancel(std::string const& text) override {
        if (!future_state::cancel(text)) return false;
        if (const std::shared_ptr<concurrent_value<R>> from = from_.lock()) from->cancel();
        return true;
    }
    std::string describe() const override { return "a concurrent_future"; }

private:
    std::weak_ptr<concurrent_value<R>> const from_;
};

}  // namespace detail

/// A future of the running loop that ends as `from` does. Cancelling it cancels `from`. If that is
/// dropped before it is done, it gets a runtime_error. asyncio.wrap_future().
template <class R>
future<R> wrap_future(concurrent_future<R> const& from) {
    detail::loop_core& loop = detail::running_core();
    const std::weak_ptr<detail::concurrent_value<R>> watched = from.get_shared();
    const future<R> made(new detail::wrapping_future<R>(loop, watched));
    detail::wrapped_future<R>& waiting = *new detail::wrapped_future<R>(loop, made.shared_state());
    std::shared_ptr<detail::wrapped_future<R>> ticket = detail::traveller::ticket_of(waiting);
    from.get_shared()->when_done(std::bind(
        [watched](std::shared_ptr<detail::wrapped_future<R>> const& w) {
            w->from = watched.lock();
        },
        std::move(ticket)));
    return made;
}

namespace detail {

/// Of executor::submit().
template <class Call>
class submitted_call {
public:
    typedef typename Call::result result;

    submitted_call(std::shared_ptr<concurrent_value<result>> promised, Call call)
        : promised_(std::move(promised)), call_(std::move(call)) {}
    submitted_call(submitted_call const&) = delete;
    submitted_call& operator=(submitted_call const&) = delete;
    ~submitted_call() { promised_->become_cancelled(); }

    void run() {
        if (!promised_->begin()) return;
        const error problem = outcome_of([this] { call(std::is_void<result>()); });
        if (problem) promised_->fail(problem.pointer());
    }

private:
    void call(std::true_type) {
        call_(stop_token());
        promised_->set();
    }
    void call(std::false_type) { promised_->set(call_(stop_token())); }

    std::shared_ptr<concurrent_value<result>> const promised_;
    Call call_;
};

}  // namespace detail

template <class F, class... A>
concurrent_future<typename detail::bound_call<typename std::decay<F>::type,
                                              typename std::decay<A>::type...>::result>
executor::submit(F&& call, A&&... arguments) {
    typedef detail::bound_call<typename std::decay<F>::type, typename std::decay<A>::type...> bound;
    typedef detail::submitted_call<bound> submitted;
    const auto promised = std::make_shared<detail::concurrent_value<typename bound::result>>();
    const std::shared_ptr<submitted> work = std::make_shared<submitted>(
        promised, bound(std::forward<F>(call), std::forward<A>(arguments)...));
    execute([work] { work->run(); });
    return concurrent_future<typename bound::result>(promised);
}

}  // namespace lasti

#endif
