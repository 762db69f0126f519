#include <lasti/os_error.hpp>

#include <doctest/doctest.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "support/trace.hpp"

namespace {

std::string class_of(int number) { return lasti::make_os_error(number, "x").type_name(); }

} // namespace

TEST_SUITE_BEGIN("os_error");

TEST_CASE("each errno has the class that Python gives it") {
    CHECK(class_of(EAGAIN) == "lasti::blocking_io_error");
    CHECK(class_of(EWOULDBLOCK) == "lasti::blocking_io_error");
    CHECK(class_of(EALREADY) == "lasti::blocking_io_error");
    CHECK(class_of(EINPROGRESS) == "lasti::blocking_io_error");
    CHECK(class_of(ECHILD) == "lasti::child_process_error");
    CHECK(class_of(EPIPE) == "lasti::broken_pipe_error");
#if defined(ESHUTDOWN)
    CHECK(class_of(ESHUTDOWN) == "lasti::broken_pipe_error");
#endif
    CHECK(class_of(ECONNABORTED) == "lasti::connection_aborted_error");
    CHECK(class_of(ECONNREFUSED) == "lasti::connection_refused_error");
    CHECK(class_of(ECONNRESET) == "lasti::connection_reset_error");
    CHECK(class_of(EEXIST) == "lasti::file_exists_error");
    CHECK(class_of(ENOENT) == "lasti::file_not_found_error");
    CHECK(class_of(EINTR) == "lasti::interrupted_error");
    CHECK(class_of(EISDIR) == "lasti::is_a_directory_error");
    CHECK(class_of(ENOTDIR) == "lasti::not_a_directory_error");
    CHECK(class_of(EACCES) == "lasti::permission_error");
    CHECK(class_of(EPERM) == "lasti::permission_error");
    CHECK(class_of(ESRCH) == "lasti::process_lookup_error");
    CHECK(class_of(EMFILE) == "lasti::os_error");
}

TEST_CASE("it is caught as what it is, as its parents, and as the standard's system_error; what() says what failed") {
    const lasti::error e = lasti::make_os_error(ECONNRESET, "sock_recv");
    CHECK(e.is<lasti::connection_reset_error>());
    CHECK(e.is<lasti::connection_error>());
    CHECK(e.is<lasti::os_error>());
    CHECK(e.is<std::system_error>());
    CHECK_FALSE(e.is<lasti::broken_pipe_error>());
    CHECK(e.as<lasti::os_error>()->error_number() == ECONNRESET);
    CHECK(e.as<std::system_error>()->code() == std::errc::connection_reset);
    CHECK(starts_with(e.what(), "sock_recv: "));
    CHECK_THROWS_AS(lasti::throw_os_error(ECONNRESET, "sock_recv"), lasti::connection_error);
}

TEST_SUITE_END();
