// file_watch: inotify's events, which come as records in a stream.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_POSIX_IO

#include <lasti/file_watch.hpp>

#include <cerrno>
#include <cstring>

#if defined(__linux__)
#include <sys/inotify.h>
#endif

#include <lasti/detail/loop_core.hpp>
#include <lasti/macros.hpp>
#include <lasti/os_error.hpp>

#include "owned_fd.hpp"
#include "pipes.hpp"

namespace lasti {
namespace detail {
namespace {

/// How an event stands in the stream; a name of so many bytes follows it.
struct record {
    std::int32_t watch;
    std::uint32_t mask, cookie, name_size;
};

#if defined(__linux__)

static_assert(sizeof(record) == sizeof(inotify_event), "as the system writes it");

struct {
    file_event::kind kind;
    std::uint32_t bits;
} const known_events[] = {
    {file_event::modified, IN_MODIFY},
    {file_event::written, IN_CLOSE_WRITE},
    {file_event::attributes, IN_ATTRIB},
    {file_event::created, IN_CREATE},
    {file_event::deleted, IN_DELETE | IN_DELETE_SELF},
    {file_event::moved_from, IN_MOVED_FROM | IN_MOVE_SELF},
    {file_event::moved_to, IN_MOVED_TO},
    {file_event::overflow, IN_Q_OVERFLOW},
};

stream_reader open_watch(loop_core& loop, std::string const& path, unsigned events) {
    std::uint32_t bits = 0;
    for (auto const& each : known_events)
        if (events & each.kind) bits |= each.bits;
    if ((events & file_event::anything) == 0)
        throw_out(value_error("file_watch: there is no event to be told"));
    owned_fd fd(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!fd) throw_os_error(errno, "file_watch: " + path);
    if (::inotify_add_watch(fd.get(), path.c_str(), bits) < 0)
        throw_os_error(errno, "file_watch: " + path);
    const counted<socket_state> end(new socket_state(fd.get(), AF_UNSPEC, 0));
    fd.give();
    return stream_reader(reading_end(loop, end, stream_state::default_limit));
}

#else

enum : std::uint32_t { IN_IGNORED = 1, IN_ISDIR = 2 };
struct {
    file_event::kind kind;
    std::uint32_t bits;
} const known_events[] = {{file_event::overflow, 0}};

stream_reader open_watch(loop_core&, std::string const& path, unsigned) {
    throw_os_error(ENOSYS, "file_watch: " + path);
}

#endif

/// The body of next() and of anext().
struct watching {
    stream_reader from;
    std::string path;
    bool iterates;
    record head;
    std::string text;
    file_event event;

    bool begins_event() {
        std::memcpy(&head, text.data(), sizeof head);
        return (head.mask & IN_IGNORED) == 0;
    }
    error no_more() const {
        if (iterates) return error::make(stop_async_iteration());
        return make_os_error(ENOENT, "file_watch: " + path + " is no more");
    }
    // False: of a kind that says nothing.
    bool read_event() {
        event = file_event();
        bool is_known = false;
        for (auto const& each : known_events) {
            if (!(head.mask & each.bits)) continue;
            event.what = each.kind;
            is_known = true;
        }
        event.path = path;
        text.resize(std::strlen(text.c_str()));  // it is filled up with zeros
        if (!text.empty()) event.path += (path.back() == '/' ? "" : "/") + text;
        event.is_directory = (head.mask & IN_ISDIR) != 0;
        event.cookie = head.cookie;
        return is_known;
    }

    LASTI_COROUTINE_BODY(file_event) {
        LASTI_BEGIN;
        do {
            if (from.at_eof()) LASTI_RAISE(no_more());
            LASTI_AWAIT_SET(text, from.readexactly(sizeof head));
            if (!begins_event()) {
                from.close();
                LASTI_RAISE(no_more());
            }
            LASTI_AWAIT_SET(text, from.readexactly(head.name_size));
        } while (!read_event());
        LASTI_RETURN(std::move(event));
        LASTI_END;
    }
};

watching watching_by(stream_reader const& from, std::string const& path, bool iterates) {
    from.shared_state();
    return watching{from, path, iterates, record(), std::string(), file_event()};
}

}  // namespace
}  // namespace detail

file_watch::file_watch(std::string path, unsigned events)
    : reader_(detail::open_watch(detail::running_core(), path, events)), path_(std::move(path)) {}

file_watch::file_watch(event_loop& loop, std::string path, unsigned events) {
    loop.core().check_open();
    reader_ = detail::open_watch(loop.core(), path, events);
    path_ = std::move(path);
}

coroutine<file_event> file_watch::next() const {
    return detail::watching_by(reader_, path_, false);
}

coroutine<file_event> file_watch::anext() const {
    return detail::watching_by(reader_, path_, true);
}

}  // namespace lasti

#endif
