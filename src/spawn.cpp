// fork() and exec(). Between the two, only what a signal handler may call: another thread may have
// held any lock.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_POSIX_IO

#include "spawn.hpp"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/syscall.h>
#endif

#include <lasti/os_error.hpp>

#include "system_calls.hpp"

extern char** environ;

namespace lasti {
namespace detail {

bool make_pipe(pipe_ends& made) noexcept {
    int fds[2];
#if defined(__linux__)
    if (::pipe2(fds, O_CLOEXEC) != 0) return false;
#else
    if (::pipe(fds) != 0) return false;
    for (const int fd : fds) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
#endif
    made.reads = owned_fd(fds[0]);
    made.writes = owned_fd(fds[1]);
    return true;
}

void set_non_blocking(int fd) noexcept { ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK); }

namespace {

#if defined(NSIG)
const int past_all_signals = NSIG;
#else
const int past_all_signals = 65;
#endif

/// What the child says if it cannot begin.
struct last_words {
    int problem;
    bool of_folder;  // chdir(), not exec()
};

/// All that the child needs, made ready before it is there.
struct child_plan {
    std::vector<const char*> argv, env;  // both end with null
    std::vector<std::string> places;     // where the program may be
    const char* folder = nullptr;
    int fds[3] = {-1, -1, -1};  // of its three streams; -1: as it is
    bool err_as_out = false;
    bool new_session = false;
    int group = -1;
    std::vector<int> const* pass_fds = nullptr;
    long most_fds = 0;
    sigset_t signals;  // that are blocked
    int tells = -1;
};

// What we handle has its default again before the first signal can come: a handler would speak for
// the parent. What is ignored stays so, but for what breaks programs that do not expect it.
void reset_signals(sigset_t const& blocked) noexcept {
    for (int i = 1; i < past_all_signals; ++i) {
        struct sigaction now;
        if (::sigaction(i, nullptr, &now) != 0) continue;
        const bool is_handled = now.sa_handler != SIG_DFL && now.sa_handler != SIG_IGN;
        if (!is_handled && i != SIGPIPE && i != SIGXFSZ) continue;
        struct sigaction usual = {};
        usual.sa_handler = SIG_DFL;
        ::sigaction(i, &usual, nullptr);
    }
    ::sigprocmask(SIG_SETMASK, &blocked, nullptr);
}

bool set_streams(child_plan const& plan) noexcept {
    int from[3];
    for (int i = 0; i < 3; ++i) {  // out of the way of each other
        from[i] = plan.fds[i];
        if (from[i] >= 0 && from[i] < 3 && (from[i] = ::fcntl(from[i], F_DUPFD_CLOEXEC, 3)) < 0)
            return false;
    }
    for (int i = 0; i < 3; ++i)
        if (from[i] >= 0 && ::dup2(from[i], i) < 0) return false;
    return !plan.err_as_out || ::dup2(1, 2) >= 0;
}

void close_others(child_plan const& plan) noexcept {
    bool closed = false;
#if defined(SYS_close_range)
    const unsigned on_exec = 4;  // CLOSE_RANGE_CLOEXEC
    closed = ::syscall(SYS_close_range, 3u, ~0u, on_exec) == 0;
#endif
    for (int fd = 3; !closed && fd < plan.most_fds; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    for (const int fd : *plan.pass_fds) ::fcntl(fd, F_SETFD, 0);
}

[[noreturn]] void say(child_plan const& plan, last_words const& words) noexcept {
    (void)!::write(plan.tells, &words, sizeof words);
    ::_exit(127);
}

[[noreturn]] void be_child(child_plan const& plan) noexcept {
    if (!set_streams(plan)) say(plan, {errno, false});
    if (plan.folder && ::chdir(plan.folder) != 0) say(plan, {errno, true});
    if (plan.new_session && ::setsid() < 0) say(plan, {errno, false});
    if (plan.group >= 0 && ::setpgid(0, plan.group) != 0) say(plan, {errno, false});
    close_others(plan);
    reset_signals(plan.signals);
    int problem = 0;
    for (std::string const& place : plan.places) {
        ::execve(place.c_str(), const_cast<char* const*>(plan.argv.data()),
                 const_cast<char* const*>(plan.env.data()));
        if (problem == 0 && errno != ENOENT && errno != ENOTDIR) problem = errno;
    }
    say(plan, {problem != 0 ? problem : errno, false});
}

// ---- before -------------------------------------------------------------------------------------

void check_text(std::string const& text) {
    if (text.find('\0') != std::string::npos)
        throw_out(value_error("create_subprocess: embedded null byte"));
}

std::vector<std::string> environment_of(subprocess_options const& options) {
    std::map<std::string, std::string> all;
    for (char** each = options.inherits_env ? environ : nullptr; each && *each; ++each) {
        const std::string text = *each;
        const std::size_t end = text.find('=', 1);
        if (end != std::string::npos) all[text.substr(0, end)] = text.substr(end + 1);
    }
    for (std::pair<std::string const, std::string> const& each : options.env) {
        check_text(each.first + each.second);
        if (each.first.empty() || each.first.find('=') != std::string::npos)
            throw_out(value_error("create_subprocess: illegal environment variable name: '" +
                                  each.first + "'"));
        all[each.first] = each.second;
    }
    std::vector<std::string> lines;
    for (std::pair<std::string const, std::string> const& each : all)
        lines.push_back(each.first + '=' + each.second);
    return lines;
}

std::vector<std::string> places_of(std::string const& program,
                                   std::vector<std::string> const& environment) {
    if (program.find('/') != std::string::npos) return std::vector<std::string>(1, program);
    std::string path = "/bin:/usr/bin";
    for (std::string const& line : environment)
        if (line.compare(0, 5, "PATH=") == 0) path = line.substr(5);
    std::vector<std::string> places;
    for (std::size_t begin = 0; begin <= path.size();) {
        const std::size_t end = std::min(path.find(':', begin), path.size());
        const std::string folder = path.substr(begin, end - begin);
        places.push_back((folder.empty() ? std::string(".") : folder) + '/' + program);
        begin = end + 1;
    }
    return places;
}

std::vector<const char*> pointers(std::vector<std::string> const& texts) {
    std::vector<const char*> all;
    for (std::string const& text : texts) {
        check_text(text);
        all.push_back(text.c_str());
    }
    all.push_back(nullptr);
    return all;
}

/// The child's three streams, and what is to be closed once it has them.
struct streams_to_be {
    owned_fd child[3];
    owned_fd ours[3];

    error open(int which, stdio const& led, child_plan& plan) {
        pipe_ends made;
        switch (led.how) {
        case stdio::way::inherit:
            return error();
        case stdio::way::descriptor:
            if (::fcntl(led.fd, F_GETFD) == -1)
                return make_os_error(errno,
                                     "create_subprocess: descriptor " + std::to_string(led.fd));
            plan.fds[which] = led.fd;
            return error();
        case stdio::way::as_stdout:
            if (which != 2)
                throw_out(value_error("create_subprocess: STDOUT can only be used for std_err"));
            plan.err_as_out = true;
            return error();
        case stdio::way::null:
            child[which] = owned_fd(::open("/dev/null", O_RDWR | O_CLOEXEC));
            if (!child[which]) return make_os_error(errno, "/dev/null");
            break;
        case stdio::way::pipe:
            if (!make_pipe(made)) return make_os_error(errno, "pipe");
            child[which] = std::move(which == 0 ? made.reads : made.writes);
            ours[which] = std::move(which == 0 ? made.writes : made.reads);
            set_non_blocking(ours[which].get());
        }
        plan.fds[which] = child[which].get();
        return error();
    }
};

// ---- after --------------------------------------------------------------------------------------

/// Reads until the child's program runs, or it says why not.
bool hear(int from, last_words& words) noexcept {
    return uninterrupted([&] { return ::read(from, &words, sizeof words); }) ==
           static_cast<ssize_t>(sizeof words);
}

/// -1: errno.
pid_t fork_child(child_plan& plan) {
    const signals_held_off here;
    plan.signals = here.before;
    const pid_t pid = ::fork();
    if (pid == 0) be_child(plan);
    return pid;
}

}  // namespace

error spawn(std::string const& name, std::vector<std::string> const& argv,
            subprocess_options const& options, spawned& made) {
    const std::vector<std::string> environment = environment_of(options);
    check_text(options.cwd);
    child_plan plan;
    plan.argv = pointers(argv);
    plan.env = pointers(environment);
    plan.places = places_of(name, environment);
    plan.folder = options.cwd.empty() ? nullptr : options.cwd.c_str();
    plan.new_session = options.start_new_session;
    plan.group = options.process_group;
    plan.pass_fds = &options.pass_fds;
    plan.most_fds = std::min(::sysconf(_SC_OPEN_MAX), 65536L);
    streams_to_be streams;
    stdio const* const led[3] = {&options.std_in, &options.std_out, &options.std_err};
    for (int i = 0; i < 3; ++i) {
        const error refused = streams.open(i, *led[i], plan);
        if (refused) return refused;
    }
    pipe_ends news;
    if (!make_pipe(news)) return make_os_error(errno, "pipe");
    if (news.writes.get() < 3)  // where its streams will be
        news.writes = owned_fd(::fcntl(news.writes.get(), F_DUPFD_CLOEXEC, 3));
    if (!news.writes) return make_os_error(errno, "pipe");
    plan.tells = news.writes.get();

    const pid_t pid = fork_child(plan);
    if (pid < 0) return make_os_error(errno, "fork");
    made.pid = static_cast<int>(pid);
    news.writes.close();
    last_words words;
    if (hear(news.reads.get(), words)) {
        uninterrupted([&] { return ssize_t(::waitpid(made.pid, nullptr, 0)); });
        return make_os_error(words.problem, words.of_folder ? options.cwd : name);
    }
    for (int i = 0; i < 3; ++i) made.ends[i] = std::move(streams.ours[i]);
    return error();
}

}  // namespace detail
}  // namespace lasti

#endif
