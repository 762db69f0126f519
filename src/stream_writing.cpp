// Waiting for what streams send.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO

#include <lasti/detail/stream_writing.hpp>

#include <lasti/detail/loop_core.hpp>

namespace lasti {
namespace detail {

// ---- drain --------------------------------------------------------------------------------------

bool drain_request::ready() noexcept {
    return !stream().is_paused || stream().is_closed || stream().is_foreign();
}

error drain_request::problem() const {
    return stream().is_foreign() ? stream().foreign() : stream().problem();
}

void drain_request::take() const {
    if (LASTI_UNLIKELY(!is_armed() && stream().is_paused)) not_awaited();
}

// ---- send_all -----------------------------------------------------------------------------------

void send_all_request::write(const char* data, std::size_t size) {
    stream_state& s = stream();
    if (s.is_foreign() || s.is_closing) {
        all_ = ~std::uint64_t();  // never
        return;
    }
    s.write(data, size);
    all_ = s.written;
}

bool send_all_request::ready() noexcept {
    return is_sent() || stream().is_closing || stream().is_foreign();
}

error send_all_request::problem() const {
    if (stream().is_foreign()) return stream().foreign();
    if (is_sent()) return error();
    return stream().is_closed ? stream().problem() : stream().closing();
}

void send_all_request::take() const {
    if (LASTI_UNLIKELY(!is_sent())) not_awaited();
}

void send_all_request::arm(task_state& task) {
    enter(stream().senders, task);
    task.asks_request = true;
}

bool send_all_request::go_on(task_state& task, error& thrown) {
    if (!thrown && !is_sent()) {
        if (!stream().is_closed) {
            task.wait = wait_state::waiting;
            task.asks_request = true;
            return false;
        }
        thrown = stream().problem();
    }
    leave_line();
    return true;
}

void send_all_request::leave_line() noexcept {
    leave();
    stream().rouse_sender();
}

// ---- wait_closed --------------------------------------------------------------------------------

bool wait_closed_request::ready() noexcept { return stream().is_closed || stream().is_foreign(); }

error wait_closed_request::problem() const {
    return stream().is_closed ? stream().lost : stream().foreign();
}

void wait_closed_request::take() const {
    if (LASTI_UNLIKELY(!stream().is_closed)) not_awaited();
}

void wait_closed_request::arm(task_state& task) {
    enter(stream().closers, task);
    task.asks_request = true;
}

bool wait_closed_request::go_on(task_state&, error& thrown) {
    leave();
    if (!thrown) thrown = stream().lost;
    return true;
}

}  // namespace detail
}  // namespace lasti

#endif
