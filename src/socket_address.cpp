// Addresses: between text and what the system has.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO

#include <lasti/socket_address.hpp>

#include <cstddef>
#include <cstring>

#include <lasti/error.hpp>
#include <lasti/exceptions.hpp>

#include "system_calls.hpp"

namespace lasti {

namespace {

// The storage may be read as any of the kinds of address: by copying, which is never wrong.
template <class T>
T as(sockaddr_storage const& storage) noexcept {
    T result;
    std::memcpy(&result, &storage, sizeof result);
    return result;
}

const std::size_t path_begins = offsetof(sockaddr_un, sun_path);

}  // namespace

socket_address::socket_address() noexcept {
    std::memset(&storage_, 0, sizeof storage_);
    storage_.ss_family = AF_UNSPEC;
}

socket_address::socket_address(std::string const& host, std::uint16_t port) : socket_address() {
    sockaddr_in v4 = {};
    sockaddr_in6 v6 = {};
    if (::inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        size_ = sizeof v4;
        std::memcpy(&storage_, &v4, sizeof v4);
    } else if (::inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1) {
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        size_ = sizeof v6;
        std::memcpy(&storage_, &v6, sizeof v6);
    } else {
        detail::throw_out(
            value_error("socket_address: '" + host +
                        "' is no IPv4 or IPv6 address; names are not looked up here"));
    }
}

socket_address::socket_address(std::string const& path) : socket_address() {
    sockaddr_un local = {};
    const bool is_abstract = !path.empty() && path[0] == '\0';
    const std::size_t room = sizeof local.sun_path - (is_abstract ? 0 : 1);
    if (path.size() > room)
        detail::throw_out(value_error("socket_address: AF_UNIX path too long: " + path));
    local.sun_family = AF_UNIX;
    std::memcpy(local.sun_path, path.data(), path.size());
    size_ =
        static_cast<socklen_t>(path_begins + path.size() + (is_abstract || path.empty() ? 0 : 1));
    std::memcpy(&storage_, &local, sizeof local);
}

socket_address::socket_address(sockaddr const* address, socklen_t size) : socket_address() {
    const std::size_t length = static_cast<std::size_t>(size);
    if (length > sizeof storage_)
        detail::throw_out(value_error("socket_address: " + std::to_string(size) + " bytes"));
    if (length != 0) std::memcpy(&storage_, address, length);
    size_ = size;
}

std::string socket_address::host() const {
    char text[INET6_ADDRSTRLEN] = "";
    if (family() == AF_INET) {
        const sockaddr_in v4 = as<sockaddr_in>(storage_);
        ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
    } else if (family() == AF_INET6) {
        const sockaddr_in6 v6 = as<sockaddr_in6>(storage_);
        ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
    }
    return text;
}

std::uint16_t socket_address::port() const noexcept {
    if (family() == AF_INET) return ntohs(as<sockaddr_in>(storage_).sin_port);
    return family() == AF_INET6 ? ntohs(as<sockaddr_in6>(storage_).sin6_port) : std::uint16_t(0);
}

std::string socket_address::path() const {
    const std::size_t length = static_cast<std::size_t>(size_);
    if (family() != AF_UNIX || length <= path_begins) return std::string();
    const sockaddr_un local = as<sockaddr_un>(storage_);
    const std::string path(local.sun_path, length - path_begins);
    return path[0] == '\0' ? path : path.substr(0, path.find('\0'));
}

std::string socket_address::describe() const {
    if (family() == AF_UNSPEC) return "no address";
    if (family() == AF_UNIX) return '\'' + path() + '\'';
    return "('" + host() + "', " + std::to_string(port()) + ')';
}

bool socket_address::operator==(socket_address const& other) const noexcept {
    return family() == other.family() && host() == other.host() && port() == other.port() &&
           path() == other.path();
}

}  // namespace lasti

#endif
