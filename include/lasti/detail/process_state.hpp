// process_state: what the handles of one child process share: its number, its pipes, who waits for
// its end.
//
// The loop watches a descriptor that is readable once the child has ended (a pidfd, or a pipe that
// a thread closes then), so that nothing but this ever collects the child, and a signal cannot hit
// another process with its number.
#ifndef LASTI_DETAIL_PROCESS_STATE_HPP_INCLUDED
#define LASTI_DETAIL_PROCESS_STATE_HPP_INCLUDED

#include <lasti/detail/needs_posix_io.hpp>
LASTI_SYSTEM_HEADER

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include <lasti/detail/socket_state.hpp>
#include <lasti/detail/wait_list.hpp>
#include <lasti/stream_reader.hpp>
#include <lasti/stream_writer.hpp>

namespace lasti {
namespace detail {

/// Whether the system's pidfd_open() is asked first; false: a thread waits for each child.
LASTI_API extern std::atomic<bool> watches_by_pidfd;

class LASTI_API process_state final : public waitable {
public:
    /// Of a child that runs; it is killed and collected if this throws.
    process_state(loop_core& serves, int pid_given, std::string program_given);

    /// The loop collects it once it ends.
    error watch();
    void send_signal(int signal) const;
    /// Its pipes are closed, and it is killed if it runs. The loop collects it.
    void end() noexcept;
    /// … and waits for it: the loop is closed.
    void end_now() noexcept;
    /// A handle, or who waits, has gone.
    void leave() noexcept {
        if (--users == 0 && !has_ended) dropped();
    }

    const char* kind() const noexcept override { return "process"; }
    /// "process 1234 ('sleep')"
    std::string describe() const;

    int const pid;
    std::string const program;
    stream_writer std_in;  // each empty if it is no pipe
    stream_reader std_out;
    stream_reader std_err;
    bool has_ended = false;
    int returncode = 0;  // once it has
    unsigned users = 0;  // handles, and requests
    wait_list waiters;

private:
    ~process_state() override;
    void fail_waiters(error const& what) noexcept override { waiters.fail_all(what); }
    error open_end();
    void dropped() noexcept;
    void collect() noexcept;
    void has_returned(int code) noexcept;
    void join() noexcept;

    counted<socket_state> end_;            // readable once it has ended
    std::unique_ptr<std::thread> thread_;  // that makes it so, where there is no pidfd
    unsigned const fork_;                  // in which process this is a child
};

/// A handle's hold on its process: when the last one goes, that is ended.
class LASTI_API process_hold {
public:
    process_hold() noexcept {}
    explicit process_hold(counted<process_state> held) noexcept : process(std::move(held)) {
        enter();
    }
    process_hold(process_hold const& other) noexcept : process(other.process) { enter(); }
    process_hold(process_hold&& other) noexcept : process(std::move(other.process)) {}
    process_hold& operator=(process_hold other) noexcept {
        std::swap(process, other.process);
        return *this;
    }
    ~process_hold() {
        if (process) process->leave();
    }

    counted<process_state> process;

private:
    void enter() noexcept {
        if (process) ++process->users;
    }
};

/// Until it has ended; gives its returncode.
class LASTI_API process_wait_request final : public wait_request {
public:
    template <class Call>
    process_wait_request(Call const& asked, awaiting_frame&) : wait_request(*asked.on.process) {
        ++state().users;
    }
    ~process_wait_request() override {
        if (is_armed()) wait_request::leave();
        state().leave();
    }
    bool ready() noexcept { return state().has_ended || state().is_foreign(); }
    error problem() const { return state().has_ended ? error() : state().foreign(); }
    int take() const {
        if (LASTI_UNLIKELY(!state().has_ended)) not_awaited();
        return state().returncode;
    }
    std::string describe() const override { return "wait of " + state().describe(); }
    void arm(task_state& task) override { enter(state().waiters, task); }
    void disarm(task_state&) noexcept override { wait_request::leave(); }

private:
    process_state& state() const noexcept { return static_cast<process_state&>(*owner_); }
};

struct LASTI_TO_BE_AWAITED process_wait_call {
    typedef process_wait_request request_type;
    process_hold on;
};

}  // namespace detail
}  // namespace lasti

#endif
