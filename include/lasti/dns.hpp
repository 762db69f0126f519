// dns: the addresses of a host by its name, and the name of an address. getaddrinfo() and
// getnameinfo() of Python's socket module and of asyncio's loop.
//
//     AWAIT_SET(found, lasti::getaddrinfo("www.python.org", "https"));
//     AWAIT(lasti::sock_connect(s, found.front().address));
//
// The system's look-up blocks, so it runs in a thread of the loop's default executor.
#ifndef LASTI_DNS_HPP_INCLUDED
#define LASTI_DNS_HPP_INCLUDED

#include <lasti/detail/needs_io.hpp>
LASTI_SYSTEM_HEADER

#include <cstdint>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <lasti/coroutine.hpp>
#include <lasti/detail/system_sockets.hpp>
#include <lasti/event_loop.hpp>
#include <lasti/os_error.hpp>
#include <lasti/socket_address.hpp>

namespace lasti {

/// The errors of the look-ups: EAI_NONAME, EAI_AGAIN …, in the words of gai_strerror().
LASTI_API std::error_category const& gai_category() noexcept;

/// A name that was not found, or could not be looked for (Python's socket.gaierror). Its
/// error_number() is no errno, but an EAI_NONAME, EAI_AGAIN … of <netdb.h>.
class LASTI_VISIBLE gaierror : public os_error {
public:
    typedef detail::exception_family<gaierror, os_error> lasti_family;
    gaierror(int number, std::string const& what)
        : os_error(std::error_code(number, gai_category()), what) {}
};

/// What getaddrinfo() looks for: 0 is any.
struct lookup_options {
    int family = 0;    ///< AF_INET, AF_INET6.
    int type = 0;      ///< SOCK_STREAM, SOCK_DGRAM.
    int protocol = 0;  ///< IPPROTO_TCP, IPPROTO_UDP.
    int flags = 0;     ///< AI_PASSIVE, AI_CANONNAME …
};

/// One of what it finds. Python: a tuple of these five.
struct address_info {
    int family = 0;
    int type = 0;
    int protocol = 0;
    std::string canonical_name;  ///< Of the first, with AI_CANONNAME; else empty.
    socket_address address;
};

/// Where `host` is: its addresses, in the order in which to try them. `host` is a name or a literal
/// address, empty for this machine: any address of it with AI_PASSIVE, else the loopback.
/// `service` is a name or a number, empty for port 0. Raises gaierror, os_error where the system
/// failed, value_error for a '\0' in a name, and what run_in_executor() throws.
///
/// A literal address with a number and a type needs no thread, and is there at once. Cancelled, it
/// drops a look-up that was not begun, and leaves another one to its thread.
LASTI_API coroutine<std::vector<address_info>>
getaddrinfo(std::string host, std::string service,
            lookup_options const& options = lookup_options());
LASTI_API coroutine<std::vector<address_info>>
getaddrinfo(std::string host, std::uint16_t port, lookup_options const& options = lookup_options());
/// The names of the host and of the service at `address`. Flags: NI_NUMERICHOST, NI_NUMERICSERV,
/// which together need no thread, NI_NAMEREQD, NI_DGRAM … Raises as getaddrinfo() does.
LASTI_API coroutine<std::pair<std::string, std::string>> getnameinfo(socket_address const& address,
                                                                     int flags = 0);

namespace detail {

/// What a code of getaddrinfo() is as an exception; `number` is the errno that goes with
/// EAI_SYSTEM.
LASTI_API error make_lookup_error(int code, int number, std::string const& what);

}  // namespace detail
}  // namespace lasti

#endif
