// socket_state: what the handles of one socket share: the descriptor, and where the loop watches
// it.
#ifndef LASTI_DETAIL_SOCKET_STATE_HPP_INCLUDED
#define LASTI_DETAIL_SOCKET_STATE_HPP_INCLUDED

#include <lasti/detail/needs_io.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <functional>
#include <string>

#include <lasti/detail/system_sockets.hpp>
#include <lasti/error.hpp>
#include <lasti/export.hpp>
#include <lasti/socket_address.hpp>

namespace lasti {
namespace detail {

class descriptor;
class descriptors;
class loop_core;
class stream_state;

/// Whether a callback for a descriptor keeps run() going.
enum callback_weight : bool { keeps_running = false, background = true };

class LASTI_API socket_state {
public:
    socket_state(int number, int of_family, int of_type) noexcept
        : fd(number), family(of_family), type(of_type) {}
    socket_state(socket_state const&) = delete;
    socket_state& operator=(socket_state const&) = delete;

    void retain() noexcept { ++references; }
    void release() noexcept {
        if (--references == 0) delete this;
    }

    void close() noexcept;
    int detach() noexcept;
    /// `watched` is that loop's from now on. Not empty: it can not be.
    error watch_in(loop_core& loop);
    bool is_pipe() const noexcept { return type == 0; }
    bool is_stream() const noexcept { return type == SOCK_STREAM || is_pipe(); }
    /// A read got `n` of the bytes that it asked for.
    void note_read(std::size_t n, std::size_t asked) noexcept;
    /// Who waits to read tries again in its turn: there is news that no selector tells.
    void rouse_readers() noexcept;
    /// The loop calls it in each round in which the socket is ready. Not empty: it can not.
    error call_when_ready(loop_core& loop, bool writing, std::function<void()> callback,
                          callback_weight weight = keeps_running);
    void call_no_more(bool writing) noexcept;
    /// "socket 7", "pipe 7"
    std::string title() const;

    int fd;  // -1 once closed
    int const family;
    int const type;             // 0: no socket, but a pipe or a terminal
    int failed = 0;             // errno of an operation that failed at once, until it is asked for
    bool is_of_stream = false;  // nobody else reads or writes it
    bool was_blocking = false;  // and is to be again, for others that share it
    unsigned references = 0;
    stream_state* stream = nullptr;  // that reads and writes it, while there is one
    descriptor* watched = nullptr;   // null: nobody has waited for it yet, or its loop is gone
    socket_address connects_to;

private:
    ~socket_state() { close(); }
    void begin_watch(descriptors& table);
    void leave_loop(const char* how) noexcept;
};

}  // namespace detail
}  // namespace lasti

#endif
