// The errors of Winsock: which errno each is, and what that is called, for which the C library of
// Windows has no words.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO && defined(_WIN32)

#include <string>

#include <lasti/os_error.hpp>

#include "windows_calls.hpp"

namespace lasti {
namespace detail {

namespace {

struct socket_error {
    int code;
    int number;
    const char* words;
};

const socket_error socket_errors[] = {
    {WSAEINTR, EINTR, "Interrupted system call"},
    {WSAEBADF, EBADF, "Bad file descriptor"},
    {WSA_INVALID_HANDLE, EBADF, "Bad file descriptor"},
    {WSAEACCES, EACCES, "Permission denied"},
    {WSAEFAULT, EFAULT, "Bad address"},
    {WSAEINVAL, EINVAL, "Invalid argument"},
    {WSAEMFILE, EMFILE, "Too many open files"},
    {WSA_NOT_ENOUGH_MEMORY, ENOMEM, "Cannot allocate memory"},
    {WSAEWOULDBLOCK, EWOULDBLOCK, "Resource temporarily unavailable"},
    {WSAEINPROGRESS, EINPROGRESS, "Operation now in progress"},
    {WSAEALREADY, EALREADY, "Operation already in progress"},
    {WSAENOTSOCK, ENOTSOCK, "Socket operation on non-socket"},
    {WSAEDESTADDRREQ, EDESTADDRREQ, "Destination address required"},
    {WSAEMSGSIZE, EMSGSIZE, "Message too long"},
    {WSAEPROTOTYPE, EPROTOTYPE, "Protocol wrong type for socket"},
    {WSAENOPROTOOPT, ENOPROTOOPT, "Protocol not available"},
    {WSAEPROTONOSUPPORT, EPROTONOSUPPORT, "Protocol not supported"},
    {WSAESOCKTNOSUPPORT, EPROTONOSUPPORT, "Protocol not supported"},
    {WSAEOPNOTSUPP, EOPNOTSUPP, "Operation not supported"},
    {WSAEAFNOSUPPORT, EAFNOSUPPORT, "Address family not supported by protocol"},
    {WSAEPFNOSUPPORT, EAFNOSUPPORT, "Address family not supported by protocol"},
    {WSAEADDRINUSE, EADDRINUSE, "Address already in use"},
    {WSAEADDRNOTAVAIL, EADDRNOTAVAIL, "Cannot assign requested address"},
    {WSAENETDOWN, ENETDOWN, "Network is down"},
    {WSAENETUNREACH, ENETUNREACH, "Network is unreachable"},
    {WSAENETRESET, ENETRESET, "Network dropped connection on reset"},
    {WSAECONNABORTED, ECONNABORTED, "Software caused connection abort"},
    {WSAECONNRESET, ECONNRESET, "Connection reset by peer"},
    {WSAENOBUFS, ENOBUFS, "No buffer space available"},
    {WSAEISCONN, EISCONN, "Transport endpoint is already connected"},
    {WSAENOTCONN, ENOTCONN, "Transport endpoint is not connected"},
    {WSAESHUTDOWN, EPIPE, "Broken pipe"},
    {WSAETIMEDOUT, ETIMEDOUT, "Connection timed out"},
    {WSAECONNREFUSED, ECONNREFUSED, "Connection refused"},
    {WSAEHOSTDOWN, EHOSTUNREACH, "No route to host"},
    {WSAEHOSTUNREACH, EHOSTUNREACH, "No route to host"},
};

class errno_words final : public std::error_category {
public:
    const char* name() const noexcept override { return std::generic_category().name(); }
    std::string message(int number) const override {
        for (socket_error const& each : socket_errors)
            if (each.number == number) return each.words;
        return std::generic_category().message(number);
    }
    std::error_condition default_error_condition(int number) const noexcept override {
        return std::error_condition(number, std::generic_category());
    }
};

}  // namespace

int errno_of(int code) noexcept {
    for (socket_error const& each : socket_errors)
        if (each.code == code) return each.number;
    return EIO;
}

std::error_category const& errno_category() noexcept {
    static const errno_words category;
    return category;
}

}  // namespace detail
}  // namespace lasti

#endif
