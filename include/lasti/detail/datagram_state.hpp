// datagram_state: what the handles of one datagram endpoint share: the socket, what could not be
// sent yet, and who waits for that.
#ifndef LASTI_DETAIL_DATAGRAM_STATE_HPP_INCLUDED
#define LASTI_DETAIL_DATAGRAM_STATE_HPP_INCLUDED

#include <lasti/detail/needs_io.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <deque>
#include <string>
#include <utility>

#include <lasti/detail/sock_request.hpp>
#include <lasti/detail/wait_list.hpp>
#include <lasti/socket.hpp>

namespace lasti {
namespace detail {

class LASTI_API datagram_state final : public waitable {
public:
    /// Of a loop that is open. `remote`: where to it sends unless told otherwise, or none.
    datagram_state(loop_core& owner, lasti::socket through, socket_address const& remote);

    void sendto(std::string const& data, socket_address const& address);
    void set_limits(std::size_t high, std::size_t low);
    void close();
    void abort() noexcept;
    /// Of who receives: `has_ended`, or the errno of what was sent before, or 0.
    int take_problem() noexcept;
    const char* kind() const noexcept override { return "datagram endpoint"; }

    enum : int { has_ended = -3 };  // beside what attempt() says

    lasti::socket const through;
    socket_address const remote;
    socket_address const local_name, peer_name;  // none: it has none
    std::size_t buffered = 0;                    // bytes, and a header for each
    std::size_t high = 64 * 1024, low = 16 * 1024;
    bool is_paused = false;  // more than `high` were buffered, and not yet `low` are left
    bool is_closing = false;
    bool is_closed = false;
    wait_list drainers, closers;

private:
    struct unsent {
        std::string data;
        socket_address to;
        std::size_t size() const noexcept;
    };

    ~datagram_state() override;
    void fail_waiters(error const& what) noexcept override;
    int send_now(std::string const& data, socket_address const& to) const noexcept;
    void watch_out();
    void flush() noexcept;
    void fail(int number) noexcept;
    void pause_or_resume() noexcept;
    void finish_soon();
    void finish() noexcept;

    std::deque<unsent> buffer_;
    int problem_ = 0;  // of sending, until somebody receives
    unsigned sent_after_end_ = 0;
};

/// It gives a datagram and who has sent it.
class LASTI_API datagram_request : public recvfrom_request {
public:
    template <class Call>
    datagram_request(Call const& asked, awaiting_frame& frame)
        : recvfrom_request(asked, frame), endpoint_(asked.endpoint) {}

protected:
    int attempt() noexcept override;
    const char* name() const noexcept override { return "recvfrom"; }
    error error_of(int how) const override;

private:
    counted<datagram_state> endpoint_;
};

/// The same, for ASYNC_FOR.
class LASTI_API next_datagram_request final : public datagram_request {
public:
    using datagram_request::datagram_request;

private:
    error error_of(int how) const override;
};

/// Until its buffer is small again, or it is closed.
class LASTI_API datagram_wait_request final : public wait_request {
public:
    template <class Wait>
    datagram_wait_request(Wait const& asked, awaiting_frame&)
        : wait_request(*asked.state), for_end_(asked.for_end) {}
    ~datagram_wait_request() override {
        if (is_armed()) leave();
    }

    bool ready() noexcept { return is_over() || owner_->is_foreign(); }
    error problem() const;
    void take() const {
        if (LASTI_UNLIKELY(!is_armed() && !is_over())) not_awaited();
    }
    std::string describe() const override;
    void arm(task_state& task) override {
        enter(for_end_ ? state().closers : state().drainers, task);
    }
    void disarm(task_state&) noexcept override { leave(); }

private:
    datagram_state& state() const noexcept { return static_cast<datagram_state&>(*owner_); }
    bool is_over() const noexcept {
        return for_end_ ? state().is_closed : !state().is_paused || state().through.is_closed();
    }

    bool const for_end_;
};

static_assert(sizeof(datagram_request) <= request_slot::room_size &&
                  sizeof(next_datagram_request) <= request_slot::room_size &&
                  sizeof(datagram_wait_request) <= request_slot::room_size,
              "waiting for a datagram allocates nothing");

// ---- what the members of datagram_endpoint return -----------------------------------------------

template <class Request>
struct datagram_call {
    typedef Request request_type;
    sock_call on;
    std::size_t size;
    counted<datagram_state> endpoint;
};
struct LASTI_TO_BE_AWAITED datagram_wait {
    typedef datagram_wait_request request_type;
    counted<datagram_state> state;
    bool for_end;
};

}  // namespace detail
}  // namespace lasti

#endif
