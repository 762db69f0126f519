// run(): the main function of an asynchronous program; runner: several of them in one loop.
// asyncio.run(), Runner.
//
//     int main() { return lasti::run(serve()); }
//
// Both end properly: what still runs is cancelled, and cleans up, before the loop is closed. Ctrl-C
// cancels the main coroutine, which may clean up; then keyboard_interrupt is thrown.
#ifndef LASTI_RUNNER_HPP_INCLUDED
#define LASTI_RUNNER_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <memory>
#include <type_traits>
#include <utility>

#include <lasti/awaitable.hpp>
#include <lasti/event_loop.hpp>

namespace lasti {

namespace detail {

/// While one exists, the first SIGINT cancels `main` and a second one ends the process, as if
/// nobody had handled it. Nothing on any thread but the first, or where SIGINT has a handler or is
/// ignored already.
class LASTI_API interrupt_guard {
public:
    interrupt_guard(loop_core& loop, task_state& main);
    interrupt_guard(interrupt_guard const&) = delete;
    interrupt_guard& operator=(interrupt_guard const&) = delete;
    ~interrupt_guard();
    /// The cancellation that `main` ended with was this guard's, and nobody else's.
    bool was_interrupted(task_state& main) const noexcept;

private:
    loop_core& loop_;
    bool installed_ = false;
    bool interrupted_ = false;
};

}  // namespace detail

/// Runs coroutines one after the other in a loop of its own, which is made when it is first needed.
class LASTI_API runner {
public:
    /// On real time.
    runner() noexcept {}
    /// On `clock`, which must outlive the runner.
    explicit runner(loop_clock& clock) noexcept : clock_(&clock) {}
    runner(runner const&) = delete;
    runner& operator=(runner const&) = delete;
    /// Closes it. What goes wrong then is reported to the loop's exception handler.
    ~runner() { close(); }

    /// Runs `main` until it is done and gives its result. Other tasks stay, and go on in the next
    /// run(), which sees the context variables that this one set. Throws what `main` raises,
    /// cancelled_error if it was cancelled, keyboard_interrupt if that was by Ctrl-C; runtime_error
    /// if a loop runs on this thread or the runner is closed.
    template <class A>
    await_result<A> run(A main, call_site where = call_site::here()) {
        event_loop& loop = ready_loop();
        task_options options;
        options.context = context_;
        const auto t = loop.create_task(as_coroutine(std::move(main)), options, where);
        run_main(*t.shared_state()->as_task());
        return t.result();
    }
    /// The loop, made if need be.
    event_loop& get_loop();
    /// Cancels the tasks that are left, runs until they are done, and closes the loop. What they
    /// raise is reported as "unhandled exception during asyncio.run() shutdown". Again: nothing.
    void close() noexcept;

private:
    event_loop& ready_loop();
    void run_main(detail::task_state& main);

    loop_clock* clock_ = nullptr;
    std::unique_ptr<event_loop> loop_;
    context context_;  // of all its run()s
    bool closed_ = false;
};

/// Makes a loop, runs `main` (a coroutine, or anything awaitable) in it, cancels what is left,
/// closes the loop, and returns the result. Throws as runner::run() does. asyncio.run().
template <class A, class R = await_result<A>>
R run(A main, call_site where = call_site::here()) {
    runner r;
    return r.run(std::move(main), where);
}
/// The same on `clock`.
template <class A, class R = await_result<A>>
R run(A main, loop_clock& clock, call_site where = call_site::here()) {
    runner r(clock);
    return r.run(std::move(main), where);
}
/// The same with debug mode on or off (event_loop::set_debug()), whatever the environment says.
template <class A, class R = await_result<A>>
R run(A main, bool debug, call_site where = call_site::here()) {
    runner r;
    r.get_loop().set_debug(debug);
    return r.run(std::move(main), where);
}

/// Of what can not be awaited.
template <class A, class... More>
typename std::enable_if<!is_awaitable<A>::value>::type run(A, More&&...) {
    static_assert(sizeof(A) == 0,
                  "run: a coroutine was expected. A function that returns one is to be called: "
                  "run(main_task())");
}

}  // namespace lasti

#endif
