// Child processes: what they are given, what they give back, how they end. On each selector, by pidfds and by threads.
#include <lasti/subprocess.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include <signal.h>
#include <sys/stat.h>
#if defined(__linux__)
#include <sys/syscall.h>
#endif

#include <lasti/lasti.hpp>

#include "support/children.hpp"
#include "support/temporary.hpp"
#include "support/trace.hpp"

#include <lasti/keywords.hpp>

#if defined(__linux__)
namespace {
int pipes_until_failure = -1;
}
// In place of the C library's. (To use up the descriptors would trouble the sanitizers.)
extern "C" int pipe2(int* ends, int flags) noexcept {
    if (pipes_until_failure != 0) {
        if (pipes_until_failure > 0) --pipes_until_failure;
        return static_cast<int>(::syscall(SYS_pipe2, ends, flags));
    }
    errno = EMFILE;
    return -1;
}
#endif

namespace {

using lasti::subprocess::DEVNULL;
using lasti::subprocess::PIPE;
using lasti::subprocess::STDOUT;

typedef std::pair<std::string, std::string> outputs;

/// "name: message" of what starting it raises.
std::string failure(selector_loop& on, std::string const& program, lasti::subprocess_options const& options = {}) {
    return come_to(on, lasti::create_subprocess_exec(program, {}, options)); // which does not wait
}

/// Polls until it has ended.
void until_ended(selector_loop& on, lasti::process const& p) { on.loop.run_until_complete(p.wait()); }

} // namespace

TEST_SUITE_BEGIN("subprocess");

TEST_CASE("SP1: a program runs, and what it returns is told") {
    in_each_way([](selector_loop& on) {
        lasti::subprocess_options input;
        input.std_in = PIPE;
        const lasti::process p = exec(on, "sh", {"-c", "read line; exit 7"}, input);
        CHECK(p.pid() > 0);
        CHECK_FALSE(p.returncode());
        CHECK_THROWS_AS(*p.returncode(), lasti::invalid_state_error);
        CHECK(p.std_in());
        CHECK_FALSE(p.std_out());
        CHECK_FALSE(p.std_err());
        CHECK(p.describe() == "process " + std::to_string(p.pid()) + " ('sh')");
        p.std_in().close();
        CHECK(on.loop.run_until_complete(p.wait()) == 7);
        CHECK(*p.returncode() == 7);
        CHECK(on.loop.run_until_complete(p.wait()) == 7);
        CHECK(on.loop.run_until_complete(exec(on, "/bin/true").wait()) == 0);
    });
}

TEST_CASE("SP1: killed by signal N is -N; a signal after the end is a process_lookup_error") {
    in_each_way([](selector_loop& on) {
        const lasti::process killed = exec(on, "sleep", {"1000"}), ended = exec(on, "sleep", {"1000"}),
                             signalled = exec(on, "sleep", {"1000"});
        killed.kill();
        ended.terminate();
        signalled.send_signal(SIGUSR1);
        CHECK(on.loop.run_until_complete(killed.wait()) == -SIGKILL);
        CHECK(on.loop.run_until_complete(ended.wait()) == -SIGTERM);
        CHECK(on.loop.run_until_complete(signalled.wait()) == -SIGUSR1);
        CHECK_THROWS_AS(killed.kill(), lasti::process_lookup_error);
        CHECK_THROWS_AS(killed.terminate(), lasti::process_lookup_error);
        CHECK_THROWS_WITH_AS(killed.send_signal(0), (killed.describe() + ": No such process").c_str(), lasti::process_lookup_error);
    });
}

TEST_CASE("SP1: any number of tasks wait for one process; who is cancelled leaves the others alone") {
    in_each_way([](selector_loop& on) {
        const lasti::process p = exec(on, "cat", {}, with_pipes());
        const lasti::task<int> first = start(on, p.wait()), second = start(on, p.wait()), third = start(on, p.wait());
        some_rounds(on);
        CHECK(contains(on.loop.describe_tasks(), "wait of " + p.describe()));
        second.cancel();
        some_rounds(on);
        CHECK(second.cancelled());
        p.std_in().close();
        CHECK(on.loop.run_until_complete(first) == 0);
        CHECK(on.loop.run_until_complete(third) == 0);
    });
}

TEST_CASE("SP1: a process that somebody else has collected returns 255, which is reported") {
    in_each_way([](selector_loop& on) {
        const lasti::process p = shell(on, "read line; exit 3", with_pipes());
        const lasti::task<int> t = start(on, p.wait());
        some_rounds(on);
        p.std_in().close();
        REQUIRE(::waitpid(p.pid(), nullptr, 0) == p.pid());
        CHECK(on.loop.run_until_complete(t) == 255);
        CHECK(contains(on.reported.messages(), "Unknown child process pid " + std::to_string(p.pid()) + ", will report returncode 255"));
        on.reported.forget();
    });
}

TEST_CASE("SP1: communicate() sends, reads both outputs, and waits") {
    in_each_way([](selector_loop& on) {
        const lasti::process p = shell(on, "echo warning >&2; sort", with_pipes());
        CHECK((on.loop.run_until_complete(p.communicate("b\nc\na\n")) == outputs("a\nb\nc\n", "warning\n")));
        CHECK(*p.returncode() == 0);
        CHECK((on.loop.run_until_complete(shell(on, "echo one; exit 2", with_output()).communicate()) == outputs("one\n", "")));
        CHECK((on.loop.run_until_complete(shell(on, "exit 2").communicate("nobody gets it")) == outputs()));
    });
}

TEST_CASE("SP1: communicate() sends and receives at once: no amount stands in its own way") {
    in_each_way([](selector_loop& on) {
        std::string text;
        while (text.size() < 2000000) text += "line " + std::to_string(text.size()) + '\n';
        const lasti::process p = shell(on, "tee /dev/stderr", with_pipes());
        CHECK((on.loop.run_until_complete(p.communicate(text)) == outputs(text, text)));
    });
}

TEST_CASE("SP1: communicate() with who does not read ignores that: BrokenPipeError and ConnectionResetError") {
    in_each_way([](selector_loop& on) {
        const lasti::process p = shell(on, "exec 0<&-; echo done", with_pipes());
        CHECK((on.loop.run_until_complete(p.communicate(std::string(3000000, 'x'))) == outputs("done\n", "")));
        const lasti::process ended = shell(on, "exit 1", with_pipes());
        until_ended(on, ended);
        CHECK((on.loop.run_until_complete(ended.communicate("too late")) == outputs()));
    });
}

TEST_CASE("SP1: a conversation, line by line") {
    in_each_way([](selector_loop& on) {
        const lasti::process p = exec(on, "cat", {}, with_pipes());
        for (std::string const& line : {std::string("one\n"), std::string("two\n")}) {
            on.loop.run_until_complete(p.std_in().send_all(line));
            CHECK(on.loop.run_until_complete(p.std_out().readline()) == line);
        }
        p.std_in().close();
        CHECK(on.loop.run_until_complete(p.std_out().readline()) == "");
        until_ended(on, p);
    });
}

TEST_CASE("SP1: wait() does not wait for who has inherited the pipes") {
    in_each_way([](selector_loop& on) {
        const lasti::process p = shell(on, "sleep 1000 & echo $!", with_output());
        const std::string other = on.loop.run_until_complete(p.std_out().readline());
        CHECK(on.loop.run_until_complete(p.wait()) == 0);
        ::kill(std::stoi(other), SIGKILL);
        CHECK(on.loop.run_until_complete(p.std_out().read()) == "");
    });
}

TEST_CASE("PI1, SP1: the program closes its input: writing is over at once") {
    in_each_way([](selector_loop& on) {
        const lasti::process p = shell(on, "exec 0<&-; exec sleep 1000", with_pipes());
        on.loop.run_until_complete(p.std_in().wait_closed());
        CHECK(p.std_in().is_closing());
        p.kill();
        until_ended(on, p);
    });
}

// ---- what it is given ---------------------------------------------------------------------------

TEST_CASE("SP1: streams lead to a pipe, to nowhere, to the other output, to a descriptor, or where ours lead") {
    in_each_way([](selector_loop& on) {
        lasti::subprocess_options o = with_output();
        o.std_err = STDOUT;
        CHECK(output_of(on, "echo out; echo err >&2", o) == "out\nerr\n");
        o.std_err = DEVNULL;
        CHECK(output_of(on, "echo out; echo err >&2", o) == "out\n");
        o.std_in = DEVNULL;
        CHECK(output_of(on, "cat; echo end", o) == "end\n");
        const temporary_file in("from a file\n"), out;
        const int from = ::open(in.path.c_str(), O_RDONLY), to = ::open(out.path.c_str(), O_WRONLY);
        o.std_in = from;
        CHECK(output_of(on, "cat", o) == "from a file\n");
        o.std_out = to;
        o.std_err = to;
        o.std_in = lasti::stdio();
        until_ended(on, shell(on, "echo both >&2; echo of them", o));
        CHECK(out.text() == "both\nof them\n");
        CHECK(::fcntl(from, F_GETFD) != -1);
        ::close(from);
        ::close(to);
        const int kept = ::dup(1), nowhere = ::open("/dev/null", O_WRONLY);
        ::dup2(nowhere, 1);
        o = lasti::subprocess_options();
        o.std_err = STDOUT; // inherited
        const int code = on.loop.run_until_complete(shell(on, "echo out; echo err >&2; [ /dev/fd/1 -ef /dev/fd/2 ]", o).wait());
        ::dup2(kept, 1);
        ::close(kept);
        ::close(nowhere);
        CHECK(code == 0);
    });
}

TEST_CASE("SP1: it works though our own streams are closed, so that their numbers are used for others") {
    in_each_way([](selector_loop& on) {
        int kept[3];
        for (int fd = 0; fd < 3; ++fd) kept[fd] = ::fcntl(fd, F_DUPFD_CLOEXEC, 100);
        for (int fd = 0; fd < 3; ++fd) ::close(fd);
        std::pair<std::string, std::string> both;
        std::string problem;
        try {
            both = on.loop.run_until_complete(shell(on, "cat; echo err >&2", with_pipes()).communicate("in\n"));
        } catch (std::exception const& e) { problem = e.what(); }
        for (int fd = 0; fd < 3; ++fd) {
            ::dup2(kept[fd], fd);
            ::close(kept[fd]);
        }
        CHECK(problem == "");
        CHECK((both == outputs("in\n", "err\n")));
    });
}

TEST_CASE("SP1: folder and environment") {
    in_each_way([](selector_loop& on) {
        lasti::subprocess_options o;
        o.cwd = "/usr/bin";
        o.env["LASTI_TEST"] = "a b";
        CHECK(output_of(on, "pwd; echo \"$LASTI_TEST\"; [ -n \"$PATH\" ] && echo path", o) == "/usr/bin\na b\npath\n");
        o.inherits_env = false;
        o.env["PATH"] = "/nowhere:/usr/bin:/bin";
        o.std_out = PIPE;
        const lasti::process p = exec(on, "env", {}, o); // is looked for in that
        CHECK(on.loop.run_until_complete(p.communicate()).first == "LASTI_TEST=a b\nPATH=/nowhere:/usr/bin:/bin\n");
        o.env["PATH"] = "/nowhere";
        CHECK(failure(on, "env", o) == "file_not_found_error: env: No such file or directory");
    });
}

TEST_CASE("SP1: a session or a process group of its own") {
    in_each_way([](selector_loop& on) {
        lasti::subprocess_options o;
        const lasti::process same = exec(on, "sleep", {"1000"}, o);
        o.process_group = 0;
        const lasti::process leads = exec(on, "sleep", {"1000"}, o);
        o.process_group = leads.pid();
        const lasti::process joins = exec(on, "sleep", {"1000"}, o);
        o.process_group = -1;
        o.start_new_session = true;
        const lasti::process alone = exec(on, "sleep", {"1000"}, o);
        CHECK(::getpgid(same.pid()) == ::getpgid(0));
        CHECK(::getsid(same.pid()) == ::getsid(0));
        CHECK(::getpgid(leads.pid()) == leads.pid());
        CHECK(::getpgid(joins.pid()) == leads.pid());
        CHECK(::getsid(leads.pid()) == ::getsid(0));
        CHECK(::getsid(alone.pid()) == alone.pid());
        ::kill(-leads.pid(), SIGTERM);
        CHECK(on.loop.run_until_complete(joins.wait()) == -SIGTERM);
        CHECK(on.loop.run_until_complete(leads.wait()) == -SIGTERM);
        same.kill();
        alone.kill();
        until_ended(on, same);
        until_ended(on, alone);
    });
}

#if defined(__linux__)
TEST_CASE("SP1: no descriptor goes along but those that are named") {
    in_each_way([](selector_loop& on) {
        const int leaks = ::open("/dev/null", O_RDONLY); // without O_CLOEXEC
        const int passed = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        const lasti::process other = exec(on, "cat", {}, with_pipes());
        lasti::subprocess_options o;
        const std::string is_open = "[ -e /proc/self/fd/";
        CHECK(output_of(on, "ls /proc/self/fd", o) == "0\n1\n2\n3\n"); // of which 3 is the folder
        o.pass_fds.push_back(passed);
        CHECK(output_of(on, is_open + std::to_string(passed) + " ] && echo there", o) == "there\n");
        ::close(leaks);
        ::close(passed);
        other.std_in().close();
        until_ended(on, other);
    });
}

TEST_CASE("SP1: no signal is blocked or handled in it that was not; SIGPIPE does its default; what is ignored stays so") {
    in_each_way([](selector_loop& on) {
        struct sigaction ignored = {}, pipe_before, hup_before;
        ignored.sa_handler = SIG_IGN;
        ::sigaction(SIGPIPE, &ignored, &pipe_before);
        ::sigaction(SIGHUP, &ignored, &hup_before);
        on.loop.add_signal_handler(SIGUSR1, [] {});
        sigset_t before;
        ::pthread_sigmask(SIG_SETMASK, nullptr, &before);
        const std::string about = output_of(on, "exec cat /proc/self/status");
        sigset_t after;
        ::pthread_sigmask(SIG_SETMASK, nullptr, &after);
        CHECK(::sigismember(&after, SIGUSR2) == ::sigismember(&before, SIGUSR2));
        ::sigaction(SIGPIPE, &pipe_before, nullptr);
        ::sigaction(SIGHUP, &hup_before, nullptr);
        CHECK(contains(about, "SigBlk:\t0000000000000000"));
        CHECK(contains(about, "SigCgt:\t0000000000000000"));
        const unsigned long ign = std::stoul(about.substr(about.find("SigIgn:\t") + 8, 16), nullptr, 16);
        CHECK((ign & (1ul << (SIGHUP - 1))) != 0);
        CHECK((ign & (1ul << (SIGPIPE - 1))) == 0);
        on.loop.remove_signal_handler(SIGUSR1);
    });
}
#endif

// ---- what can not be started --------------------------------------------------------------------

TEST_CASE("SP1: what cannot be run is told by its name: no program, no permission, no program format, no such folder") {
    in_each_way([](selector_loop& on) {
        CHECK(failure(on, "no-such-program") == "file_not_found_error: no-such-program: No such file or directory");
        CHECK(failure(on, "/no/such/program") == "file_not_found_error: /no/such/program: No such file or directory");
        CHECK(failure(on, "/tmp") == "permission_error: /tmp: Permission denied");
        const temporary_file text("not a program\n");
        CHECK(failure(on, text.path) == "permission_error: " + text.path + ": Permission denied");
        ::chmod(text.path.c_str(), 0700);
        CHECK(failure(on, text.path) == "os_error: " + text.path + ": Exec format error");
        lasti::subprocess_options o = with_pipes();
        o.cwd = "/no/such/folder";
        CHECK(failure(on, "true", o) == "file_not_found_error: /no/such/folder: No such file or directory");
        CHECK(no_children());
    });
}

TEST_CASE("SP1: options that make no sense are a value_error, or an os_error, and nothing is started") {
    // Needs exceptions: what is used wrongly throws.
    in_each_way([](selector_loop& on) {
        lasti::subprocess_options o;
        o.std_out = STDOUT;
        CHECK(failure(on, "true", o) == "value_error: create_subprocess: STDOUT can only be used for std_err");
        o = lasti::subprocess_options();
        o.limit = 0;
        CHECK(failure(on, "true", o) == "value_error: create_subprocess: Limit cannot be <= 0");
        o = lasti::subprocess_options();
        o.env["A=B"] = "c";
        CHECK(failure(on, "true", o) == "value_error: create_subprocess: illegal environment variable name: 'A=B'");
        CHECK(failure(on, std::string("a\0b", 3)) == "value_error: create_subprocess: embedded null byte");
        o = with_pipes();
        o.std_err = 999;
        CHECK(failure(on, "true", o) == "os_error: create_subprocess: descriptor 999: Bad file descriptor");
        o = with_pipes();
        o.process_group = 1; // of another session
        CHECK(failure(on, "true", o) == "permission_error: true: Operation not permitted");
    });
}

#if defined(__linux__)
TEST_CASE("SP1: where descriptors run out, that is raised, whichever it is; nothing is left") {
    in_each_way([](selector_loop& on) {
        for (int n = 0; n < (lasti::detail::watches_by_pidfd ? 4 : 5); ++n) {
            pipes_until_failure = n;
            const std::string told = failure(on, "cat", with_pipes());
            pipes_until_failure = -1;
            CHECK(told == "os_error: pipe: Too many open files");
            CHECK(no_children());
        }
    });
}
#endif

TEST_CASE("an empty process is refused") {
    const lasti::process none;
    CHECK_FALSE(none);
    CHECK_THROWS_AS(none.pid(), lasti::type_error);
    CHECK_THROWS_AS((void)none.wait(), lasti::type_error);
    CHECK_THROWS_AS(none.communicate(), lasti::type_error);
    CHECK((none == lasti::process()));
}

// ---- how it ends --------------------------------------------------------------------------------

TEST_CASE("SP1: when its last handle goes it is killed, and the loop collects it; in debug mode that is reported") {
    for (const bool debug : {false, true}) {
        in_each_way([debug](selector_loop& on) {
            on.loop.set_debug(debug);
            lasti::process p = exec(on, "cat", {}, with_pipes());
            const int pid = p.pid();
            {
                const lasti::process copy = p;
                p = lasti::process();
                some_rounds(on);
                CHECK(::kill(pid, 0) == 0);
            }
            while (::kill(pid, 0) == 0) some_rounds(on);
            CHECK(contains(on.reported.messages(), "unclosed process " + std::to_string(pid) + " ('cat') was killed") == debug);
            on.reported.forget();
            on.loop.set_debug(false);
        });
    }
}

TEST_CASE("SP1: who waits holds it; cancelled, it lets go") {
    in_each_way([](selector_loop& on) {
        const lasti::task<int> waits = start(on, shell(on, "exit 5").wait());
        CHECK(on.loop.run_until_complete(waits) == 5);
        const lasti::task<int> given_up = start(on, shell(on, "exec sleep 1000").wait());
        some_rounds(on);
        given_up.cancel();
        some_rounds(on);
        CHECK(given_up.cancelled());
        while (!no_children()) some_rounds(on);
    });
}

TEST_CASE("SP1: a loop that is closed kills its children and collects them") {
    in_each_way([](selector_loop& on) {
        lasti::process p;
        lasti::task<int> waits;
        {
            selector_loop other("poll");
            p = other.loop.run_until_complete(lasti::create_subprocess_exec("sleep", {"1000"}, with_pipes()));
            (void)other.loop.run_until_complete(lasti::create_subprocess_shell("exec sleep 1000"));
            waits = other.loop.create_task(lasti::as_coroutine(p.wait()));
            other.loop.create_task(p.communicate("x"));
            for (int i = 0; i < 4; ++i) other.loop.poll();
            other.reported.forget();
        }
        (void)on;
        CHECK(no_children());
        CHECK(*p.returncode() == -SIGKILL);
        CHECK_THROWS_AS(p.kill(), lasti::process_lookup_error);
    });
}

TEST_CASE("SP1: communicate() that is cancelled lets the process go on, if there is a handle") {
    in_each_way([](selector_loop& on) {
        const lasti::process p = exec(on, "cat", {}, with_pipes());
        const lasti::task<outputs> t = start(on, p.communicate("x"));
        const lasti::task<outputs> at_once = start(on, p.communicate("x"));
        at_once.cancel();
        some_rounds(on, 1);
        t.cancel();
        some_rounds(on);
        CHECK(t.cancelled());
        CHECK(at_once.cancelled());
        CHECK_FALSE(p.returncode());
        p.kill();
        CHECK(on.loop.run_until_complete(p.wait()) == -SIGKILL);
    });
}

TEST_CASE("SP1: a process that somebody waits for is no deadlock; one that nobody waits for keeps run() from nothing") {
    in_each_way([](selector_loop& on) {
        const lasti::process idle = exec(on, "sleep", {"1000"});
        on.loop.run();
        CHECK_FALSE(idle.returncode());
        const lasti::task<int> waits = start(on, shell(on, "exit 4").wait());
        on.loop.run();
        CHECK(waits.result() == 4);
        idle.kill();
        until_ended(on, idle);
    });
}

TEST_CASE("SP1: many at once") {
    in_each_way([](selector_loop& on) {
        std::vector<lasti::task<outputs>> all;
        for (int i = 0; i < 20; ++i) all.push_back(start(on, shell(on, "cat; echo " + std::to_string(i), with_pipes()).communicate("n ")));
        for (int i = 0; i < 20; ++i) CHECK(on.loop.run_until_complete(all[static_cast<std::size_t>(i)]).first == "n " + std::to_string(i) + "\n");
    });
}

TEST_CASE("a process of another loop is refused") {
    in_each_way([](selector_loop& on) {
        selector_loop other("poll");
        const lasti::process p = exec(on, "sleep", {"1000"});
        CHECK(starts_with(come_to(other, p.wait()), "runtime_error: "));
        p.kill();
        until_ended(on, p);
    });
}

TEST_CASE("SP1: a forked process that drops it, or closes the loop, does not kill the child of its parent") {
    in_each_way([](selector_loop& on) {
        (void)on;
        std::unique_ptr<selector_loop> other(new selector_loop("poll"));
        lasti::process p = other->loop.run_until_complete(lasti::create_subprocess_exec("sleep", {"1000"}));
        const pid_t forked = ::fork();
        if (forked == 0) {
            p = lasti::process();
            other.reset();
            ::_exit(0);
        }
        REQUIRE(::waitpid(forked, nullptr, 0) == forked);
        CHECK(::kill(p.pid(), 0) == 0);
        int status;
        CHECK(::waitpid(p.pid(), &status, WNOHANG) == 0);
        p.kill();
        CHECK(other->loop.run_until_complete(p.wait()) == -SIGKILL);
    });
}

TEST_SUITE_END();
