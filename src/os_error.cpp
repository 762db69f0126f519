// Which class an errno has.
#include <lasti/os_error.hpp>

#include <cerrno>

namespace lasti {

error make_os_error(int number, std::string const& what) {
    // No switch: some of them are the same number on some systems.
    const auto is = [number](int other) { return number == other; };
    if (is(EAGAIN) || is(EWOULDBLOCK) || is(EALREADY) || is(EINPROGRESS))
        return error::make(blocking_io_error(number, what));
    if (is(ECHILD)) return error::make(child_process_error(number, what));
    if (is(EPIPE)) return error::make(broken_pipe_error(number, what));
#if defined(ESHUTDOWN)
    if (is(ESHUTDOWN)) return error::make(broken_pipe_error(number, what));
#endif
    if (is(ECONNABORTED)) return error::make(connection_aborted_error(number, what));
    if (is(ECONNREFUSED)) return error::make(connection_refused_error(number, what));
    if (is(ECONNRESET)) return error::make(connection_reset_error(number, what));
    if (is(EEXIST)) return error::make(file_exists_error(number, what));
    if (is(ENOENT)) return error::make(file_not_found_error(number, what));
    if (is(EINTR)) return error::make(interrupted_error(number, what));
    if (is(EISDIR)) return error::make(is_a_directory_error(number, what));
    if (is(ENOTDIR)) return error::make(not_a_directory_error(number, what));
    if (is(EACCES) || is(EPERM)) return error::make(permission_error(number, what));
    if (is(ESRCH)) return error::make(process_lookup_error(number, what));
    return error::make(os_error(number, what));
}

void throw_os_error(int number, std::string const& what) { make_os_error(number, what).rethrow(); }

}  // namespace lasti
