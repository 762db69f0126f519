// stream_writer: what goes into a connection or a pipe. asyncio.StreamWriter.
//
//     writer.write("GET / HTTP/1.0\r\n\r\n");
//     AWAIT(writer.drain());               // lets who writes faster than it is sent wait
//     AWAIT(writer.send_all(page));        // both in one, up to the last byte
//     writer.close();                      // sends what is left, then closes
//     AWAIT(writer.wait_closed());
//
// Copies of the handle name the same writer; when the last one goes, the connection is closed as
// close() does it (in debug mode this is reported, for it was probably forgotten). Not thread-safe.
#ifndef LASTI_STREAM_WRITER_HPP_INCLUDED
#define LASTI_STREAM_WRITER_HPP_INCLUDED

#include <lasti/detail/needs_io.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <lasti/clock.hpp>
#include <lasti/coroutine.hpp>
#include <lasti/detail/stream_writing.hpp>
#include <lasti/os_error.hpp>
#include <lasti/socket_address.hpp>
#include <lasti/tls.hpp>

namespace lasti {

class LASTI_API stream_writer {
public:
    /// Empty: falsy, and every use is a type_error.
    stream_writer() noexcept {}
    explicit stream_writer(detail::counted<detail::stream_state> state) noexcept
        : hold_(std::move(state)) {}

    explicit operator bool() const noexcept { return static_cast<bool>(hold_.stream); }
    bool operator==(stream_writer const& other) const noexcept {
        return hold_.stream == other.hold_.stream;
    }
    bool operator!=(stream_writer const& other) const noexcept { return !(*this == other); }

    /// Sends what can be sent at once, and keeps a copy of the rest, which is sent as soon as that
    /// is possible. Does not wait; await drain() now and then. What is written after the connection
    /// broke or was closed is dropped: drain() tells. Throws runtime_error after write_eof().
    void write(std::string const& data) const { get().write(data.data(), data.size()); }
    void write(const void* data, std::size_t size) const {
        get().write(static_cast<const char*>(data), size);
    }
    /// One after the other, with as few system calls as possible.
    void writelines(std::vector<std::string> const& pieces) const { get().write(pieces); }
    /// To be awaited: while more than the high-water mark is waiting to be sent, until it is no
    /// more than the low one. Raises the os_error if the connection broke, connection_reset_error
    /// once it is closed.
    detail::stream_drain_call drain() const { return detail::stream_drain_call{shared_state()}; }
    /// write(), and to be awaited: until all of it is with the system. What several tasks send does
    /// not mix. Raises the os_error if the connection broke. If the task is cancelled, it is sent
    /// all the same. trio's send_all().
    detail::stream_send_call send_all(std::string data) const {
        return detail::stream_send_call{shared_state(), std::move(data)};
    }
    /// … of bytes that the caller keeps until it is awaited; a rest is copied.
    detail::stream_send_from_call send_all(const void* data, std::size_t size) const {
        return detail::stream_send_from_call{shared_state(), static_cast<const char*>(data), size};
    }
    /// To be awaited: sends a regular file behind what was written, from `offset` on, `count` bytes
    /// of it or all; gives how many. The system does it alone where it can; for an encrypted
    /// connection threads read it. It begins when it is awaited; until it is done, write(),
    /// writelines() and send_all() throw runtime_error, and close() waits. However it ends, the
    /// file stands behind what was sent. Raises runtime_error if it is closing or a pipe,
    /// value_error for what is no regular file, os_error: connection_reset_error,
    /// broken_pipe_error … asyncio's loop.sendfile().
    coroutine<std::size_t> sendfile(int file, std::size_t offset = 0,
                                    std::size_t count = ~std::size_t()) const;
    /// The other side sees the end behind what was written; it can still send. Of a pipe: close().
    /// Throws runtime_error if it is encrypted: TLS has no such thing.
    void write_eof() const { get().write_eof(); }
    bool can_write_eof() const { return !get().filter; }

    /// To be awaited: encrypts the connection from now on, as after the answer to STARTTLS. What
    /// was received and nobody has read yet is taken for TLS, too. A client's context needs the
    /// name or the address that the other side's certificate must be for. Raises value_error if
    /// that is missing, and runtime_error if somebody reads or it is encrypted already. When the
    /// handshake fails, the connection is closed: certificate_verification_error, tls_error,
    /// connection_reset_error; connection_aborted_error if it takes longer than
    /// `handshake_timeout`. Once closed, the other side has `shutdown_timeout` to take what is left
    /// and to close, too. Both are in seconds or any duration, and more than 0.
    coroutine<void> start_tls(tls_context context, std::string server_hostname = std::string(),
                              delay handshake_timeout = 60, delay shutdown_timeout = 30) const;

    /// No more is read or written; what was written is sent in the background, then the connection
    /// is closed. Who waits in the reader sees the end. Again: nothing.
    void close() const { get().close(); }
    /// Closes at once: what is not sent is dropped. asyncio's transport.abort().
    void abort() const { get().abort(); }
    bool is_closing() const { return get().is_closing; }
    /// To be awaited after close(): until it is done. Raises the os_error if the connection broke.
    detail::stream_wait_closed_call wait_closed() const {
        return detail::stream_wait_closed_call{shared_state()};
    }

    /// Bytes that were written and are not sent yet.
    std::size_t get_write_buffer_size() const { return get().out.size(); }
    /// From `high` bytes on drain() waits, down to `low`; 64 and 16 KiB unless told. Throws
    /// value_error if low is more than high.
    void set_write_buffer_limits(std::size_t high, std::size_t low) const {
        get().set_marks(high, low);
    }
    /// … down to a quarter of that.
    void set_write_buffer_limits(std::size_t high) const { get().set_marks(high, high / 4); }
    /// (low, high)
    std::pair<std::size_t, std::size_t> get_write_buffer_limits() const {
        return std::make_pair(get().low_water, get().high_water);
    }

    /// What asyncio's get_extra_info() gives, as text: "peername", "sockname", "fileno", and of an
    /// encrypted one "cipher", "ssl_version", "alpn", "peercert" (whom it is for); what is not
    /// known: `fallback`.
    std::string get_extra_info(std::string const& name, std::string fallback = std::string()) const;
    /// Who is on the other side, known also when the connection is gone.
    socket_address const& peername() const { return get().peer; }
    /// Our own address. Throws os_error once it is closed.
    socket_address sockname() const;
    /// The descriptor; -1 once it is closed.
    int fileno() const { return get().socket->fd; }
    /// In words: "stream of socket 7 to ('127.0.0.1', 80)".
    std::string describe() const { return get().describe(); }

    detail::counted<detail::stream_state> const& shared_state() const {
        get();
        return hold_.stream;
    }

private:
    detail::stream_state& get() const { return detail::state_of(hold_.stream, "stream_writer"); }

    detail::writer_hold hold_;
};

}  // namespace lasti

#endif
