// Pipes, terminals and the program's own input and output as streams.
// asyncio: loop.connect_read_pipe(), loop.connect_write_pipe().
//
//     lasti::stream_reader in = lasti::open_stdin();
//     lasti::stream_writer out = lasti::open_stdout();
//     ASYNC_FOR(line, in)
//         AWAIT(out.send_all(upper(line)));
//     END_ASYNC_FOR
#ifndef LASTI_PIPES_HPP_INCLUDED
#define LASTI_PIPES_HPP_INCLUDED

#include <lasti/detail/needs_posix_io.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>

#include <lasti/event_loop.hpp>
#include <lasti/stream_reader.hpp>
#include <lasti/stream_writer.hpp>

namespace lasti {

/// @name Of the loop that runs on this thread, or of the one that is given
///
/// The descriptor of a pipe, a FIFO, a stream socket, a terminal or another character device. It
/// belongs to the stream from now on, which makes it non-blocking and closes it. Throws value_error
/// for anything else, os_error for what is no open descriptor; it is still the caller's, then.
/// @{

/// Closed with the last handle of the reader. A line can be `limit` bytes long.
LASTI_API stream_reader connect_read_pipe(int fd,
                                          std::size_t limit = detail::stream_state::default_limit);
LASTI_API stream_reader connect_read_pipe(event_loop& loop, int fd,
                                          std::size_t limit = detail::stream_state::default_limit);
/// Notices at once when nobody reads from it any more: it is closed then; with a broken_pipe_error
/// if something was still to be sent.
LASTI_API stream_writer connect_write_pipe(int fd);
LASTI_API stream_writer connect_write_pipe(event_loop& loop, int fd);
/// @}

/// @name The program's own input and output, as streams of the loop that runs on this thread
///
/// They may be a regular file, too. The descriptor 0, 1 or 2 itself is not touched and stays open:
/// the stream has one of its own, of a pipe or terminal that it opens anew where the system can
/// (Linux), so that who shares that does not find it non-blocking. Where it cannot, it is blocking
/// again once the stream is closed. Throws os_error if it is closed, value_error for a directory.
/// @{
LASTI_API stream_reader open_stdin(std::size_t limit = detail::stream_state::default_limit);
LASTI_API stream_writer open_stdout();
LASTI_API stream_writer open_stderr();
/// @}

}  // namespace lasti

#endif
