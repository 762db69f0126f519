// open_datagram_endpoint(): which addresses, which of them can be had.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO

#include <lasti/datagram.hpp>

#include <algorithm>
#include <cerrno>
#include <vector>

#include <lasti/macros.hpp>

#include "socket_names.hpp"

namespace lasti {

namespace {

/// A way to open it: the addresses that go together. None: not asked for.
struct candidate {
    int family = 0;
    int protocol = 0;
    socket_address local, remote;
};

typedef std::vector<address_info> addresses;

struct opening {
    datagram_options options;
    addresses locals, remotes;
    std::vector<candidate> candidates;
    std::size_t at = 0;
    socket made;
    error first_problem;

    explicit opening(datagram_options given) : options(std::move(given)) {}

    lookup_options lookup() const {
        lookup_options asked;
        asked.family = options.family;
        asked.type = SOCK_DGRAM;
        asked.protocol = options.protocol;
        asked.flags = options.flags;
        return asked;
    }
    void take_address(datagram_address const& given, addresses& into) const;
    candidate& candidate_of(address_info const& info);
    void pair_up();
    error begin(candidate const& way);

    LASTI_COROUTINE_BODY(datagram_endpoint) {
        LASTI_BEGIN;
        if (options.local.is_name())
            LASTI_AWAIT_SET(locals,
                            getaddrinfo(options.local.host(), options.local.port(), lookup()));
        if (options.remote.is_name())
            LASTI_AWAIT_SET(remotes,
                            getaddrinfo(options.remote.host(), options.remote.port(), lookup()));
        pair_up();
        for (; at < candidates.size(); ++at) {
            LASTI_TRY
                if (error problem = begin(candidates[at])) LASTI_RAISE(std::move(problem));
                if (options.remote && !options.allow_broadcast)
                    LASTI_AWAIT(sock_connect(made, candidates[at].remote));
                LASTI_RETURN(datagram_endpoint(made, candidates[at].remote));
                LASTI_EXCEPT(os_error)
                made = socket();
                if (!first_problem) first_problem = self.handled();
            LASTI_END_TRY
        }
        LASTI_RAISE(first_problem);
        LASTI_END;
    }
};

void opening::take_address(datagram_address const& given, addresses& into) const {
    if (!given || given.is_name()) return;
    address_info info;
    info.address = given.address();
    info.family = info.address.family();
    info.protocol =
        options.protocol != 0 || info.family == AF_UNIX ? options.protocol : int(IPPROTO_UDP);
    if (options.family == 0 || options.family == info.family) into.push_back(info);
}

candidate& opening::candidate_of(address_info const& info) {
    const auto there = std::find_if(candidates.begin(), candidates.end(), [&](candidate const& c) {
        return c.family == info.family && c.protocol == info.protocol;
    });
    if (there != candidates.end()) return *there;
    candidate made_now;
    made_now.family = info.family;
    made_now.protocol = info.protocol;
    candidates.push_back(made_now);
    return candidates.back();
}

// As asyncio joins them: by family and protocol, the last address of each.
void opening::pair_up() {
    if (!options.local && !options.remote) {
        if (options.family == 0)
            detail::throw_out(value_error("open_datagram_endpoint: unexpected address family: give "
                                          "an address, or a family"));
        candidate any;
        any.family = options.family;
        any.protocol = options.protocol;
        return candidates.push_back(any);
    }
    take_address(options.local, locals);
    take_address(options.remote, remotes);
    for (address_info const& info : locals) candidate_of(info).local = info.address;
    for (address_info const& info : remotes) candidate_of(info).remote = info.address;
    const auto lacks_one = [this](candidate const& c) {
        return (options.local && c.local.family() == AF_UNSPEC) ||
               (options.remote && c.remote.family() == AF_UNSPEC);
    };
    candidates.erase(std::remove_if(candidates.begin(), candidates.end(), lacks_one),
                     candidates.end());
    if (candidates.empty())
        detail::throw_out(value_error("open_datagram_endpoint: can not get address information: "
                                      "the addresses are of different families"));
}

error opening::begin(candidate const& way) {
    error refused = detail::open_socket(made, way.family, SOCK_DGRAM, way.protocol);
    if (!refused && options.reuse_port) refused = detail::share_name(made);
    if (!refused && options.allow_broadcast)
        refused = detail::set_option(made, SOL_SOCKET, SO_BROADCAST);
    if (refused || !options.local) return refused;
    if (way.family == AF_UNIX) detail::remove_stale_socket(way.local.path());
    if (detail::os::bind(made.fileno(), way.local.data(), way.local.size()) == 0) return error();
    return make_os_error(errno, "bind " + way.local.describe());
}

}  // namespace

coroutine<datagram_endpoint> open_datagram_endpoint(datagram_options options) {
    return opening(std::move(options));
}

}  // namespace lasti

#endif
