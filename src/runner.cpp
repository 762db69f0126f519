// run() and runner: the beginning and the end of a program, and Ctrl-C.
#include <lasti/runner.hpp>

#include <lasti/detail/loop_core.hpp>

#include "inbox.hpp"
#if LASTI_HAS_POSIX_IO
#include <atomic>
#include <csignal>

#include <signal.h>

#include "signals.hpp"
#endif

namespace lasti {

#if LASTI_HAS_POSIX_IO
namespace {

// The loop that a signal is to wake, and whether it has come.
detail::signal_target listening;
std::atomic<bool> has_come(false);

extern "C" void lasti_interrupted(int signal) {
    if (!has_come.exchange(true) &&
        listening.with_inbox([](detail::inbox& told) { told.interrupt(); }))
        return;
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

// True: the task ended by a cancellation, and nobody but `requests` of them asked for it.
bool cancelled_only_by(int requests, detail::task_state& task) {
    return task.state == detail::future_state::status::cancelled && task.cancelling == requests;
}

}  // namespace

detail::interrupt_guard::interrupt_guard(loop_core& loop, task_state& main) : loop_(loop) {
    struct sigaction now;
    if (!is_first_thread() || ::sigaction(SIGINT, nullptr, &now) != 0 || now.sa_handler != SIG_DFL)
        return;
    installed_ = true;
    loop.on_interrupt = [this, &main] {
        interrupted_ = true;
        main.cancel(std::string());
    };
    has_come = false;
    listening.set(loop.outside.get());
    struct sigaction ours = {};
    ours.sa_handler = &lasti_interrupted;
    ::sigemptyset(&ours.sa_mask);
    ::sigaction(SIGINT, &ours, nullptr);
}

detail::interrupt_guard::~interrupt_guard() {
    if (!installed_) return;
    struct sigaction now;
    if (::sigaction(SIGINT, nullptr, &now) == 0 && now.sa_handler == &lasti_interrupted)
        std::signal(SIGINT, SIG_DFL);
    listening.set(nullptr);
    loop_.on_interrupt = nullptr;
    loop_.outside->take_interrupt();
}

bool detail::interrupt_guard::was_interrupted(task_state& main) const noexcept {
    return interrupted_ && cancelled_only_by(1, main);
}

#else

// Who presses Ctrl-C ends the program: a handler could not wake the loop.
detail::interrupt_guard::interrupt_guard(loop_core& loop, task_state&) : loop_(loop) {}

detail::interrupt_guard::~interrupt_guard() {}

bool detail::interrupt_guard::was_interrupted(task_state&) const noexcept { return interrupted_; }

#endif

event_loop& runner::get_loop() {
    if (closed_) detail::throw_out(runtime_error("Runner is closed"));
    if (!loop_) {
        loop_.reset(clock_ ? new event_loop(*clock_) : new event_loop);
        context_ = copy_context();
    }
    return *loop_;
}

event_loop& runner::ready_loop() {
    if (detail::running_loop())
        detail::throw_out(runtime_error("run() cannot be called from a running event loop"));
    return get_loop();
}

void runner::run_main(detail::task_state& main) {
    const detail::interrupt_guard guard(*main.loop, main);
    loop_->run_until_complete(any_future(&main));
    if (guard.was_interrupted(main)) detail::throw_out(keyboard_interrupt("KeyboardInterrupt"));
}

void runner::close() noexcept {
    closed_ = true;
    if (!loop_) return;
    loop_->shut_down();
    loop_.reset();
}

}  // namespace lasti
