// socket_address: where a socket is or goes to: an IPv4 or IPv6 address and a port, or a path.
// Python: the tuples ("127.0.0.1", 80) and the strings that its sockets take.
//
//     lasti::socket_address("127.0.0.1", 8080)     lasti::socket_address("::1", 8080)
//     lasti::socket_address("/run/server.socket")
#ifndef LASTI_SOCKET_ADDRESS_HPP_INCLUDED
#define LASTI_SOCKET_ADDRESS_HPP_INCLUDED

#include <lasti/detail/needs_io.hpp>
LASTI_SYSTEM_HEADER

#include <cstdint>
#include <string>

#include <lasti/detail/system_sockets.hpp>
#include <lasti/export.hpp>

namespace lasti {

class LASTI_API socket_address {
public:
    /// None: its family is AF_UNSPEC.
    socket_address() noexcept;
    /// IPv4 or IPv6, as `host` is written. Throws value_error for anything but a literal address:
    /// names are not looked up here.
    socket_address(std::string const& host, std::uint16_t port);
    /// The path of a Unix socket; one that begins with '\0' is an abstract name (Linux). Throws
    /// value_error if it is too long.
    explicit socket_address(std::string const& path);
    /// What the system has. Throws value_error if it is longer than any address.
    socket_address(sockaddr const* address, socklen_t size);

    int family() const noexcept { return storage_.ss_family; }
    /// Of IPv4 and IPv6: "127.0.0.1"; else empty.
    std::string host() const;
    /// Of IPv4 and IPv6; else 0.
    std::uint16_t port() const noexcept;
    /// Of a Unix socket; empty of one without a name.
    std::string path() const;
    /// In words, as Python shows it: "('127.0.0.1', 80)", "'/run/server.socket'".
    std::string describe() const;

    /// For the system's calls.
    sockaddr const* data() const noexcept { return reinterpret_cast<sockaddr const*>(&storage_); }
    socklen_t size() const noexcept { return size_; }

    /// Of the same family, with the same host and port, or the same path.
    bool operator==(socket_address const& other) const noexcept;
    bool operator!=(socket_address const& other) const noexcept { return !(*this == other); }

private:
    sockaddr_storage storage_;
    socklen_t size_ = 0;
};

}  // namespace lasti

#endif
