// Streams that have a filter, as TLS is one: what they receive, what they send, how they end.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO

#include <lasti/detail/stream_state.hpp>

#include <cerrno>
#include <sstream>
#include <utility>

#include <lasti/detail/loop_core.hpp>
#include <lasti/detail/stream_filter.hpp>
#include <lasti/event_loop.hpp>
#include <lasti/exceptions.hpp>
#include <lasti/os_error.hpp>

#include "reading_room.hpp"

namespace lasti {
namespace detail {

namespace {

// Behind the room for what is decrypted, which is never longer, but for what was left of a record.
const std::size_t room_of_the_fed = usual_read;
const std::size_t room_of_the_opened = most_of_a_read - room_of_the_fed;
// asyncio's, of a TLS transport.
const std::size_t filtered_high_water = 512 * 1024;
// What is encrypted before it is sent.
const std::size_t most_of_a_seal = 64 * 1024;

std::string shown(delay time) {
    std::ostringstream text;
    text << time.in_seconds();
    return text.str();
}

}  // namespace

stream_filter::~stream_filter() {}

// ---- shaking hands ------------------------------------------------------------------------------

error stream_state::begin_filter(std::unique_ptr<stream_filter> made, delay handshake_time) {
    if (is_foreign()) return foreign();
    if (lost) return lost;
    if (is_closing) return error::make(runtime_error("start_tls: " + describe() + " is closing"));
    if (filter)
        return error::make(runtime_error("start_tls: " + describe() + " is encrypted already"));
    if (eof_written) return error::make(runtime_error("start_tls: called after write_eof()"));
    if (socket->is_pipe())
        return error::make(type_error("start_tls: " + describe() + " is a pipe"));
    if (sends_file) return error::make(runtime_error("start_tls: sendfile is in progress"));
    if (has_reader)
        return error::make(
            runtime_error("start_tls() called while another coroutine is already waiting "
                          "for incoming data"));
    const counted<stream_state> hold(this);
    const std::string too_long = "SSL handshake is taking longer than " + shown(handshake_time) +
                                 " seconds: aborting the connection";
    const handle expiry = loop->face->call_later(handshake_time, [hold, too_long] {
        hold->break_off(make_os_error(ECONNABORTED, too_long));
    });
    filter = std::move(made);
    filter->expiry = expiry;
    high_water = filtered_high_water;
    low_water = high_water / 4;
    tell_progress();
    const std::string before = in.take(in.size());
    filter->feed(before.data(), before.size());
    go_on_shaking();
    return error();
}

int stream_state::shake_hands() noexcept {
    for (;;) {
        if (is_closed) return failed;
        bool is_drained = false;
        int how = feed_filter(is_drained);
        if (how != done) return how;
        if (filter->peer_has_ended) {
            break_off(make_os_error(ECONNRESET, "SSL handshake"));
            return failed;
        }
        how = go_on_shaking();
        if (how != would_block || is_drained) return how;
    }
}

// Also when it fails there is something to send: why.
int stream_state::go_on_shaking() noexcept {
    const int how = filter->shake_hands();
    const int refused = send_sealed();
    if (how == stream_filter::failed) break_off(filter->problem());
    else if (refused > 0) fail(refused, "write");
    if (is_closed) return failed;
    if (how == stream_filter::would_block) return would_block;
    filter->is_shaking = false;
    filter->expiry.cancel();
    filter->expiry = handle();
    // What has come behind the last of the handshake.
    for (;;) {
        const int opened = open_fed();
        if (opened == ENOMEM || (fresh_size > 0 && !keep_fresh())) {
            fail(ENOMEM, "read");
            return failed;
        }
        if (opened == failed) return failed;
        if (opened == would_block) return done;
    }
}

// ---- reading ------------------------------------------------------------------------------------

// What is received is fed to it, or that the other side has ended.
int stream_state::feed_filter(bool& is_drained) noexcept {
    char* const room = reading_room();
    if (!room) return ENOMEM;
    char* const begin = room + room_of_the_opened;
    std::size_t size = 0;
    const int how = receive_into(begin, room_of_the_fed, size);
    if (how != done) return how;
    is_drained = size < room_of_the_fed;
    filter->feed(begin, size);
    if (size == 0) filter->peer_has_ended = true;
    return done;
}

// Fresh is what was fed, as far as there is room; done: it may be that there was too little.
int stream_state::open_fed() noexcept {
    char* const room = reading_room();
    if (!room) return ENOMEM;
    fresh = room;
    fresh_size = 0;
    const int how = filter->open(room, room_of_the_opened, fresh_size);
    const int refused = send_sealed();
    if (how == stream_filter::failed) {
        fresh_size = 0;
        break_off(filter->problem());
        return failed;
    }
    if (how == stream_filter::ended) {
        filter->peer_has_ended = at_end = true;
        close();
        return would_block;
    }
    if (refused > 0) {
        fail(refused, "write");
        return failed;
    }
    return how;
}

int stream_state::receive_filtered() noexcept {
    for (;;) {
        bool is_drained = false;
        int how = feed_filter(is_drained);
        if (how != done) return how;
        if (filter->peer_has_ended) {
            at_end = true;
            close();
        } else {
            how = open_fed();
        }
        if (how > 0 || how == failed) return how;
        if (fresh_size > 0 || at_end) return done;
        if (is_drained || unpaused >= most_without_pause) {
            unpaused = 0;
            return would_block;
        }
    }
}

// ---- writing ------------------------------------------------------------------------------------

void stream_state::write_filtered(const char* data, std::size_t size) {
    if (filter->is_shaking)
        throw_out(runtime_error("write() of " + describe() + " while it shakes hands for TLS"));
    while (size > 0) {
        const std::size_t n = size < most_of_a_seal ? size : most_of_a_seal;
        if (filter->seal(data, n) != stream_filter::done) return break_off(filter->problem());
        const int refused = send_sealed();
        if (refused > 0) fail(refused, "write");
        if (is_closed) return;
        data += n;
        size -= n;
    }
}

// At once, or behind what waits. Gives an errno, or something else.
int stream_state::send_sealed() noexcept {
    if (filter->sealed.empty()) return done;
    std::string const& all = filter->sealed;
    std::size_t n = 0;
    int how = done;
    written += all.size();
    if (out.empty()) how = send_some(all.data(), all.size(), n);
    if (how <= 0 && n < all.size() && !fits_memory([&] { keep(all.data() + n, all.size() - n); }))
        how = ENOMEM;
    // One that idles holds no memory.
    std::string().swap(filter->sealed);
    return how;
}

// ---- the end ------------------------------------------------------------------------------------

void stream_state::end_filtered() noexcept {
    if (filter->is_shaking) return finish();
    at_end = true;
    filter->end();
    const int refused = send_sealed();
    if (filter->peer_has_ended && refused > 0) return finish();  // it has gone, as it said
    if (refused > 0) return fail(refused, "write");
    if (can_finish()) return finish();
    const counted<stream_state> hold(this);
    error problem = outcome_of([&] {
        filter->expiry = loop->face->call_later(filter->shutdown_time, [hold] {
            hold->break_off(error::make(timeout_error("SSL shutdown timed out")));
        });
    });
    if (!problem && !filter->peer_has_ended)
        problem = socket->call_when_ready(*loop, false, [hold] { hold->drop_rest(); });
    if (problem) break_off(problem);
}

bool stream_state::can_finish() const noexcept {
    return out.empty() && (!filter || filter->peer_has_ended);
}

// Whatever still comes, until the other side has ended, too.
void stream_state::drop_rest() noexcept {
    const counted<stream_state> hold(this);
    bool is_drained = false;
    const int received = feed_filter(is_drained);
    if (received > 0) fail(received, "read");
    if (received != done) return;
    int how = stream_filter::done;
    while (how == stream_filter::done && !filter->peer_has_ended) {
        std::size_t n = 0;
        how = filter->open(reading_room(), room_of_the_opened, n);
    }
    filter->sealed.clear();
    if (how == stream_filter::failed) return break_off(filter->problem());
    if (how == stream_filter::would_block) return;
    filter->peer_has_ended = true;
    socket->call_no_more(false);
    if (can_finish()) finish();
}

void stream_state::break_off(error const& why) noexcept {
    if (is_closed) return;
    const counted<stream_state> hold(this);
    lost = why;
    finish();
}

}  // namespace detail
}  // namespace lasti

#endif
