// datagram_endpoint: sends and receives datagrams, of UDP or a Unix socket. What asyncio does by
// loop.create_datagram_endpoint() and a protocol class.
//
//     lasti::datagram_options options;
//     options.local = {"127.0.0.1", 9999};
//     AWAIT_SET(endpoint, lasti::open_datagram_endpoint(options));
//     ASYNC_FOR(d, endpoint)                           // a pair: the data, and who has sent it
//         endpoint.sendto(d.first, d.second);          // at once, or as soon as there is room
//     END_ASYNC_FOR
//
// Copies of the handle name the same endpoint; the last one closes it. Not thread-safe.
#ifndef LASTI_DATAGRAM_HPP_INCLUDED
#define LASTI_DATAGRAM_HPP_INCLUDED

#include <lasti/detail/needs_io.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include <lasti/coroutine.hpp>
#include <lasti/detail/datagram_state.hpp>
#include <lasti/dns.hpp>
#include <lasti/socket.hpp>

namespace lasti {

/// What is received: the bytes, and who has sent them (none, if the sender has no name).
typedef std::pair<std::string, socket_address> datagram;

/// Where an end of an endpoint is to be: an address, or the name of a host, which is looked up, and
/// a port.
class LASTI_API datagram_address {
public:
    /// None.
    datagram_address() {}
    datagram_address(std::string host, std::uint16_t port)
        : is_name_(true), host_(std::move(host)), port_(port) {}
    /// An IPv4 or IPv6 address, or a Unix socket's.
    datagram_address(socket_address const& address) : address_(address) {}

    explicit operator bool() const noexcept { return is_name_ || address_.family() != AF_UNSPEC; }
    bool is_name() const noexcept { return is_name_; }
    std::string const& host() const noexcept { return host_; }
    std::uint16_t port() const noexcept { return port_; }
    socket_address const& address() const noexcept { return address_; }

private:
    bool is_name_ = false;
    std::string host_;
    std::uint16_t port_ = 0;
    socket_address address_;
};

/// What open_datagram_endpoint() opens: bound to `local`, and connected with `remote`, if they are
/// given.
struct datagram_options {
    datagram_address local;
    datagram_address remote;
    int family = 0;    ///< AF_INET, AF_INET6, AF_UNIX; 0: that of the addresses.
    int protocol = 0;  ///< Mostly 0.
    int flags = 0;     ///< Of getaddrinfo(), to look up the names.
    bool reuse_port = false;
    /// It may send to all of a network. It is not connected then: others may answer.
    bool allow_broadcast = false;
};

class LASTI_API datagram_endpoint {
public:
    /// None: falsy, and every use is a type_error.
    datagram_endpoint() noexcept {}
    /// Takes over a socket that is bound or connected already, in the running loop. `remote`: where
    /// to it sends unless told otherwise. Throws value_error for a stream.
    explicit datagram_endpoint(socket const& ready,
                               socket_address const& remote = socket_address());

    explicit operator bool() const noexcept { return static_cast<bool>(state_); }
    bool operator==(datagram_endpoint const& other) const noexcept {
        return state_ == other.state_;
    }
    bool operator!=(datagram_endpoint const& other) const noexcept {
        return state_ != other.state_;
    }

    /// To be awaited: gives the next datagram; what is longer than `max_size` bytes is cut. Raises
    /// os_error: ECONNREFUSED if nobody was there for what was sent, and whatever else was wrong
    /// with sending (the endpoint goes on); EBADF once it is closed.
    detail::datagram_call<detail::datagram_request> recvfrom(std::size_t max_size = 256 *
                                                                                    1024) const {
        return {on(), max_size, state_};
    }
    /// The same, for ASYNC_FOR, which ends when the endpoint is closed.
    detail::datagram_call<detail::next_datagram_request> anext() const {
        return {on(), 256 * 1024, state_};
    }
    /// Sends it at once, or where that would block keeps it until there is room; what is wrong with
    /// it is told to who receives. The address is none or that of `remote`, if there is one: else
    /// value_error. Nothing, once the endpoint is closing.
    void sendto(std::string const& data, socket_address const& address = socket_address()) const {
        get().sendto(data, address);
    }
    /// To be awaited: waits while more than the upper mark is kept, until no more than the lower
    /// one is. Raises connection_reset_error if the endpoint is closed already.
    detail::datagram_wait drain() const { return {shared_state(), false}; }
    /// In bytes: 64 KiB and 16 KiB, unless set. Each datagram counts 8 more than it has. Throws
    /// value_error if `low` is larger than `high`.
    void set_write_buffer_limits(std::size_t high, std::size_t low) const {
        get().set_limits(high, low);
    }
    /// The lower one is a quarter.
    void set_write_buffer_limits(std::size_t high) const { get().set_limits(high, high / 4); }
    std::size_t get_write_buffer_size() const { return get().buffered; }

    /// No more is received, and what is kept is sent; then the socket is closed. Again: nothing.
    void close() const { get().close(); }
    /// … what is kept is dropped.
    void abort() const { get().abort(); }
    /// To be awaited: until the socket is closed.
    detail::datagram_wait wait_closed() const { return {shared_state(), true}; }
    bool is_closing() const { return get().is_closing; }

    /// Its own address and that of the other side (none: it is not connected), as they were when it
    /// was opened. get_extra_info().
    socket_address sockname() const { return get().local_name; }
    socket_address peername() const { return get().peer_name; }
    /// For its options. Not to be closed.
    lasti::socket get_socket() const { return get().through; }

    detail::counted<detail::datagram_state> const& shared_state() const {
        get();
        return state_;
    }

private:
    detail::datagram_state& get() const;
    detail::sock_call on() const {
        detail::datagram_state& s = get();
        return detail::sock_call{s.loop, s.through.shared_state()};
    }

    detail::counted<detail::datagram_state> state_;
};

/// Opens one in the running loop. Where a name has several addresses, it is the first that can be
/// bound and connected. Raises os_error, of the first that could not; gaierror; value_error for no
/// addresses and no family, or two that do not go together.
LASTI_API coroutine<datagram_endpoint> open_datagram_endpoint(datagram_options options);

}  // namespace lasti

#endif
