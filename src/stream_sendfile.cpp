// How a stream sends a file.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO

#include <lasti/stream_writer.hpp>

#include <cerrno>
#include <utility>

#include <lasti/detail/loop_core.hpp>
#include <lasti/detail/sock_request.hpp>
#include <lasti/detail/stream_filter.hpp>
#include <lasti/exceptions.hpp>
#include <lasti/socket.hpp>
#include <lasti/threads.hpp>

#include "system_calls.hpp"

namespace lasti {
namespace detail {

error stream_state::begin_file() {
    if (is_foreign()) return foreign();
    if (lost) return lost;
    if (is_closing) return error::make(runtime_error("sendfile: " + describe() + " is closing"));
    if (eof_written) return error::make(runtime_error("Cannot call sendfile() after write_eof()"));
    if (sends_file)
        return error::make(runtime_error("unable to send a file; sendfile is in progress"));
    if (socket->is_pipe())
        return error::make(runtime_error("sendfile is not supported for a pipe, " + describe()));
    if (filter && filter->is_shaking)
        return error::make(
            runtime_error("sendfile() of " + describe() + " while it shakes hands for TLS"));
    sends_file = true;
    return error();
}

void stream_state::end_file() noexcept {
    const counted<stream_state> hold(this);
    sends_file = false;
    if (is_closed || is_ending_) return;
    if (is_closing) end();
    else if (eof_written && out.empty()) end_output();
}

error stream_state::write_of_file(std::string const& piece) {
    if (is_closed) return problem();
    if (filter->peer_has_ended) return closing();
    write_filtered(piece.data(), piece.size());
    return error();
}

namespace {

outcome<std::string> piece_of(int file, std::size_t at, std::size_t size) {
    std::string piece(size, '\0');
    const ssize_t n =
        uninterrupted([&] { return os::pread(file, &piece[0], size, static_cast<off_t>(at)); });
    if (n < 0) return make_os_error(errno, "sendfile: the file");
    piece.resize(static_cast<std::size_t>(n));
    return piece;
}

/// The body of sendfile().
struct sending_file {
    stream_writer writer;
    int file;
    std::size_t offset;
    std::size_t left;
    std::size_t sent;
    outcome<std::string> piece;
    error lost;

    stream_state& stream() const { return *writer.shared_state(); }
    stream_send_rest_call rest() const { return {writer.shared_state()}; }
    sock_sendfile_call by_the_system() const {
        return {{stream().loop, stream().socket}, file, offset, left};
    }
    std::size_t next_size() const {
        static const std::size_t most = 64 * 1024;
        return left < most ? left : most;
    }

    error begin() const {
        const error no_file = check_regular_file(file, "sendfile");
        return no_file ? no_file : stream().begin_file();
    }
    // What was read and is with the system, or in the stream's buffer.
    void count_piece() {
        sent += piece.value().size();
        left -= piece.value().size();
    }
    void end() const {
        if (stream().filter && sent > 0) ::lseek(file, static_cast<off_t>(offset + sent), SEEK_SET);
        stream().end_file();
    }
    // Why the stream is lost, if that is it, for others, too. Empty: it is not.
    error loss(error const& raised) const {
        connection_error const* const e = raised.as<connection_error>();
        if (e && !stream().is_closed) stream().fail(e->error_number(), "sendfile");
        return stream().is_closed && raised.is<os_error>() ? stream().problem() : error();
    }

    LASTI_COROUTINE_BODY(std::size_t) {
        LASTI_BEGIN;
        if (error problem = begin()) LASTI_RAISE(std::move(problem));
        LASTI_TRY
            LASTI_AWAIT(rest());
            if (!stream().filter) {
                LASTI_AWAIT_SET(sent, by_the_system());
            } else {
                while (left > 0) {
                    LASTI_AWAIT_SET(piece, to_thread(piece_of, file, offset + sent, next_size()));
                    if (!piece) LASTI_RAISE(piece.exception());
                    if (piece.value().empty()) break;
                    if (error problem = stream().write_of_file(piece.value()))
                        LASTI_RAISE(std::move(problem));
                    count_piece();
                    LASTI_AWAIT(rest());
                }
            }
            LASTI_EXCEPT_ANY
            lost = loss(self.handled());
            if (!lost) LASTI_RERAISE;
            LASTI_RAISE(lost);
            LASTI_FINALLY
            end();
        LASTI_END_TRY
        LASTI_RETURN(sent);
        LASTI_END;
    }
};

}  // namespace
}  // namespace detail

coroutine<std::size_t> stream_writer::sendfile(int file, std::size_t offset,
                                               std::size_t count) const {
    get();
    return detail::sending_file{*this, file, offset, count, 0, std::string(), {}};
}

}  // namespace lasti

#endif
