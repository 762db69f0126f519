// stream_filter: what stands between a stream and its socket: what is received goes through it
// before anybody reads it, what is written goes through it before it is sent. TLS is one.
//
// It waits for nothing and calls no system: it is given what came, and leaves what is to be sent.
#ifndef LASTI_DETAIL_STREAM_FILTER_HPP_INCLUDED
#define LASTI_DETAIL_STREAM_FILTER_HPP_INCLUDED

#include <lasti/detail/needs_io.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <string>

#include <lasti/clock.hpp>
#include <lasti/detail/handle.hpp>
#include <lasti/error.hpp>

namespace lasti {
namespace detail {

class LASTI_API stream_filter {
public:
    /// What its operations come to; it is as it is until more was fed.
    enum : int { done = 0, would_block = -1, ended = -2, failed = -3 };

    stream_filter() noexcept {}
    stream_filter(stream_filter const&) = delete;
    stream_filter& operator=(stream_filter const&) = delete;
    virtual ~stream_filter();

    /// This has come. It must last until an operation would block: then all of it was taken.
    void feed(const char* data, std::size_t size) noexcept {
        fed = data;
        fed_size = size;
    }
    /// As far as that goes with what was fed.
    virtual int shake_hands() noexcept = 0;
    /// What was fed, decrypted, behind the first `n` bytes of the room: done (the room is full),
    /// would_block, ended (the other side says so).
    virtual int open(char* room, std::size_t size, std::size_t& n) noexcept = 0;
    /// All of it is `sealed` afterwards, or it failed.
    virtual int seal(const char* data, std::size_t size) noexcept = 0;
    /// Says so to the other side.
    virtual void end() noexcept = 0;
    /// Why it failed.
    virtual error problem() const = 0;
    /// Of stream_writer::get_extra_info(); empty: it does not know.
    virtual std::string info(std::string const& name) const = 0;

    const char* fed = nullptr;
    std::size_t fed_size = 0;
    std::string sealed;           // is to be sent; whoever does so clears it
    bool is_shaking = true;       // hands; nothing is read or written before
    bool peer_has_ended = false;  // no more will come
    delay shutdown_time = 0;      // after close(): how long until the other side has ended, too
    handle expiry;                // of the handshake, then of the shutdown
};

}  // namespace detail
}  // namespace lasti

#endif
