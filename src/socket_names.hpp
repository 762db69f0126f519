// Names of sockets: what the system says they are, which text is an address, and the files of Unix
// sockets.
#ifndef LASTI_SRC_SOCKET_NAMES_HPP_INCLUDED
#define LASTI_SRC_SOCKET_NAMES_HPP_INCLUDED

#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <lasti/socket_address.hpp>

namespace lasti {
namespace detail {

/// ::getsockname or ::getpeername.
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

/// The file of a Unix socket that somebody has left behind goes; any other file stays.
inline void remove_stale_socket(std::string const& path) noexcept {
    struct stat about;
    const bool is_file = !path.empty() && path[0] != '\0';
    if (is_file && ::stat(path.c_str(), &about) == 0 && S_ISSOCK(about.st_mode))
        ::unlink(path.c_str());
}

}  // namespace detail
}  // namespace lasti

#endif
