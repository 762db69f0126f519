// CPython's test_events.py: its SubprocessTestsMixin. The programs there are echo.py and its kin; here cat and the shell.
#include <lasti/subprocess.hpp>

#include <doctest/doctest.h>

#include <string>

#include <signal.h>

#include <lasti/lasti.hpp>

#include "support/children.hpp"

namespace {

/// Reads four bytes, and says what they are to both outputs.
const char* const echo2 = "x=$(head -c 4); printf OUT:$x; printf ERR:$x >&2";
/// Says on std_out what it reads, and on std_err if it can not.
const char* const echo3 = "trap '' PIPE; x=$(head -c 4); printf OUT:$x; x=$(head -c 3); printf OUT:$x 2>/dev/null || "
                          "printf ERR:BrokenPipe >&2; cat";

} // namespace

TEST_SUITE_BEGIN("CPython's test_events.py: subprocesses");

TEST_CASE("SP1: closing kills (test_asyncio/test_events.py: SubprocessTestsMixin.test_subprocess_exec)") {
    in_each_way([](selector_loop& on) {
        lasti::process p = exec(on, "cat", {}, with_pipes());
        p.std_in().write("Python The Winner");
        CHECK(on.loop.run_until_complete(p.std_out().read(100)) == "Python The Winner");
        const lasti::detail::counted<lasti::detail::process_state> inside = p.shared_state();
        p = lasti::process();
        while (!inside->has_ended) on.loop.poll();
        CHECK(inside->returncode == -SIGKILL);
    });
}

TEST_CASE("SP1: talking (test_asyncio/test_events.py: SubprocessTestsMixin.test_subprocess_interactive)") {
    in_each_way([](selector_loop& on) {
        const lasti::process p = exec(on, "cat", {}, with_pipes());
        p.std_in().write("Python ");
        CHECK(on.loop.run_until_complete(p.std_out().read(100)) == "Python ");
        p.std_in().write("The Winner");
        CHECK(on.loop.run_until_complete(p.std_out().read(100)) == "The Winner");
    });
}

TEST_CASE("SP1: a command (test_asyncio/test_events.py: SubprocessTestsMixin.test_subprocess_shell)") {
    in_each_way([](selector_loop& on) {
        const lasti::process p = shell(on, "echo Python", with_pipes());
        p.std_in().close();
        CHECK(on.loop.run_until_complete(p.wait()) == 0);
        CHECK(on.loop.run_until_complete(p.std_out().read()) == "Python\n");
        CHECK(on.loop.run_until_complete(p.std_err().read()) == "");
    });
}

TEST_CASE("SP1: what it returns (test_asyncio/test_events.py: SubprocessTestsMixin.test_subprocess_exitcode)") {
    in_each_way([](selector_loop& on) { CHECK(on.loop.run_until_complete(shell(on, "exit 7").wait()) == 7); });
}

TEST_CASE("SP1: dropped after its end (test_asyncio/test_events.py: SubprocessTestsMixin.test_subprocess_close_after_finish)") {
    in_each_way([](selector_loop& on) {
        lasti::process p = shell(on, "exit 7");
        CHECK_FALSE(p.std_in());
        CHECK_FALSE(p.std_out());
        CHECK_FALSE(p.std_err());
        CHECK(on.loop.run_until_complete(p.wait()) == 7);
        p = lasti::process();
    });
}

TEST_CASE("SP1: killed (test_asyncio/test_events.py: SubprocessTestsMixin.test_subprocess_kill)") {
    in_each_way([](selector_loop& on) {
        const lasti::process p = exec(on, "cat", {}, with_pipes());
        p.kill();
        CHECK(on.loop.run_until_complete(p.wait()) == -SIGKILL);
    });
}

TEST_CASE("SP1: asked to end (test_asyncio/test_events.py: SubprocessTestsMixin.test_subprocess_terminate)") {
    in_each_way([](selector_loop& on) {
        const lasti::process p = exec(on, "cat", {}, with_pipes());
        p.terminate();
        CHECK(on.loop.run_until_complete(p.wait()) == -SIGTERM);
    });
}

TEST_CASE("SP1: another signal (test_asyncio/test_events.py: SubprocessTestsMixin.test_subprocess_send_signal)") {
    in_each_way([](selector_loop& on) {
        struct sigaction usual = {}, before;
        usual.sa_handler = SIG_DFL;
        ::sigaction(SIGHUP, &usual, &before);
        const lasti::process p = exec(on, "cat", {}, with_pipes());
        p.send_signal(SIGHUP);
        CHECK(on.loop.run_until_complete(p.wait()) == -SIGHUP);
        ::sigaction(SIGHUP, &before, nullptr);
    });
}

TEST_CASE("SP1: both outputs (test_asyncio/test_events.py: SubprocessTestsMixin.test_subprocess_stderr)") {
    in_each_way([](selector_loop& on) {
        const lasti::process p = shell(on, echo2, with_pipes());
        p.std_in().write("test");
        CHECK(on.loop.run_until_complete(p.wait()) == 0);
        CHECK(on.loop.run_until_complete(p.std_out().read()) == "OUT:test");
        CHECK(on.loop.run_until_complete(p.std_err().read()) == "ERR:test");
    });
}

TEST_CASE("SP1: one of them (test_asyncio/test_events.py: SubprocessTestsMixin.test_subprocess_stderr_redirect_to_stdout)") {
    in_each_way([](selector_loop& on) {
        lasti::subprocess_options o = with_pipes();
        o.std_err = lasti::subprocess::STDOUT;
        const lasti::process p = shell(on, echo2, o);
        CHECK(p.std_out());
        CHECK_FALSE(p.std_err());
        p.std_in().write("test");
        CHECK(on.loop.run_until_complete(p.wait()) == 0);
        CHECK(on.loop.run_until_complete(p.std_out().read()) == "OUT:testERR:test");
    });
}

TEST_CASE("SP1: its output is closed (test_asyncio/test_events.py: SubprocessTestsMixin.test_subprocess_close_client_stream)") {
    in_each_way([](selector_loop& on) {
        const lasti::process p = shell(on, echo3, with_pipes());
        p.std_in().write("test");
        CHECK(on.loop.run_until_complete(p.std_out().readexactly(8)) == "OUT:test");
        p.std_out().close();
        p.std_in().write("xxx");
        CHECK(on.loop.run_until_complete(p.std_err().read(100)) == "ERR:BrokenPipe");
        p.kill();
        CHECK(on.loop.run_until_complete(p.wait()) == -SIGKILL);
    });
}

TEST_CASE("SP1: in another session (test_asyncio/test_events.py: SubprocessTestsMixin.test_subprocess_wait_no_same_group)") {
    in_each_way([](selector_loop& on) {
        lasti::subprocess_options o;
        o.start_new_session = true;
        CHECK(on.loop.run_until_complete(shell(on, "exit 7", o).wait()) == 7);
    });
}

TEST_SUITE_END();
