// Child processes: how their end is noticed, what is done with them when nobody wants them any
// more.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_POSIX_IO

#include <lasti/subprocess.hpp>

#include <cerrno>

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/syscall.h>
#endif

#include <lasti/detail/loop_core.hpp>
#include <lasti/exception_context.hpp>
#include <lasti/gather.hpp>
#include <lasti/macros.hpp>
#include <lasti/os_error.hpp>

#include "inbox.hpp"
#include "pipes.hpp"
#include "spawn.hpp"
#include "system_calls.hpp"

namespace lasti {
namespace detail {

std::atomic<bool> watches_by_pidfd(true);

namespace {

// How long closing a loop waits for a child that was killed: one that the system holds cannot end.
const int most_milliseconds = 5000;
const int not_known = 255;

owned_fd pidfd_of(int pid) noexcept {
#if defined(SYS_pidfd_open)
    if (watches_by_pidfd) return owned_fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
#endif
    (void)pid;
    return owned_fd();
}

/// The loop lets go of it when it is closed.
class end_of_loop {
public:
    explicit end_of_loop(process_state& child) noexcept : child_(&child) {}
    end_of_loop(end_of_loop const&) = delete;
    end_of_loop& operator=(end_of_loop const&) = delete;
    ~end_of_loop() { child_->end_now(); }

private:
    counted<process_state> child_;
};

}  // namespace

process_state::process_state(loop_core& serves, int pid_given, std::string program_given)
    : waitable(std::string()), pid(pid_given), program(std::move(program_given)),
      fork_(fork_count()) {
    loop = &serves;
    loop->retain();
}

process_state::~process_state() { join(); }

std::string process_state::describe() const {
    return "process " + std::to_string(pid) + " ('" + program + "')";
}

// ---- its end ------------------------------------------------------------------------------------

error process_state::open_end() {
    owned_fd end = pidfd_of(pid);
    if (!end) {
        pipe_ends made;
        if (!make_pipe(made)) return make_os_error(errno, "pipe");
        const int child = pid, tells = made.writes.get();
        const signals_held_off here;  // and so in the thread
        thread_.reset(new std::thread([child, tells] {
            siginfo_t about;  // it is left for the loop's thread to collect
            uninterrupted(
                [&] { return ssize_t(::waitid(P_PID, id_t(child), &about, WEXITED | WNOWAIT)); });
            ::close(tells);
        }));
        made.writes.give();
        end = std::move(made.reads);
    }
    end_ = counted<socket_state>(new socket_state(end.get(), AF_UNSPEC, 0));
    end.give();
    return error();
}

error process_state::watch() {
    const counted<process_state> hold(this);
    error refused;
    error problem = outcome_of([&] { refused = open_end(); });  // no thread left throws
    if (!problem) problem = std::move(refused);
    if (!problem) {
        const std::shared_ptr<end_of_loop> there = std::make_shared<end_of_loop>(*this);
        problem = end_->call_when_ready(
            *loop, false,
            [there, this] {
                (void)there;
                collect();
            },
            background);
    }
    if (problem) end_now();
    return problem;
}

void process_state::collect() noexcept {
    if (has_ended) return;
    const counted<process_state> hold(this);
    int status = 0;
    const ssize_t n = uninterrupted([&] { return ssize_t(::waitpid(pid, &status, WNOHANG)); });
    if (n == 0) return;
    if (n > 0) return has_returned(WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status));
    loop->report(exception_context("Unknown child process pid " + std::to_string(pid) +
                                   ", will report returncode 255"));
    has_returned(not_known);
}

void process_state::has_returned(int code) noexcept {
    has_ended = true;
    returncode = code;
    join();
    if (end_) end_->close();
    waiters.wake_all();
}

void process_state::join() noexcept {
    if (!thread_) return;
    if (fork_ != fork_count()) {
        (void)thread_.release();  // it runs in the parent: here is nothing to join or to detach
        return;
    }
    if (has_ended) thread_->join();
    else thread_->detach();
    thread_.reset();
}

void process_state::send_signal(int signal) const {
    if (has_ended) throw_os_error(ESRCH, describe());
    if (::kill(pid, signal) != 0 && errno != ESRCH) throw_os_error(errno, describe());
}

// ---- nobody wants it any more -------------------------------------------------------------------

void process_state::dropped() noexcept {
    if (loop->debug && !loop->closed)
        loop->report(exception_context("unclosed " + describe() + " was killed"));
    end();
}

void process_state::end() noexcept {
    const counted<process_state> hold(this);
    // First: a child that sees its pipes close could end by itself.
    if (!has_ended && fork_ == fork_count()) ::kill(pid, SIGKILL);
    if (std_in) std_in.abort();
    std_in = stream_writer();
    std_out = std_err = stream_reader();
}

void process_state::end_now() noexcept {
    if (has_ended) return;
    const counted<process_state> hold(this);
    if (fork_ != fork_count()) return;  // not a child of this process, but of its parent
    end();
    pollfd ends = {end_ ? end_->fd : -1, POLLIN, 0};
    uninterrupted([&] { return ssize_t(::poll(&ends, 1, end_ ? most_milliseconds : 0)); });
    collect();
    if (has_ended) return;
    if (!end_) {  // nothing tells
        uninterrupted([&] { return ssize_t(::waitpid(pid, nullptr, 0)); });
        return has_returned(-SIGKILL);
    }
    loop->report(exception_context(describe() + " was killed, but has not ended since: it stays "
                                                "a zombie until this program ends"));
}

}  // namespace detail

// ---- the handle ---------------------------------------------------------------------------------

void return_code::refuse() {
    detail::throw_out(invalid_state_error("returncode: the process has not ended"));
}

void process::terminate() const { send_signal(SIGTERM); }

void process::kill() const { send_signal(SIGKILL); }

namespace detail {
namespace {

/// Gives it its input, as far as it takes it.
struct feeding {
    stream_writer to;
    std::string input;

    LASTI_COROUTINE_BODY(std::string) {
        LASTI_BEGIN;
        LASTI_TRY
            to.write(input);
            LASTI_AWAIT(to.drain());
            LASTI_EXCEPT(broken_pipe_error)
            LASTI_EXCEPT(connection_reset_error)
        LASTI_END_TRY
        to.close();
        LASTI_RETURN(std::string());
        LASTI_END;
    }
};

struct reading_all {
    stream_reader from;
    std::string text;

    LASTI_COROUTINE_BODY(std::string) {
        LASTI_BEGIN;
        LASTI_AWAIT_SET(text, from.read());
        LASTI_RETURN(std::move(text));
        LASTI_END;
    }
};

struct communicating {
    typedef std::pair<std::string, std::string> both;

    process with;
    std::string input;
    std::vector<std::string> read;

    std::vector<coroutine<std::string>> parts() {
        std::vector<coroutine<std::string>> all;
        if (with.std_out()) all.push_back(reading_all{with.std_out(), std::string()});
        if (with.std_err()) all.push_back(reading_all{with.std_err(), std::string()});
        if (with.std_in()) all.push_back(feeding{with.std_in(), std::move(input)});
        return all;
    }
    both result() {
        both texts;
        if (with.std_out()) texts.first = std::move(read.front());
        if (with.std_err()) texts.second = std::move(read[with.std_out() ? 1 : 0]);
        return texts;
    }

    LASTI_COROUTINE_BODY(both) {
        LASTI_BEGIN;
        LASTI_AWAIT_SET(read, gather(parts()));
        LASTI_AWAIT(with.wait());
        LASTI_RETURN(result());
        LASTI_END;
    }
};

struct beginning {
    std::string name;  // for reports
    std::vector<std::string> argv;
    subprocess_options options;
    process begun;

    error begin() {
        if (options.limit == 0) throw_out(value_error("create_subprocess: Limit cannot be <= 0"));
        loop_core& loop = running_core();
        spawned child;
        const error refused = spawn(argv.front(), argv, options, child);
        if (refused) return refused;
        const counted<process_state> made(new process_state(loop, child.pid, name));
        const error unwatched = made->watch();
        if (unwatched) return unwatched;
        begun = process(made);
        error no_pipe;
        if (child.ends[0])
            made->std_in = stream_writer(writing_end(loop, pipe_of(child, 0), no_pipe));
        if (child.ends[1])
            made->std_out = stream_reader(reading_end(loop, pipe_of(child, 1), options.limit));
        if (child.ends[2])
            made->std_err = stream_reader(reading_end(loop, pipe_of(child, 2), options.limit));
        return no_pipe;
    }
    static counted<socket_state> pipe_of(spawned& child, int which) {
        return counted<socket_state>(new socket_state(child.ends[which].give(), AF_UNSPEC, 0));
    }

    LASTI_COROUTINE_BODY(process) {
        LASTI_BEGIN;
        if (error problem = begin()) LASTI_RAISE(std::move(problem));
        LASTI_RETURN(std::move(begun));
        LASTI_END;
    }
};

}  // namespace
}  // namespace detail

coroutine<std::pair<std::string, std::string>> process::communicate(std::string input) const {
    get();
    return detail::communicating{*this, std::move(input), {}};
}

coroutine<process> create_subprocess_exec(std::string program, std::vector<std::string> args,
                                          subprocess_options const& options) {
    args.insert(args.begin(), program);
    return detail::beginning{std::move(program), std::move(args), options, {}};
}

coroutine<process> create_subprocess_shell(std::string command, subprocess_options const& options) {
    return detail::beginning{command, {"/bin/sh", "-c", command}, options, {}};
}

}  // namespace lasti

#endif
