// stream_state: one connection: its socket, what was received and nobody has read yet, what was
// written and is not sent yet. A stream_reader and a stream_writer share it.
//
// It receives only when somebody reads, so that who does not read slows down who sends; and it
// sends at once what can be sent, the rest as the socket takes it, from a callback of the loop.
#ifndef LASTI_DETAIL_STREAM_STATE_HPP_INCLUDED
#define LASTI_DETAIL_STREAM_STATE_HPP_INCLUDED

#include <lasti/detail/needs_io.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <lasti/detail/byte_buffer.hpp>
#include <lasti/detail/list_link.hpp>
#include <lasti/detail/socket_state.hpp>
#include <lasti/detail/wait_list.hpp>

namespace lasti {
namespace detail {

class server_state;
class stream_filter;
class stream_state;

/// Among the connections of a server.
struct client_link : list_link {
    stream_state* client = nullptr;
};

class LASTI_API stream_state final : public waitable {
public:
    /// What receive() comes to, beside an errno.
    enum : int { done = 0, would_block = -1, failed = -3 };
    static constexpr std::size_t default_limit = 64 * 1024;
    static constexpr std::size_t default_high_water = 64 * 1024;

    /// `peer` is for who asks. Throws value_error for a limit of 0.
    stream_state(loop_core& serves, counted<socket_state> connected, std::size_t read_limit,
                 socket_address const& peer);

    // ---- reading ----

    /// What has come is `fresh` afterwards; nothing: the end. Or would_block, or failed: see
    /// `lost`.
    int receive(std::size_t wanted) noexcept;
    /// What is fresh goes behind what is there. False: there is no memory.
    bool keep_fresh() noexcept;
    /// Up to n bytes of what is there, or of what is fresh.
    void take_some_into(std::string& target, std::size_t n);
    /// The first n bytes of what is there. Who searches it begins anew.
    void take_first_into(std::string& target, std::size_t n);
    std::string take_first(std::size_t n) {
        std::string taken;
        take_first_into(taken, n);
        return taken;
    }
    void drop_first(std::size_t n) noexcept;
    /// All but the first n bytes of what is fresh stay.
    void skip_fresh(std::size_t n);

    // ---- through a filter ----

    /// All goes through it from now on, also what was received and nobody has read. Shakes hands as
    /// far as that goes without a wait, and breaks it all off after that time. Throws
    /// runtime_error.
    error begin_filter(std::unique_ptr<stream_filter> made, delay handshake_time);
    /// Further, as far as that goes: done, would_block, failed, or an errno.
    int shake_hands() noexcept;

    // ---- writing ----

    void write(const char* data, std::size_t size);
    void write(std::vector<std::string> const& pieces);
    /// Nothing is written behind what was.
    void write_eof();
    /// No more is read or written; what is not sent yet will be, and then it is closed.
    void close() noexcept;
    /// What is not sent yet is dropped.
    void abort() noexcept;
    /// Its socket was closed or detached, by a handle of that.
    void lose_socket() noexcept;
    /// It broke.
    void fail(int problem, const char* doing) noexcept;
    void set_marks(std::size_t high, std::size_t low);
    void rouse_sender() noexcept;
    /// A file is sent: nothing else is written until end_file(), and close() waits for that. Throws
    /// runtime_error.
    error begin_file();
    void end_file() noexcept;
    /// A piece of it.
    error write_of_file(std::string const& piece);
    /// What drain() raises now; empty: nothing.
    error problem() const;
    /// What sending is told once it is closing.
    error closing() const;

    const char* kind() const noexcept override { return "stream"; }
    std::string describe() const;

    counted<socket_state> const socket;
    socket_address const peer;

    byte_buffer in;
    const char* fresh = nullptr;  // in a room of this thread, until it is taken in the same step
    std::size_t fresh_size = 0;
    std::size_t const limit;   // of what may stand in `in` while a line is looked for
    std::size_t searched = 0;  // of `in`, by the reader that waits
    std::size_t offered = 0;   // what a reader brings along to its first try
    std::size_t wanted = 0;    // what the one that waits wants
    std::size_t unpaused = 0;  // bytes received since somebody last waited
    bool at_end = false;       // the other side will send no more
    bool has_reader = false;   // somebody waits

    byte_buffer out;
    std::size_t high_water = default_high_water;
    std::size_t low_water = default_high_water / 4;
    std::uint64_t written = 0;  // all that ever went into `out` or past it …
    std::uint64_t sent = 0;     // … and of that, what is sent
    bool is_paused = false;     // who drains waits
    bool eof_written = false;
    bool sends_file = false;
    bool is_closing = false;
    bool is_closed = false;
    unsigned char ignored_writes = 0;
    unsigned writers = 0;  // handles of stream_writer
    error lost;            // why, if it broke
    wait_list drains;
    wait_list senders;  // in the order of what they have written
    wait_list closers;

    std::unique_ptr<stream_filter> filter;  // null: bytes go as they are

    counted<server_state> server;  // that has accepted it, while it is open
    client_link of_server;

private:
    ~stream_state() override;
    void fail_waiters(error const& what) noexcept override;
    void send_without_delay() noexcept;
    int receive_into(char* room, std::size_t asked, std::size_t& n) noexcept;
    int send_some(const char* data, std::size_t size, std::size_t& n) noexcept;
    void keep(const char* data, std::size_t size);
    LASTI_COLD void refuse_write();
    void watch_out();
    void flush() noexcept;
    void tell_progress() noexcept;
    void end() noexcept;
    void finish() noexcept;
    void end_output() noexcept;
    // In stream_filtering.cpp, of one that has a filter:
    int receive_filtered() noexcept;
    int feed_filter(bool& is_drained) noexcept;
    int open_fed() noexcept;
    int go_on_shaking() noexcept;
    void write_filtered(const char* data, std::size_t size);
    int send_sealed() noexcept;
    void end_filtered() noexcept;
    void drop_rest() noexcept;
    void break_off(error const& why) noexcept;
    bool can_finish() const noexcept;

    bool is_flushing_ = false;  // the loop calls flush()
    bool is_ending_ = false;    // it is closing, and no file is waited for
};

/// A stream_writer's hold on its stream: when the last one goes, the stream is closed.
class LASTI_API writer_hold {
public:
    writer_hold() noexcept {}
    explicit writer_hold(counted<stream_state> held) noexcept : stream(std::move(held)) { enter(); }
    writer_hold(writer_hold const& other) noexcept : stream(other.stream) { enter(); }
    writer_hold(writer_hold&& other) noexcept : stream(std::move(other.stream)) {}
    writer_hold& operator=(writer_hold other) noexcept {
        std::swap(stream, other.stream);
        return *this;
    }
    ~writer_hold() {
        if (stream && --stream->writers == 0 && !stream->is_closing) dropped();
    }

    counted<stream_state> stream;

private:
    void enter() noexcept {
        if (stream) ++stream->writers;
    }
    void dropped() noexcept;
};

}  // namespace detail
}  // namespace lasti

#endif
