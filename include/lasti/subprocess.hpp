// Other programs: starting them, talking with them by pipes, waiting for their end.
// asyncio.create_subprocess_exec(), create_subprocess_shell(), asyncio.subprocess.Process.
//
//     lasti::subprocess_options piped;
//     piped.std_in = piped.std_out = lasti::subprocess::PIPE;
//     AWAIT_SET(sort, lasti::create_subprocess_exec("sort", {"-r"}, piped));
//     AWAIT_SET(output, sort.communicate("a\nc\nb\n"));     // output.first == "c\nb\na\n"
//     if (*sort.returncode() != 0) …
#ifndef LASTI_SUBPROCESS_HPP_INCLUDED
#define LASTI_SUBPROCESS_HPP_INCLUDED

#include <lasti/detail/needs_posix_io.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <lasti/coroutine.hpp>
#include <lasti/detail/process_state.hpp>
#include <lasti/event_loop.hpp>
#include <lasti/stream_reader.hpp>
#include <lasti/stream_writer.hpp>

namespace lasti {

/// Where a stream of a child leads: to the same place as ours, or one of those in `subprocess`, or
/// a descriptor, which stays the caller's.
class stdio {
public:
    enum class way : unsigned char { inherit, pipe, null, as_stdout, descriptor };

    constexpr stdio() noexcept : how(way::inherit), fd(-1) {}
    constexpr stdio(way given) noexcept : how(given), fd(-1) {}
    constexpr stdio(int descriptor) noexcept : how(way::descriptor), fd(descriptor) {}

    way how;
    int fd;
};

namespace subprocess {

/// To us: process::std_in(), std_out(), std_err().
constexpr stdio PIPE(stdio::way::pipe);
/// To nowhere.
constexpr stdio DEVNULL(stdio::way::null);
/// Of std_err: to where std_out leads.
constexpr stdio STDOUT(stdio::way::as_stdout);

}  // namespace subprocess

struct subprocess_options {
    stdio std_in;
    stdio std_out;
    stdio std_err;
    /// The folder it works in; empty: ours.
    std::string cwd;
    /// Added to the environment of this program, in place of what has the same name.
    std::map<std::string, std::string> env;
    /// False: it gets `env` alone.
    bool inherits_env = true;
    /// It leads a session of its own, without our terminal.
    bool start_new_session = false;
    /// The process group it joins; 0: a new one; negative: ours.
    int process_group = -1;
    /// Descriptors that it keeps, under their numbers, beside those three.
    std::vector<int> pass_fds;
    /// How long a line can be that is read from it: bytes.
    std::size_t limit = detail::stream_state::default_limit;
};

/// What a process has returned, if it has ended.
class return_code {
public:
    return_code() noexcept {}
    return_code(int given) noexcept : has_value_(true), value_(given) {}

    explicit operator bool() const noexcept { return has_value_; }
    /// Of one that has ended: what it returned; −N: killed by signal N; 255: somebody else has
    /// collected it, so that this is not known. Throws invalid_state_error while it runs.
    int operator*() const {
        if (!has_value_) refuse();
        return value_;
    }

private:
    [[noreturn]] LASTI_API static void refuse();

    bool has_value_ = false;
    int value_ = 0;
};

/// A child. Copies of the handle name the same one; when the last one goes and nobody waits for it
/// any more, it is killed if it still runs (in debug mode that is reported). Not thread-safe.
class LASTI_API process {
public:
    /// Empty: falsy, and every use is a type_error.
    process() noexcept {}
    explicit process(detail::counted<detail::process_state> state) noexcept
        : hold_(std::move(state)) {}

    explicit operator bool() const noexcept { return static_cast<bool>(hold_.process); }
    bool operator==(process const& other) const noexcept {
        return hold_.process == other.hold_.process;
    }
    bool operator!=(process const& other) const noexcept { return !(*this == other); }

    /// Its input; empty unless it is a PIPE.
    stream_writer const& std_in() const { return get().std_in; }
    /// What it prints; each empty unless it is a PIPE. Who does not read may keep it waiting.
    stream_reader const& std_out() const { return get().std_out; }
    stream_reader const& std_err() const { return get().std_err; }
    int pid() const { return get().pid; }
    return_code returncode() const {
        return get().has_ended ? return_code(get().returncode) : return_code();
    }
    /// To be awaited, by any number of tasks: until it has ended; gives the returncode.
    detail::process_wait_call wait() const {
        get();
        return detail::process_wait_call{hold_};
    }
    /// Sends `input` and the end, if its input is a pipe, reads all that it prints, and waits until
    /// it has ended. Gives what it printed to std_out and to std_err, as far as those are pipes.
    /// That it does not read all is no error.
    coroutine<std::pair<std::string, std::string>>
    communicate(std::string input = std::string()) const;

    /// Each throws process_lookup_error once it has ended, os_error.
    void send_signal(int signal) const { get().send_signal(signal); }
    /// SIGTERM: asks it to end.
    void terminate() const;
    /// SIGKILL: ends it.
    void kill() const;
    /// In words: "process 1234 ('sort')".
    std::string describe() const { return get().describe(); }

    detail::counted<detail::process_state> const& shared_state() const {
        get();
        return hold_.process;
    }

private:
    detail::process_state& get() const { return detail::state_of(hold_.process, "process"); }

    detail::process_hold hold_;
};

/// Starts a program: a path, or a name that is looked for in the child's PATH. Nothing but its
/// three streams and `pass_fds` is open in it. Raises file_not_found_error or permission_error with
/// its name if it cannot be run, or with the name of cwd; another os_error if there are no
/// descriptors or processes left; value_error for options that make no sense. Blocks until the
/// program was started: about a millisecond.
LASTI_API coroutine<process>
create_subprocess_exec(std::string program, std::vector<std::string> args,
                       subprocess_options const& options = subprocess_options());
/// A command of the shell, /bin/sh. Beware of what others have put into it.
LASTI_API coroutine<process>
create_subprocess_shell(std::string command,
                        subprocess_options const& options = subprocess_options());

}  // namespace lasti

#endif
