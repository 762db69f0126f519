// os_error: what the operating system refused, with its errno. Python's OSError and its subclasses.
//
//     TRY { AWAIT_SET(text, lasti::sock_recv(s, 100)); }
//     EXCEPT(lasti::connection_reset_error) { … }              // ECONNRESET
//     EXCEPT_AS(e, lasti::os_error) { … e->error_number() … }  // any other
//     END_TRY
#ifndef LASTI_OS_ERROR_HPP_INCLUDED
#define LASTI_OS_ERROR_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <string>
#include <system_error>

#include <lasti/error.hpp>
#include <lasti/export.hpp>

namespace lasti {

namespace detail {

/// Whose numbers errnos are.
#if LASTI_HAS_IO && defined(_WIN32)
/// As the generic category compares with std::errc, and with words for those of sockets, too.
LASTI_API std::error_category const& errno_category() noexcept;
#else
inline std::error_category const& errno_category() noexcept { return std::generic_category(); }
#endif

}  // namespace detail

/// Python's OSError. It is a std::system_error: its code() is the errno, which compares with
/// std::errc: in the generic category, and on Windows in one that is like it.
class LASTI_VISIBLE os_error : public std::system_error {
public:
    typedef detail::exception_family<os_error, std::system_error> lasti_family;
    /// `what` is the operation that failed; the system's words follow it.
    os_error(int number, std::string const& what)
        : std::system_error(number, detail::errno_category(), what) {}
    /// The errno, for what `errno` is a macro. Python's OSError.errno.
    int error_number() const noexcept { return code().value(); }

protected:
    /// Of a class whose numbers are no errnos.
    os_error(std::error_code code, std::string const& what) : std::system_error(code, what) {}
};

/// EAGAIN, EALREADY, EINPROGRESS, EWOULDBLOCK (Python's BlockingIOError).
class LASTI_VISIBLE blocking_io_error : public os_error {
public:
    typedef detail::exception_family<blocking_io_error, os_error> lasti_family;
    using os_error::os_error;
};

/// ECHILD (Python's ChildProcessError).
class LASTI_VISIBLE child_process_error : public os_error {
public:
    typedef detail::exception_family<child_process_error, os_error> lasti_family;
    using os_error::os_error;
};

/// A connection that broke or did not come about (Python's ConnectionError).
class LASTI_VISIBLE connection_error : public os_error {
public:
    typedef detail::exception_family<connection_error, os_error> lasti_family;
    using os_error::os_error;
};

/// EPIPE, ESHUTDOWN: nobody reads any more (Python's BrokenPipeError).
class LASTI_VISIBLE broken_pipe_error : public connection_error {
public:
    typedef detail::exception_family<broken_pipe_error, connection_error> lasti_family;
    using connection_error::connection_error;
};

/// ECONNABORTED (Python's ConnectionAbortedError).
class LASTI_VISIBLE connection_aborted_error : public connection_error {
public:
    typedef detail::exception_family<connection_aborted_error, connection_error> lasti_family;
    using connection_error::connection_error;
};

/// ECONNREFUSED: nobody listens there (Python's ConnectionRefusedError).
class LASTI_VISIBLE connection_refused_error : public connection_error {
public:
    typedef detail::exception_family<connection_refused_error, connection_error> lasti_family;
    using connection_error::connection_error;
};

/// ECONNRESET: the other side has dropped it (Python's ConnectionResetError).
class LASTI_VISIBLE connection_reset_error : public connection_error {
public:
    typedef detail::exception_family<connection_reset_error, connection_error> lasti_family;
    using connection_error::connection_error;
};

/// EEXIST (Python's FileExistsError).
class LASTI_VISIBLE file_exists_error : public os_error {
public:
    typedef detail::exception_family<file_exists_error, os_error> lasti_family;
    using os_error::os_error;
};

/// ENOENT (Python's FileNotFoundError).
class LASTI_VISIBLE file_not_found_error : public os_error {
public:
    typedef detail::exception_family<file_not_found_error, os_error> lasti_family;
    using os_error::os_error;
};

/// EINTR (Python's InterruptedError).
class LASTI_VISIBLE interrupted_error : public os_error {
public:
    typedef detail::exception_family<interrupted_error, os_error> lasti_family;
    using os_error::os_error;
};

/// EISDIR (Python's IsADirectoryError).
class LASTI_VISIBLE is_a_directory_error : public os_error {
public:
    typedef detail::exception_family<is_a_directory_error, os_error> lasti_family;
    using os_error::os_error;
};

/// ENOTDIR (Python's NotADirectoryError).
class LASTI_VISIBLE not_a_directory_error : public os_error {
public:
    typedef detail::exception_family<not_a_directory_error, os_error> lasti_family;
    using os_error::os_error;
};

/// EACCES, EPERM (Python's PermissionError).
class LASTI_VISIBLE permission_error : public os_error {
public:
    typedef detail::exception_family<permission_error, os_error> lasti_family;
    using os_error::os_error;
};

/// ESRCH (Python's ProcessLookupError).
class LASTI_VISIBLE process_lookup_error : public os_error {
public:
    typedef detail::exception_family<process_lookup_error, os_error> lasti_family;
    using os_error::os_error;
};

/// The class of that errno, boxed; os_error itself if none is its own.
LASTI_API error make_os_error(int number, std::string const& what);
/// Throws that.
[[noreturn]] LASTI_API void throw_os_error(int number, std::string const& what);

}  // namespace lasti

#endif
