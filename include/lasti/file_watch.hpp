// file_watch: tells when files are written, made, moved or removed (Linux: inotify). asyncio has
// nothing of the kind.
//
//     lasti::file_watch watch("/etc/app", lasti::file_event::written |
//     lasti::file_event::moved_to); ASYNC_FOR(event, watch)                              // a
//     lasti::file_event
//         reload(event.path);
//     END_ASYNC_FOR
#ifndef LASTI_FILE_WATCH_HPP_INCLUDED
#define LASTI_FILE_WATCH_HPP_INCLUDED

#include <lasti/detail/needs_posix_io.hpp>
LASTI_SYSTEM_HEADER

#include <cstdint>
#include <string>
#include <utility>

#include <lasti/coroutine.hpp>
#include <lasti/event_loop.hpp>
#include <lasti/stream_reader.hpp>

namespace lasti {

struct file_event {
    enum kind : unsigned {
        modified = 1,     // something was written to it, or it was cut
        written = 2,      // who had it open for writing has closed it
        attributes = 4,   // rights, owner, times, number of names
        created = 8,      // in a folder
        deleted = 16,     // in a folder; or what is watched itself, once nobody has it open
        moved_from = 32,  // out of a folder, or its name was changed; or what is watched itself
        moved_to = 64,    // into a folder, or under another name
        overflow = 128,   // there was no room: some events before this one are lost
        anything = 127
    };

    kind what = overflow;
    /// What it is about: the path that is watched, or something in that folder.
    std::string path;
    bool is_directory = false;
    /// The same for the two events of one move; else 0.
    std::uint32_t cookie = 0;
};

inline constexpr unsigned operator|(file_event::kind a, file_event::kind b) noexcept {
    return static_cast<unsigned>(a) | static_cast<unsigned>(b);
}

/// Watches a file, or a folder and what is right in it, from its making on. The same event several
/// times in a row, which nobody has asked for in between, is told once. Copies of the handle
/// name the same watch; the last one ends it. Not thread-safe.
class LASTI_API file_watch {
public:
    /// Empty: falsy, and every use is a type_error.
    file_watch() noexcept {}
    /// Of the loop that runs on this thread. `events` are the kinds that are told; overflow always
    /// is. Throws os_error: file_not_found_error, ENOSPC and EMFILE where there are too many
    /// watches, ENOSYS where the system has none; value_error if `events` is nothing.
    explicit file_watch(std::string path, unsigned events = file_event::anything);
    file_watch(event_loop& loop, std::string path, unsigned events = file_event::anything);

    explicit operator bool() const noexcept { return static_cast<bool>(reader_); }

    /// To be awaited, by one task at a time: the next event. Cancelling loses none. Raises
    /// file_not_found_error when what was watched is no more.
    coroutine<file_event> next() const;
    /// Of ASYNC_FOR, which ends then.
    coroutine<file_event> anext() const;

    std::string const& path() const noexcept { return path_; }

private:
    stream_reader reader_;
    std::string path_;
};

}  // namespace lasti

#endif
