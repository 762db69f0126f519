// Datagram endpoints: sending, what is kept until there is room, and their end.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO

#include <lasti/datagram.hpp>

#include <utility>

#include <lasti/detail/loop_core.hpp>
#include <lasti/exception_context.hpp>

#include "socket_names.hpp"
#include "system_calls.hpp"

namespace lasti {
namespace detail {

namespace {

// What asyncio counts for each datagram in the buffer beside its bytes.
const std::size_t header_size = 8;

socket_address name_or_none(int fd, name_call call) {
    socket_address name;
    get_name(fd, call, name);
    return name;
}

// A peer without a name (one of a socketpair) is one, too.
bool is_connected(socket_address const& peer) noexcept { return peer.size() != 0; }

}  // namespace

std::size_t datagram_state::unsent::size() const noexcept { return data.size() + header_size; }

datagram_state::datagram_state(loop_core& owner, lasti::socket socket, socket_address const& to)
    : waitable(std::string()), through(std::move(socket)), remote(to),
      local_name(name_or_none(through.fileno(), &os::getsockname)),
      peer_name(name_or_none(through.fileno(), &os::getpeername)) {
    loop = &owner;
    owner.retain();
}

datagram_state::~datagram_state() { through.close(); }

void datagram_state::fail_waiters(error const& what) noexcept {
    drainers.fail_all(what);
    closers.fail_all(what);
}

// ---- sending ------------------------------------------------------------------------------------

int datagram_state::send_now(std::string const& data, socket_address const& to) const noexcept {
    const int fd = through.fileno();
    return call_outcome(uninterrupted([&] {
        return is_connected(peer_name)
                   ? os::send(fd, data.data(), data.size(), no_signal)
                   : os::sendto(fd, data.data(), data.size(), no_signal, to.data(), to.size());
    }));
}

void datagram_state::sendto(std::string const& data, socket_address const& address) {
    static const unsigned enough = 5;  // asyncio's LOG_THRESHOLD_FOR_CONNLOST_WRITES
    const bool has_address = address.family() != AF_UNSPEC;
    socket_address const& only = remote.size() != 0 ? remote : peer_name;
    const bool has_only = only.family() != AF_UNSPEC;
    if (has_address && has_only && address != only)
        throw_out(value_error("sendto: Invalid address: must be none or " + only.describe()));
    if (!has_address && !has_only)
        throw_out(value_error("sendto: no address, and the endpoint is not connected"));
    if (is_closing) {
        if (++sent_after_end_ < enough) return;
        exception_context context;
        context.message = "sendto: the datagram endpoint is closed; nothing is sent";
        return loop->report(context);
    }
    if (through.is_closed()) return fail(EBADF);
    socket_address const& to = has_address ? address : only;
    if (buffer_.empty()) {
        const int how = send_now(data, to);
        if (how == 0) return;
        if (how > 0) return fail(how);
        watch_out();
    }
    buffer_.push_back(unsent{data, to});
    buffered += buffer_.back().size();
    pause_or_resume();
}

void datagram_state::watch_out() {
    loop->check_open();
    const counted<datagram_state> self(this);  // so that what is kept is sent, whoever goes
    const error problem =
        through.shared_state()->call_when_ready(*loop, true, [self] { self->flush(); });
    if (problem) problem.rethrow();
}

void datagram_state::flush() noexcept {
    const counted<datagram_state> self(this);
    while (!buffer_.empty()) {
        const int how = send_now(buffer_.front().data, buffer_.front().to);
        if (how < 0) break;
        buffered -= buffer_.front().size();
        buffer_.pop_front();
        if (how > 0) fail(how);
    }
    pause_or_resume();
    if (!buffer_.empty()) return;
    through.shared_state()->call_no_more(true);
    if (is_closing) finish();
}

void datagram_state::pause_or_resume() noexcept {
    if (buffered > high) is_paused = true;
    if (!is_paused || buffered > low) return;
    is_paused = false;
    drainers.wake_all();
}

void datagram_state::set_limits(std::size_t new_high, std::size_t new_low) {
    if (new_low > new_high)
        throw_out(value_error("set_write_buffer_limits: high (" + std::to_string(new_high) +
                              ") must be >= low (" + std::to_string(new_low) + ")"));
    high = new_high;
    low = new_low;
    pause_or_resume();
}

// ---- receiving ----------------------------------------------------------------------------------

// The first that nobody has asked for stays; asyncio's protocol would be told of each.
void datagram_state::fail(int number) noexcept {
    if (problem_ == 0) problem_ = number;
    through.shared_state()->rouse_readers();
}

int datagram_state::take_problem() noexcept {
    if (is_closing) return has_ended;
    const int problem = problem_;
    problem_ = 0;
    return problem;
}

int datagram_request::attempt() noexcept {
    const int problem = endpoint_->take_problem();
    return problem != 0 ? problem : recvfrom_request::attempt();
}

error datagram_request::error_of(int how) const {
    if (how != datagram_state::has_ended) return recvfrom_request::error_of(how);
    return make_os_error(EBADF, "recvfrom: the datagram endpoint was closed");
}

error next_datagram_request::error_of(int how) const {
    if (how != datagram_state::has_ended) return datagram_request::error_of(how);
    return error::make(stop_async_iteration());
}

// ---- the end ------------------------------------------------------------------------------------

void datagram_state::close() {
    if (is_closing) return;
    is_closing = true;
    through.shared_state()->rouse_readers();
    if (buffer_.empty() || through.is_closed()) finish_soon();
}

void datagram_state::abort() noexcept {
    if (is_closed) return;
    const counted<datagram_state> self(this);
    const bool was_kept = !buffer_.empty();
    buffer_.clear();
    buffered = 0;
    if (was_kept) through.shared_state()->call_no_more(true);
    if (is_closing && !was_kept) return;  // it ends soon
    is_closing = true;
    through.shared_state()->rouse_readers();
    finish_soon();
}

// Behind those who received, who have their turn while it is still open.
void datagram_state::finish_soon() {
    if (loop->closed) return finish();
    const counted<datagram_state> self(this);
    const counted<handle_state> made(new handle_state(*loop, [self] { self->finish(); }));
    made->make_ready();
}

void datagram_state::finish() noexcept {
    if (is_closed) return;
    is_closed = true;
    is_paused = false;
    through.close();
    drainers.wake_all();
    closers.wake_all();
}

error datagram_wait_request::problem() const {
    if (owner_->is_foreign()) return owner_->foreign();
    if (!for_end_ && state().is_closed) return make_os_error(ECONNRESET, "drain: Connection lost");
    return error();
}

std::string datagram_wait_request::describe() const {
    return std::string(for_end_ ? "wait_closed" : "drain") + " of a datagram endpoint, " +
           state().through.describe();
}

}  // namespace detail

datagram_endpoint::datagram_endpoint(socket const& ready, socket_address const& remote) {
    if (ready.type() == SOCK_STREAM)
        detail::throw_out(value_error("datagram_endpoint: A datagram socket was expected, got " +
                                      ready.describe()));
    state_ = detail::counted<detail::datagram_state>(
        new detail::datagram_state(detail::running_core(), ready, remote));
}

detail::datagram_state& datagram_endpoint::get() const {
    return detail::state_of(state_, "datagram_endpoint");
}

}  // namespace lasti

#endif
