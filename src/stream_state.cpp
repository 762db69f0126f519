// Streams: what is received, what is sent and when, and how a connection ends.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO

#include <lasti/detail/stream_state.hpp>

#include <cerrno>
#include <memory>
#include <new>

#include <lasti/detail/loop_core.hpp>
#include <lasti/detail/server_state.hpp>
#include <lasti/detail/stream_filter.hpp>
#include <lasti/exception_context.hpp>
#include <lasti/os_error.hpp>

#include "reading_room.hpp"
#include "system_calls.hpp"

namespace lasti {
namespace detail {

// A stream keeps only what is left when its reader went on.
char* reading_room() noexcept {
    static thread_local std::unique_ptr<char[]> room;
    if (!room) room.reset(new (std::nothrow) char[most_of_a_read]);
    return room.get();
}

stream_state::stream_state(loop_core& serves, counted<socket_state> connected,
                           std::size_t read_limit, socket_address const& other_side)
    : waitable(std::string()), socket(std::move(connected)), peer(other_side), limit(read_limit) {
    if (read_limit == 0) throw_out(value_error("Limit cannot be <= 0"));
    loop = &serves;
    loop->retain();
    socket->is_of_stream = true;
    socket->stream = this;
    send_without_delay();
}

stream_state::~stream_state() {
    finish();
    socket->stream = nullptr;
}

// What is written is a message, mostly: its end shall not wait until the other side has
// acknowledged what was sent before (TCP_NODELAY). What refuses that is no TCP.
void stream_state::send_without_delay() noexcept {
    const int on = 1;
    if (socket->type == SOCK_STREAM && (socket->family == AF_INET || socket->family == AF_INET6))
        os::setsockopt(socket->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

std::string stream_state::describe() const {
    const bool has_name =
        peer.family() != AF_UNSPEC && (peer.family() != AF_UNIX || !peer.path().empty());
    return (is_closed ? std::string("closed stream") : "stream of " + socket->title()) +
           (has_name ? " to " + peer.describe() : std::string());
}

// ---- reading ------------------------------------------------------------------------------------

int stream_state::receive(std::size_t most) noexcept {
    fresh_size = 0;
    if (lost) return failed;
    if (at_end || is_closing) {
        at_end = true;
        return done;
    }
    if (unpaused >= most_without_pause) {
        unpaused = 0;
        return would_block;
    }
    if (LASTI_UNLIKELY(filter)) return receive_filtered();
    char* const room = reading_room();
    if (!room) return ENOMEM;
    const std::size_t asked = most < usual_read       ? usual_read
                              : most < most_of_a_read ? most
                                                      : most_of_a_read;
    const int how = receive_into(room, asked, fresh_size);
    if (how != done) return how;
    fresh = room;
    at_end = fresh_size == 0;
    return done;
}

// `n`: how much; 0: the end. What is wrong ends the stream.
int stream_state::receive_into(char* room, std::size_t asked, std::size_t& n) noexcept {
    const ssize_t now = read_stream(socket->fd, socket->is_pipe(), room, asked);
    if (now < 0) {
        const int how = call_outcome(now);
        if (how == would_block) {
            unpaused = 0;
            return would_block;
        }
        fail(how, "read");
        return failed;
    }
    n = static_cast<std::size_t>(now);
    unpaused += n;
    socket->note_read(n, asked);
    return done;
}

bool stream_state::keep_fresh() noexcept {
    const bool kept = fits_memory([this] { in.append(fresh, fresh_size); });
    fresh_size = 0;
    return kept;
}

void stream_state::take_some_into(std::string& target, std::size_t n) {
    if (fresh_size == 0) return take_first_into(target, n < in.size() ? n : in.size());
    const std::size_t taken = n < fresh_size ? n : fresh_size;
    target.assign(fresh, taken);
    skip_fresh(taken);
}

void stream_state::take_first_into(std::string& target, std::size_t n) {
    searched = 0;
    in.take_into(target, n);
}

void stream_state::drop_first(std::size_t n) noexcept {
    searched = 0;
    in.consume(n);
}

void stream_state::skip_fresh(std::size_t n) {
    const std::size_t left = fresh_size - n;
    fresh_size = 0;
    if (left > 0) in.append(fresh + n, left);
}

// ---- writing ------------------------------------------------------------------------------------

// Until all is sent or no more can be; `n` becomes how much.
int stream_state::send_some(const char* data, std::size_t size, std::size_t& n) noexcept {
    while (n < size) {
        const ssize_t now = write_stream(socket->fd, socket->is_pipe(), data + n, size - n);
        if (now < 0) return call_outcome(now);
        n += static_cast<std::size_t>(now);
        sent += static_cast<std::uint64_t>(now);
    }
    return done;
}

void stream_state::refuse_write() {
    if (eof_written) throw_out(runtime_error("Cannot call write() after write_eof()"));
    if (sends_file) throw_out(runtime_error("unable to write; sendfile is in progress"));
    // It is dropped, since nobody will receive it.
    if (ignored_writes < 5 && ++ignored_writes == 5)
        loop->report(exception_context(describe() + ": written to again and again after its end"));
}

void stream_state::write(const char* data, std::size_t size) {
    if (LASTI_UNLIKELY(eof_written || is_closing || sends_file)) return refuse_write();
    if (size == 0) return;
    if (LASTI_UNLIKELY(filter)) return write_filtered(data, size);
    written += size;
    std::size_t n = 0;
    if (out.empty()) {
        const int how = send_some(data, size, n);
        if (how > 0) return fail(how, "write");
    }
    if (n < size) keep(data + n, size - n);
}

void stream_state::write(std::vector<std::string> const& pieces) {
    if (eof_written || is_closing || sends_file) return refuse_write();
    if (LASTI_UNLIKELY(filter)) {
        std::string all;
        for (std::string const& piece : pieces) all += piece;
        return write_filtered(all.data(), all.size());
    }
    std::size_t i = 0;
    std::size_t n = 0;  // of the piece that is next, what is sent
    while (out.empty() && i < pieces.size()) {
        iovec parts[64];
        std::size_t asked = 0;
        std::size_t count = 0;
        for (std::size_t at = i; at < pieces.size() && count < 64; ++at, ++count) {
            const std::size_t skipped = at == i ? n : 0;
            parts[count].iov_base = const_cast<char*>(pieces[at].data()) + skipped;
            parts[count].iov_len = pieces[at].size() - skipped;
            asked += parts[count].iov_len;
        }
        if (asked == 0) {
            i += count;
            n = 0;
            continue;
        }
        const ssize_t now = write_parts(socket->fd, socket->is_pipe(), parts, count);
        if (now < 0) {
            const int how = call_outcome(now);
            if (how > 0) return fail(how, "write");
            break;
        }
        written += static_cast<std::uint64_t>(now);
        sent += static_cast<std::uint64_t>(now);
        n += static_cast<std::size_t>(now);
        while (i < pieces.size() && n >= pieces[i].size()) n -= pieces[i++].size();
        if (static_cast<std::size_t>(now) < asked) break;
    }
    for (; i < pieces.size(); ++i, n = 0) {
        written += pieces[i].size() - n;
        if (pieces[i].size() > n) keep(pieces[i].data() + n, pieces[i].size() - n);
    }
}

void stream_state::keep(const char* data, std::size_t size) {
    out.append(data, size);
    if (out.size() > high_water) is_paused = true;
    watch_out();
}

void stream_state::write_eof() {
    if (filter)
        throw_out(runtime_error("write_eof: not possible of an encrypted " + describe() +
                                ", close() is all there is"));
    if (is_closing || eof_written) return;
    if (socket->is_pipe()) return close();
    eof_written = true;
    if (out.empty() && !sends_file) end_output();
}

void stream_state::end_output() noexcept { os::shutdown(socket->fd, SHUT_WR); }

void stream_state::set_marks(std::size_t high, std::size_t low) {
    if (low > high)
        throw_out(value_error("high (" + std::to_string(high) + ") must be >= low (" +
                              std::to_string(low) + ")"));
    high_water = high;
    low_water = low;
    if (out.size() > high_water) is_paused = true;
    else tell_progress();
}

void stream_state::watch_out() {
    if (is_flushing_) return;
    const counted<stream_state> hold(this);
    const error problem = socket->call_when_ready(*loop, true, [hold] { hold->flush(); });
    if (problem) {
        lost = problem;
        return finish();
    }
    is_flushing_ = true;
}

void stream_state::flush() noexcept {
    const counted<stream_state> hold(this);
    std::size_t n = 0;
    const int how = send_some(out.data(), out.size(), n);
    out.consume(n);
    if (how > 0) return fail(how, "write");
    if (out.empty()) {
        is_flushing_ = false;
        socket->call_no_more(true);
    }
    tell_progress();
    if (!out.empty() || sends_file) return;
    if (!is_closing) {
        if (eof_written) end_output();
    } else if (can_finish()) {
        finish();
    }
}

void stream_state::tell_progress() noexcept {
    if (is_paused && out.size() <= low_water) {
        is_paused = false;
        drains.wake_all();
    }
    if (out.empty()) senders.wake_all();
    else rouse_sender();
}

// The first in line looks whether its turn has come, and rouses the next if it has.
void stream_state::rouse_sender() noexcept {
    if (!senders.empty() && wait_list::task_of(senders.front()).wait == wait_state::waiting)
        wait_list::wake(senders.front());
}

error stream_state::problem() const {
    if (lost) return lost;
    return is_closed ? make_os_error(ECONNRESET, "Connection lost") : error();
}

error stream_state::closing() const {
    if (filter && filter->peer_has_ended) return make_os_error(ECONNRESET, "Connection lost");
    return error::make(runtime_error("send_all: " + describe() + " is closing"));
}

// ---- the end ------------------------------------------------------------------------------------

void stream_state::close() noexcept {
    if (is_closing) return;
    const counted<stream_state> hold(this);
    is_closing = true;
    socket->rouse_readers();
    if (loop->closed) finish();
    else if (!sends_file || (filter && filter->peer_has_ended)) end();
}

void stream_state::end() noexcept {
    is_ending_ = true;
    if (LASTI_UNLIKELY(filter)) end_filtered();
    else if (out.empty()) finish();
}

void stream_state::abort() noexcept {
    const counted<stream_state> hold(this);
    finish();
}

void stream_state::fail(int problem, const char* doing) noexcept {
    const counted<stream_state> hold(this);
    lost = make_os_error(problem, doing);
    finish();
}

void stream_state::lose_socket() noexcept {
    if (!is_closed) fail(EBADF, "the socket of a stream was closed");
}

void stream_state::finish() noexcept {
    if (is_closed) return;
    is_closing = is_closed = at_end = true;
    socket->rouse_readers();
    socket->close();  // with the loop's callback
    is_flushing_ = false;
    out.clear();
    if (LASTI_UNLIKELY(filter)) filter->expiry.cancel();
    if (!drains.empty() || !senders.empty()) {
        const error why = problem();
        drains.fail_all(why);
        senders.fail_all(why);
    }
    closers.wake_all();
    if (server) server->leave(*this);
}

void stream_state::fail_waiters(error const& what) noexcept {
    drains.fail_all(what);
    senders.fail_all(what);
    closers.fail_all(what);
}

void writer_hold::dropped() noexcept {
    if (stream->loop->debug && !stream->loop->closed)
        stream->loop->report(exception_context("unclosed " + stream->describe()));
    stream->close();
}

}  // namespace detail
}  // namespace lasti

#endif
