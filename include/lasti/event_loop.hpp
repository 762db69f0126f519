// event_loop: a deque of ready tasks and a heap of sleeping ones. asyncio's event loop, the
// article's grown up.
//
//     lasti::event_loop loop;
//     loop.create_task(count_down(5));
//     loop.create_task(count_up(5));
//     loop.run();                          // until nothing is left
//
// A round (run_once) waits, wakes the sleepers whose time has come, and runs what was ready at its
// beginning, in order; what becomes ready meanwhile runs in the next round. Nothing waits for ever
// in silence: when tasks are suspended and nothing is left that could wake them, run() throws
// deadlock_error, which names them and shows what each awaits.
//
// One loop belongs to one thread; only call_soon_threadsafe(), outside_source() and what they
// return may be used from another.
#ifndef LASTI_EVENT_LOOP_HPP_INCLUDED
#define LASTI_EVENT_LOOP_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <lasti/clock.hpp>
#include <lasti/context.hpp>
#include <lasti/coroutine.hpp>
#include <lasti/detail/handle.hpp>
#include <lasti/detail/loop_core.hpp>
#include <lasti/exception_context.hpp>
#include <lasti/future.hpp>
#include <lasti/sleep.hpp>
#include <lasti/task.hpp>
#if LASTI_HAS_IO
#include <lasti/selector.hpp>
#endif

namespace lasti {

struct address_info;
class executor;
struct lookup_options;
class signal_receiver;
class socket;
class socket_address;
namespace detail {
template <class F, class... A>
class bound_call;
struct sock_accept_call;
struct sock_connect_call;
struct sock_recv_call;
struct sock_recv_into_call;
struct sock_recvfrom_call;
struct sock_recvfrom_into_call;
struct sock_sendall_call;
struct sock_sendall_from_call;
struct sock_sendfile_call;
struct sock_sendto_call;
}  // namespace detail

/// create_task(c, daemon): run() does not wait for this task, and cancels it when the others are
/// done.
struct daemon_tag {};
constexpr daemon_tag daemon = daemon_tag();

/// While one is held, run() waits for callbacks from outside instead of calling it a deadlock.
/// Thread-safe.
class LASTI_API source_token {
public:
    source_token() noexcept {}
    explicit source_token(std::shared_ptr<detail::inbox> where);
    source_token(source_token&& other) noexcept;
    source_token& operator=(source_token other) noexcept;
    ~source_token();

private:
    std::shared_ptr<detail::inbox> inbox_;
};

namespace detail {
class threadsafe_callback;
}  // namespace detail

/// What call_soon_threadsafe() returns. Any thread may use it, as a handle of its own.
class LASTI_API threadsafe_handle {
public:
    threadsafe_handle() noexcept {}
    explicit threadsafe_handle(std::shared_ptr<detail::threadsafe_callback> state) noexcept
        : state_(std::move(state)) {}

    explicit operator bool() const noexcept { return static_cast<bool>(state_); }
    /// The callback will not be called; it is destroyed on the loop's thread when its turn would
    /// have come. While it runs this waits for its end, but in the callback itself.
    void cancel() const;
    /// Waits likewise.
    bool cancelled() const;

private:
    std::shared_ptr<detail::threadsafe_callback> state_;
};

class LASTI_API event_loop {
public:
    /// On real time.
    event_loop();
    /// On `clock`, which must outlive the loop.
    explicit event_loop(loop_clock& clock);
#if LASTI_HAS_IO
    /// It waits for descriptors in that selector; null: in what make_selector() makes.
    explicit event_loop(std::unique_ptr<selector> selects);
    event_loop(loop_clock& clock, std::unique_ptr<selector> selects);
#endif
    event_loop(event_loop const&) = delete;
    event_loop& operator=(event_loop const&) = delete;
    /// Closes the loop, if it was not; one that runs at the end of its round.
    ~event_loop();

    // ---- tasks and futures ----

    /// Makes a task of a coroutine: its first step runs in the next round, in the order of
    /// creation. The loop owns it until it is done. Throws runtime_error if the loop is closed or
    /// the coroutine has an owner.
    template <class R>
    task<R> create_task(coroutine<R> c, task_options const& options,
                        call_site where = call_site::here()) {
        coroutine_frame<R>& f = *c.shared_frame();
        take_over(f);
        typedef coroutine_frame<R> frame_type;
        const task<R> made(
            f.room.template make<frame_type>(*core_, detail::counted<frame>(&f), options));
        detail::task_state& state = *made.shared_state()->as_task();
        if (LASTI_UNLIKELY(core_->debug)) state.note_creation(where);
        state.start();
        return made;
    }
    template <class R>
    task<R> create_task(coroutine<R> c, std::string name = std::string(),
                        call_site where = call_site::here()) {
        task_options options;
        options.name = std::move(name);
        return create_task(std::move(c), options, where);
    }
    template <class R>
    task<R> create_task(coroutine<R> c, daemon_tag, std::string name = std::string(),
                        call_site where = call_site::here()) {
        task_options options;
        options.name = std::move(name);
        options.is_daemon = true;
        return create_task(std::move(c), options, where);
    }
    /// Of what is no coroutine.
    template <class A, class... More>
    typename std::enable_if<!detail::is_coroutine<A>::value>::type create_task(A, More const&...) {
        detail::not_a_coroutine<A>();
    }
    /// Whether tasks run their first step inside create_task(), up to where they first have to
    /// wait, when the loop runs; asyncio's set_task_factory(eager_task_factory). task_options::when
    /// overrides it for one task.
    void set_eager_tasks(bool eager) noexcept { core_->eager_tasks = eager; }
    template <class T = void>
    future<T> create_future(call_site where = call_site::here()) {
        core_->check_open();
        const future<T> made(new detail::future_value<T>(*core_));
        if (LASTI_UNLIKELY(core_->debug)) made.shared_state()->note_creation(where);
        return made;
    }
    /// How many tasks are not done.
    std::size_t task_count() const noexcept { return core_->task_count; }
    /// The tasks that are not done, in the order of their creation. asyncio.all_tasks().
    std::vector<any_task> all_tasks() const;
    /// The task that is running; empty outside of one. asyncio.current_task().
    any_task current_task() const noexcept { return any_task(core_->current_task); }

    // ---- callbacks ----

    // Each is called in the context that is passed, or if that is empty in a copy of the current
    // one.

    /// Calls it in the next round, in the order of the calls.
    handle call_soon(std::function<void()> callback, context const& runs_in = context(),
                     call_site where = call_site::here());
    /// Calls it when `time` has passed, in seconds or any duration; negative is at once, NaN a
    /// value_error.
    handle call_later(delay time, std::function<void()> callback,
                      context const& runs_in = context(), call_site where = call_site::here());
    /// Calls it when the loop's time() is `when`.
    handle call_at(delay when, std::function<void()> callback, context const& runs_in = context(),
                   call_site where = call_site::here());
    /// call_soon() from any thread. Wakes the loop. If the loop is closed, throws runtime_error.
    threadsafe_handle call_soon_threadsafe(std::function<void()> callback,
                                           context const& runs_in = context(),
                                           call_site where = call_site::here());
    /// Keep the result while another thread may still call call_soon_threadsafe().
    source_token outside_source();
    /// Seconds since the clock's own beginning.
    double time() const { return delay(core_->clock->now()).in_seconds(); }

#if LASTI_HAS_IO
    // ---- descriptors ----

    /// Calls it in each round in which `fd` has something to read, or its other side has closed: a
    /// callback that does not read is called again and again. In place of the one that was there.
    /// Call remove_reader() before you close the descriptor. Throws os_error: permission_error for
    /// a regular file, which is always ready.
    void add_reader(int fd, std::function<void()> callback, context const& runs_in = context(),
                    call_site where = call_site::here());
    /// … in which something can be written to it.
    void add_writer(int fd, std::function<void()> callback, context const& runs_in = context(),
                    call_site where = call_site::here());
    /// Whether there was one. False if the loop is closed.
    bool remove_reader(int fd);
    bool remove_writer(int fd);
    /// For a program that has a loop of its own: a descriptor that is readable when something waits
    /// for poll(), beside next_deadline(); also when a callback of that program, from outside of
    /// poll(), has scheduled something here. It belongs to this loop. Throws runtime_error where
    /// the selector has none: poll.
    int fd();

#if LASTI_HAS_POSIX_IO
    // ---- signals; tasks wait for them by <lasti/signals.hpp> ----

    /// Calls it in the round after each `signal` (SIGTERM …), which does nothing else from now on.
    /// In place of the callback that was there. It does not keep run() going. Throws value_error
    /// for what is no signal; runtime_error for SIGKILL and SIGSTOP, if this is not the program's
    /// first thread, or another loop handles that signal.
    void add_signal_handler(int signal, std::function<void()> callback,
                            context const& runs_in = context(),
                            call_site where = call_site::here());
    /// The system does its default again. Whether there was one.
    bool remove_signal_handler(int signal);
#endif

    // ---- sockets: <lasti/socket.hpp> ----

    // To be awaited in tasks of this loop. Each raises os_error, and EBADF where the socket is
    // closed meanwhile. A buffer that is passed as a pointer must last until then.

    /// Gives up to n bytes as a std::string; empty: the other side has closed.
    detail::sock_recv_call sock_recv(socket const& s, std::size_t n);
    /// Gives how many; 0: the other side has closed.
    detail::sock_recv_into_call sock_recv_into(socket const& s, void* buffer, std::size_t size);
    /// A datagram and who has sent it: a pair of std::string and socket_address.
    detail::sock_recvfrom_call sock_recvfrom(socket const& s, std::size_t n);
    /// A pair of its size and that.
    detail::sock_recvfrom_into_call sock_recvfrom_into(socket const& s, void* buffer,
                                                       std::size_t size);
    /// Sends all of it. What several tasks send does not mix. How much was sent before an error is
    /// not known.
    detail::sock_sendall_call sock_sendall(socket const& s, std::string data);
    /// … of bytes that the caller keeps.
    detail::sock_sendall_from_call sock_sendall(socket const& s, const void* data,
                                                std::size_t size);
    /// Sends a datagram; gives its size.
    detail::sock_sendto_call sock_sendto(socket const& s, std::string data,
                                         socket_address const& address);
    /// Sends `count` bytes of a regular file that is open for reading, from `offset`, or all there
    /// are; gives how many. The file then stands behind them. Raises value_error for another kind
    /// of file or socket.
    detail::sock_sendfile_call sock_sendfile(socket const& s, int file, std::size_t offset = 0,
                                             std::size_t count = ~std::size_t());
    detail::sock_connect_call sock_connect(socket const& s, socket_address const& address);
    /// A pair of the new socket and the address of the other side. Where descriptors have run out
    /// (EMFILE) it raises that, and the connection waits for the next sock_accept().
    detail::sock_accept_call sock_accept(socket const& s);

    // ---- names of hosts: <lasti/dns.hpp>, which tells what they do ----

    coroutine<std::vector<address_info>> getaddrinfo(std::string host, std::string service,
                                                     lookup_options const& options);
    coroutine<std::vector<address_info>> getaddrinfo(std::string host, std::uint16_t port,
                                                     lookup_options const& options);
    coroutine<std::pair<std::string, std::string>> getnameinfo(socket_address const& address,
                                                               int flags = 0);

#endif
    // ---- threads: <lasti/threads.hpp> ----

    /// Calls `call()` in a thread of `where`, or if that is null of the loop's default executor;
    /// the future gets what it returns. Cancelling the future drops a call that was not begun;
    /// another one goes on, and its result is dropped; one that takes a stop_token can ask. `call`
    /// is destroyed on the loop's thread. Throws runtime_error if the executor takes no more work.
    /// Defined in <lasti/threads.hpp>.
    template <class F>
    future<typename detail::bound_call<F>::result> run_in_executor(executor* where, F call);
    /// Instead of a thread_pool_executor that is made when it is needed.
    void set_default_executor(std::shared_ptr<executor> given);
    /// Lets the default executor finish what it has, and joins its threads: for `time` at most, and
    /// reports if that did not suffice. Afterwards run_in_executor() without an executor throws.
    /// The end of lasti::run().
    coroutine<void> shutdown_default_executor(delay time = 300);
    /// How long close() waits for calls that still run in threads: seconds or any duration, of real
    /// time. 300 s unless told. Throws value_error for NaN.
    void set_thread_join_time(delay time);

    // ---- running ----

    /// Runs until no task (but daemons) and no callback is left; then cancels the daemons. Throws
    /// deadlock_error if tasks are left that nothing can wake. An exception of a task or callback
    /// stops nobody else; what nobody retrieves goes to the exception handler.
    void run();
    /// The same without C++ exceptions: the deadlock_error becomes `problem`, which is empty
    /// otherwise. (A loop that runs or is closed already is bad use.)
    void run(error& problem);
    /// Runs until `awaited` is done and gives its result. Throws deadlock_error if that can never
    /// be.
    template <class T>
    T run_until_complete(future<T> const& awaited) {
        run_until_done(*awaited.shared_state());
        return awaited.result();
    }
    /// The same, whatever it ends with.
    void run_until_complete(any_future const& awaited) { run_until_done(*awaited.shared_state()); }
    template <class R>
    R run_until_complete(coroutine<R> c, call_site where = call_site::here()) {
        check_can_run();
        return run_until_complete(create_task(std::move(c), std::string(), where));
    }
    /// The same of anything else that can be awaited. Defined in <lasti/awaitable.hpp>.
    template <class A, class R = typename detail::awaiting<A>::result,
              class = typename std::enable_if<!std::is_base_of<any_future, A>::value>::type>
    R run_until_complete(A awaited, call_site where = call_site::here());
    /// Runs until stop(). Waits even where nothing can wake anybody, and reports that once.
    void run_forever();
    /// Ends run_forever() and the others after the round they are in.
    void stop() noexcept { core_->stopping = true; }
    /// One round that does not wait. For a program that has a loop of its own: call it when
    /// next_deadline() has come or something was scheduled. True: something is ready again, call it
    /// soon.
    bool poll();
    /// When the next sleeper is due, in seconds of time(); false: nobody sleeps.
    bool next_deadline(double& when) const noexcept;

    bool is_running() const noexcept { return core_->is_running; }
    bool is_closed() const noexcept { return core_->closed; }
    /// Awaits aclose() of all async generators that were started in this loop and are not at their
    /// end, at the same time; what goes wrong is reported. Those that are started later are
    /// reported, too.
    coroutine<void> shutdown_asyncgens();
    /// Cancels all tasks, closes the async generators, and runs until all are done; what goes wrong
    /// is reported. The end of lasti::run().
    void shut_down() noexcept;
    /// Forgets what is scheduled and destroys what is pending, which is reported. Again: nothing.
    /// Throws runtime_error while it runs.
    void close();

    // ---- debug mode ----

    /// In debug mode, which the environment variable LASTI_DEBUG=1 switches on for every loop:
    ///   - tasks, callbacks and futures know where they were made and by which task, and reports
    ///   tell;
    ///   - steps of tasks and callbacks that take long are reported;
    ///   - scheduling from another thread than the loop's is a runtime_error.
    void set_debug(bool debug) noexcept { core_->debug = debug; }
    bool get_debug() const noexcept { return core_->debug; }
    /// From how long on a step or callback is reported: seconds or any duration of the loop's
    /// clock; 0.1 s unless told. Throws value_error for NaN.
    void set_slow_callback_duration(delay time);
    double slow_callback_duration() const noexcept {
        return delay(core_->slow_callback_duration).in_seconds();
    }

    // ---- what goes wrong ----

    /// Who is told of exceptions that nobody else can be given. Empty: the default, which prints to
    /// stderr. What the handler throws is printed, too. It goes with the event_loop: what tasks and
    /// futures that outlive that still have to report is printed.
    void set_exception_handler(exception_handler handler) { core_->handler = std::move(handler); }
    void call_exception_handler(exception_context const& context) noexcept {
        core_->report(context);
    }
    /// Every task that is not done, where it stands, what it waits for, and who awaits it: what
    /// deadlock_error says. See format_call_graph().
    std::string describe_tasks() const { return core_->describe_tasks(); }

    /// Where other threads put things. For what is built on call_soon_threadsafe().
    std::shared_ptr<detail::inbox> const& outside() const noexcept { return core_->outside; }
    // For what looks inside.
    detail::loop_core const& core() const noexcept { return *core_; }
    // For what is built on it.
    detail::loop_core& core() noexcept { return *core_; }

private:
    friend class signal_receiver;

    // Throws unless the coroutine is fresh and the loop open; from then on the coroutine has an
    // owner.
    void take_over(detail::awaiting_frame& coroutine) const;
    void run_until_done(detail::future_state& awaited);
    // Throws unless the loop can begin to run.
    void check_can_run() const;

    detail::counted<detail::loop_core> core_;
};

/// @name Of the loop that runs on this thread; where none runs they throw runtime_error("no running
/// event loop")
/// @{
LASTI_API event_loop& get_running_loop();
LASTI_API any_task current_task();
LASTI_API std::vector<any_task> all_tasks();
template <class R>
task<R> create_task(coroutine<R> c, task_options const& options,
                    call_site where = call_site::here()) {
    return get_running_loop().create_task(std::move(c), options, where);
}
template <class R>
task<R> create_task(coroutine<R> c, std::string name = std::string(),
                    call_site where = call_site::here()) {
    return get_running_loop().create_task(std::move(c), std::move(name), where);
}
template <class R>
task<R> create_task(coroutine<R> c, daemon_tag, std::string name = std::string(),
                    call_site where = call_site::here()) {
    return get_running_loop().create_task(std::move(c), daemon, std::move(name), where);
}
template <class A, class... More>
typename std::enable_if<!detail::is_coroutine<A>::value>::type create_task(A, More const&...) {
    detail::not_a_coroutine<A>();
}
/// @}

}  // namespace lasti

#endif
