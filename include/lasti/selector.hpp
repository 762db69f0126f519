// selector: tells which descriptors are ready. Python's `selectors`; what an event loop waits in.
//
// A loop makes one when the first descriptor is watched: epoll on Linux, kqueue on BSD and macOS,
// poll elsewhere, or what the environment variable LASTI_SELECTOR names: select, too. Only tests,
// and who embeds a loop in another one, need to know more.
//
//     lasti::event_loop loop(lasti::make_selector("poll"));
#ifndef LASTI_SELECTOR_HPP_INCLUDED
#define LASTI_SELECTOR_HPP_INCLUDED

#include <lasti/detail/needs_io.hpp>
LASTI_SYSTEM_HEADER

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <lasti/export.hpp>

namespace lasti {

/// One way of the system to wait for many descriptors. It serves one loop, on one thread.
class LASTI_API selector {
public:
    typedef std::chrono::nanoseconds nanoseconds;

    /// What to watch a descriptor for, as bits; and what was found.
    enum : unsigned { reading = 1, writing = 2 };
    struct found {
        int fd;
        std::uint32_t key;  ///< Which watch() was given.
        unsigned ready;     ///< Of reading and writing; both where it failed.
    };

    selector() {}
    selector(selector const&) = delete;
    selector& operator=(selector const&) = delete;
    virtual ~selector();

    virtual const char* name() const noexcept = 0;
    /// From now on `fd` is watched for `now`; until now, for `before`: 0 is for nothing. Returns 0
    /// or an errno: EPERM for what is always ready, a regular file; EMFILE for a descriptor beyond
    /// what this selector can watch.
    virtual int watch(int fd, std::uint32_t key, unsigned before, unsigned now) = 0;
    /// Waits until a descriptor is ready (and tells of it as long as it is), or for `time` (null:
    /// without limit), never less. Returns how many it has put into `results`, up to `room`; or -1
    /// with errno: EINTR after a signal.
    virtual int select(nanoseconds const* time, found* results, std::size_t room) noexcept = 0;
    /// The descriptor that is readable when select() would return at once; -1: there is none.
    virtual int fileno() const noexcept { return -1; }
    /// Another one of its kind that watches nothing.
    virtual std::unique_ptr<selector> anew() const = 0;
};

/// The selector of that name: "epoll", "kqueue", "poll", "select"; empty: the one in
/// LASTI_SELECTOR, else the best there is. Throws value_error if there is none of that name here,
/// os_error if the system has no descriptor left.
LASTI_API std::unique_ptr<selector> make_selector(std::string const& name = std::string());

}  // namespace lasti

#endif
