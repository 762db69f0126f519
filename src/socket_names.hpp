// Names of sockets: what the system says they are, which text is an address, who shares one, and
// the files of Unix sockets.
#ifndef LASTI_SRC_SOCKET_NAMES_HPP_INCLUDED
#define LASTI_SRC_SOCKET_NAMES_HPP_INCLUDED

#include <cerrno>
#include <string>

#include <lasti/os_error.hpp>
#include <lasti/socket.hpp>

#include "system_calls.hpp"

namespace lasti {
namespace detail {

/// os::getsockname or os::getpeername.
typedef int (*name_call)(int, sockaddr*, socklen_t*);

/// False: errno; `name` stays as it is.
inline bool get_name(int fd, name_call call, socket_address& name) {
    sockaddr_storage found;
    socklen_t size = sizeof found;
    sockaddr* const address = reinterpret_cast<sockaddr*>(&found);
    if (call(fd, address, &size) != 0) return false;
    name = socket_address(address, size);
    return true;
}

/// Whether it is a literal address of that family; AF_UNSPEC: of IPv4 or IPv6.
inline bool is_address(std::string const& host, int family = AF_UNSPEC) noexcept {
    in6_addr room;  // large enough for both
    const auto reads_as = [&](int which) {
        return (family == AF_UNSPEC || family == which) &&
               ::inet_pton(which, host.c_str(), &room) == 1;
    };
    return reads_as(AF_INET) || reads_as(AF_INET6);
}

/// Switches it on. What setsockopt() of the socket throws is returned.
inline error set_option(lasti::socket const& s, int level, int option) {
    const int on = 1;
    const bool is_set = os::setsockopt(s.fileno(), level, option, &on, sizeof on) == 0;
    return is_set ? error() : make_os_error(errno, "setsockopt");
}

/// Others may bind the same. A value_error where the system cannot.
inline error share_name(lasti::socket const& s) {
#if defined(SO_REUSEPORT)
    return set_option(s, SOL_SOCKET, SO_REUSEPORT);
#else
    (void)s;
    return error::make(value_error("reuse_port not supported by this system"));
#endif
}

/// The file of a Unix socket that somebody has left behind goes; any other file stays.
inline void remove_stale_socket(std::string const& path) noexcept {
    if (!path.empty() && path[0] != '\0' && is_socket_file(path.c_str())) ::unlink(path.c_str());
}

}  // namespace detail
}  // namespace lasti

#endif
