// Names of hosts: the system's look-up in a thread, and what needs none.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO

#include <lasti/dns.hpp>

#include <cctype>
#include <cerrno>
#include <memory>

#include <lasti/macros.hpp>
#include <lasti/threads.hpp>

#include "socket_names.hpp"

namespace lasti {

namespace {

class lookup_errors final : public std::error_category {
public:
    const char* name() const noexcept override { return "gai"; }
    std::string message(int code) const override { return detail::os::gai_strerror(code); }
};

}  // namespace

std::error_category const& gai_category() noexcept {
    static const lookup_errors category;
    return category;
}

error detail::make_lookup_error(int code, int number, std::string const& what) {
#if defined(EAI_SYSTEM)
    if (code == EAI_SYSTEM) return make_os_error(number, what);
#else
    (void)number;
#endif
    return error::make(gaierror(code, what));
}

namespace {

bool has_nul(std::string const& text) noexcept { return text.find('\0') != std::string::npos; }

/// What a thread brings: found only if the code is 0.
template <class T>
struct lookup_result {
    T found;
    int code = 0;
    int number = 0;  // errno
};

// ---- getaddrinfo() ------------------------------------------------------------------------------

struct address_lookup {
    typedef std::vector<address_info> found_type;

    std::string host, service;
    lookup_options options;

    error misuse() const {
        if (!has_nul(host) && !has_nul(service)) return error();
        return error::make(value_error("getaddrinfo: embedded null character"));
    }
    bool begin(found_type& found) const;
    lookup_result<found_type> operator()() const;
    std::string describe() const {
        return "getaddrinfo " +
               (host.empty() ? std::string("of this machine") : '\'' + host + '\'') +
               (service.empty() ? std::string() : ", '" + service + '\'');
    }
};

/// A port as it is written, or -1.
long port_number(std::string const& text) noexcept {
    long port = 0;
    for (const char c : text) {
        if (!std::isdigit(static_cast<unsigned char>(c))) return -1;
        port = port * 10 + (c - '0');
        if (port > 65535) return -1;
    }
    return port;
}

/// The protocol that goes with the type; -1: that is for the system to say.
int only_protocol(lookup_options const& options) noexcept {
    const int goes_with = options.type == SOCK_STREAM  ? int(IPPROTO_TCP)
                          : options.type == SOCK_DGRAM ? int(IPPROTO_UDP)
                                                       : -1;
    return options.protocol == 0 || options.protocol == goes_with ? goes_with : -1;
}

// True: the system would say the same, without looking anything up. asyncio's _ipaddr_info().
bool address_lookup::begin(found_type& found) const {
    const int protocol = only_protocol(options);
    const long port = port_number(service);
    if (protocol < 0 || port < 0 || (options.flags & AI_CANONNAME) ||
        !detail::is_address(host, options.family))
        return false;
    address_info info;
    info.address = socket_address(host, static_cast<std::uint16_t>(port));
    info.family = info.address.family();
    info.type = options.type;
    info.protocol = protocol;
    found.push_back(std::move(info));
    return true;
}

lookup_result<std::vector<address_info>> address_lookup::operator()() const {
    addrinfo hints = {};
    hints.ai_family = options.family;
    hints.ai_socktype = options.type;
    hints.ai_protocol = options.protocol;
    hints.ai_flags = options.flags;
    lookup_result<found_type> result;
    addrinfo* first = nullptr;
    errno = 0;
    result.code =
        detail::os::getaddrinfo(host.empty() ? nullptr : host.c_str(),
                                service.empty() ? nullptr : service.c_str(), &hints, &first);
    result.number = errno;
    if (result.code != 0) return result;
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> list(first, &detail::os::freeaddrinfo);
    for (addrinfo const* a = first; a; a = a->ai_next) {
        address_info info;
        info.family = a->ai_family;
        info.type = a->ai_socktype;
        info.protocol = a->ai_protocol;
        if (a->ai_canonname) info.canonical_name = a->ai_canonname;
        info.address = socket_address(a->ai_addr, static_cast<socklen_t>(a->ai_addrlen));
        result.found.push_back(std::move(info));
    }
    return result;
}

// ---- getnameinfo() ------------------------------------------------------------------------------

struct name_lookup {
    typedef std::pair<std::string, std::string> found_type;

    socket_address address;
    int flags;

    error misuse() const { return error(); }
    bool begin(found_type& found) const;
    lookup_result<found_type> operator()() const;
    std::string describe() const { return "getnameinfo " + address.describe(); }
};

bool name_lookup::begin(found_type& found) const {
    const int nothing_to_look_up = NI_NUMERICHOST | NI_NUMERICSERV;
    if ((flags & nothing_to_look_up) != nothing_to_look_up) return false;
    lookup_result<found_type> result = (*this)();
    found = std::move(result.found);
    return result.code == 0;
}

lookup_result<std::pair<std::string, std::string>> name_lookup::operator()() const {
    char host[1025] = "", service[32] = "";  // NI_MAXHOST, NI_MAXSERV
    lookup_result<found_type> result;
    errno = 0;
    result.code = detail::os::getnameinfo(address.data(), address.size(), host, sizeof host,
                                          service, sizeof service, flags);
    result.number = errno;
    if (result.code == 0) result.found = found_type(host, service);
    return result;
}

// ---- what is awaited ----------------------------------------------------------------------------

template <class Lookup>
struct looking_up {
    typedef typename Lookup::found_type found_type;

    detail::counted<detail::loop_core> loop;
    Lookup lookup;
    lookup_result<found_type> result;
    error problem;

    looking_up(detail::counted<detail::loop_core> on, Lookup what)
        : loop(std::move(on)), lookup(std::move(what)) {}

    future<lookup_result<found_type>> in_a_thread() const {
        loop->check_open();
        return detail::start_job(*loop, nullptr, detail::counted<detail::context_state>(),
                                 detail::bound_call<Lookup>(lookup));
    }

    LASTI_COROUTINE_BODY(found_type) {
        LASTI_BEGIN;
        problem = lookup.misuse();
        if (problem) LASTI_RAISE(problem);
        if (lookup.begin(result.found)) LASTI_RETURN(std::move(result.found));
        LASTI_AWAIT_SET(result, in_a_thread());
        if (result.code != 0)
            LASTI_RAISE(detail::make_lookup_error(result.code, result.number, lookup.describe()));
        LASTI_RETURN(std::move(result.found));
        LASTI_END;
    }
};

}  // namespace

coroutine<std::vector<address_info>> event_loop::getaddrinfo(std::string host, std::string service,
                                                             lookup_options const& options) {
    return looking_up<address_lookup>(core_,
                                      address_lookup{std::move(host), std::move(service), options});
}

coroutine<std::vector<address_info>> event_loop::getaddrinfo(std::string host, std::uint16_t port,
                                                             lookup_options const& options) {
    return getaddrinfo(std::move(host), std::to_string(port), options);
}

coroutine<std::pair<std::string, std::string>>
event_loop::getnameinfo(socket_address const& address, int flags) {
    return looking_up<name_lookup>(core_, name_lookup{address, flags});
}

coroutine<std::vector<address_info>> getaddrinfo(std::string host, std::string service,
                                                 lookup_options const& options) {
    return get_running_loop().getaddrinfo(std::move(host), std::move(service), options);
}

coroutine<std::vector<address_info>> getaddrinfo(std::string host, std::uint16_t port,
                                                 lookup_options const& options) {
    return get_running_loop().getaddrinfo(std::move(host), port, options);
}

coroutine<std::pair<std::string, std::string>> getnameinfo(socket_address const& address,
                                                           int flags) {
    return get_running_loop().getnameinfo(address, flags);
}

}  // namespace lasti

#endif
