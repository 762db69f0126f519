// stream_reader: what comes from a connection or a pipe. asyncio.StreamReader.
//
//     AWAIT_SET(line, reader.readline());          // with its "\n"; empty: no more will come
//     AWAIT_SET(head, reader.readexactly(16));     // or incomplete_read_error
//
//     ASYNC_FOR(line, reader)
//         std::cout << line;
//     END_ASYNC_FOR
//
// Nothing is received but when somebody reads: who sends faster than that has to wait, and the
// memory it takes is bounded. Copies of the handle name the same reader. Not thread-safe.
#ifndef LASTI_STREAM_READER_HPP_INCLUDED
#define LASTI_STREAM_READER_HPP_INCLUDED

#include <lasti/detail/needs_io.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <lasti/detail/stream_reading.hpp>
#include <lasti/exceptions.hpp>
#include <lasti/os_error.hpp>

namespace lasti {

class LASTI_API stream_reader {
public:
    /// Empty: falsy, and every use is a type_error.
    stream_reader() noexcept {}
    explicit stream_reader(detail::counted<detail::stream_state> state) noexcept
        : state_(std::move(state)) {}

    explicit operator bool() const noexcept { return static_cast<bool>(state_); }
    bool operator==(stream_reader const& other) const noexcept { return state_ == other.state_; }
    bool operator!=(stream_reader const& other) const noexcept { return state_ != other.state_; }

    // Each of these is to be awaited, by one task at a time: another one gets a runtime_error. When
    // the connection breaks, they raise that os_error, from then on. Cancelling loses nothing that
    // has come.

    /// All up to the end, which may take much memory.
    detail::stream_size_call<detail::read_request> read() const { return read(-1); }
    /// Up to n bytes, as soon as there is one; empty: the end. Negative: all up to the end.
    template <class N>
    detail::stream_size_call<detail::read_request> read(N n) const {
        return detail::stream_size_call<detail::read_request>{
            shared_state(), n < N(0) ? +detail::stream_reading::everything : size_of(n)};
    }
    /// … into memory of the caller, which must last until then. Gives how many; 0: the end.
    detail::stream_read_into_call read_into(void* buffer, std::size_t size) const {
        return detail::stream_read_into_call{shared_state(), buffer, size};
    }
    /// Exactly n bytes. Raises incomplete_read_error, with what has come, if the end comes first;
    /// throws value_error for a negative n.
    template <class N>
    detail::stream_size_call<detail::readexactly_request> readexactly(N n) const {
        if (n < N(0)) detail::throw_out(value_error("readexactly size can not be less than zero"));
        return detail::stream_size_call<detail::readexactly_request>{shared_state(), size_of(n)};
    }
    /// A line with its "\n"; the last one may have none; empty: the end. Raises value_error for a
    /// line that is longer than the limit, which is dropped as far as it has come.
    detail::stream_call<detail::readline_request> readline() const {
        return detail::stream_call<detail::readline_request>{shared_state()};
    }
    /// All up to the separator and with it. Raises incomplete_read_error if the end comes first,
    /// limit_overrun_error if it would be longer than the limit; what has come stays, then.
    detail::stream_readuntil_call readuntil(std::string separator = std::string(1, '\n')) const {
        return readuntil(std::vector<std::string>(1, std::move(separator)));
    }
    /// … up to that of them which ends first.
    detail::stream_readuntil_call readuntil(std::vector<std::string> separators) const {
        return detail::stream_readuntil_call{shared_state(), std::move(separators)};
    }

    /// Of ASYNC_FOR: the next line, as readline() gives it.
    detail::stream_call<detail::next_line_request> anext() const {
        return detail::stream_call<detail::next_line_request>{shared_state()};
    }

    /// No more is read. Of a pipe: it is closed, so that who writes into it ends by SIGPIPE,
    /// mostly. Of a connection: what stream_writer::close() does.
    void close() const { get().close(); }
    /// Whether the end has come, and all was read.
    bool at_eof() const { return get().at_end && get().in.empty(); }
    /// How long a line can be: bytes.
    std::size_t limit() const { return get().limit; }
    /// Why it broke; empty: it did not.
    error exception() const { return get().lost; }
    /// In words: "stream of socket 7 to ('127.0.0.1', 80)".
    std::string describe() const { return get().describe(); }

    detail::counted<detail::stream_state> const& shared_state() const {
        get();
        return state_;
    }

private:
    detail::stream_state& get() const { return detail::state_of(state_, "stream_reader"); }

    template <class N>
    static std::size_t size_of(N n) noexcept {
        static_assert(std::is_integral<N>::value, "how many bytes: an integer");
        const std::size_t size = static_cast<std::size_t>(n);
        return size == detail::stream_reading::everything ? size - 1 : size;
    }

    detail::counted<detail::stream_state> state_;
};

}  // namespace lasti

#endif
