// What is compiled of stream_writer.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO

#include <lasti/stream_writer.hpp>

#include <cerrno>

#include <lasti/detail/stream_filter.hpp>

#include "socket_names.hpp"

namespace lasti {

socket_address stream_writer::sockname() const {
    socket_address name;
    if (!detail::get_name(fileno(), &detail::os::getsockname, name))
        throw_os_error(errno, "sockname of a " + describe());
    return name;
}

std::string stream_writer::get_extra_info(std::string const& name, std::string fallback) const {
    detail::stream_state const& s = get();
    if (name == "peername" && s.peer.family() != AF_UNSPEC) return s.peer.describe();
    if (name == "sockname" && !s.is_closed && !s.socket->is_pipe()) return sockname().describe();
    if (name == "fileno" && !s.is_closed) return std::to_string(s.socket->fd);
    const std::string known = s.filter ? s.filter->info(name) : std::string();
    return known.empty() ? fallback : known;
}

}  // namespace lasti

#endif
