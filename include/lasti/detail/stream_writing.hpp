// stream_writing: how a task waits until a stream has sent what was written, or enough of it, or is
// closed.
#ifndef LASTI_DETAIL_STREAM_WRITING_HPP_INCLUDED
#define LASTI_DETAIL_STREAM_WRITING_HPP_INCLUDED

#include <lasti/detail/needs_io.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <cstdint>
#include <string>

#include <lasti/detail/loop_core.hpp>
#include <lasti/detail/stream_state.hpp>

namespace lasti {
namespace detail {

class LASTI_API stream_writing : public wait_request {
public:
    void disarm(task_state&) noexcept override { leave(); }

protected:
    explicit stream_writing(counted<stream_state> const& to) noexcept : wait_request(*to) {}
    ~stream_writing() override {
        if (is_armed()) leave();
    }
    stream_state& stream() const noexcept { return static_cast<stream_state&>(*owner_); }
};

/// Until the buffer is short enough.
class LASTI_API drain_request final : public stream_writing {
public:
    template <class Call>
    drain_request(Call const& asked, awaiting_frame&) : stream_writing(asked.stream) {}
    bool ready() noexcept;
    error problem() const;
    void take() const;
    std::string describe() const override { return "drain of a " + stream().describe(); }
    void arm(task_state& task) override { enter(stream().drains, task); }
};

/// Until all that was written so far is sent.
class LASTI_API send_all_request : public stream_writing {
public:
    template <class Call>
    send_all_request(Call const& asked, awaiting_frame&) : stream_writing(asked.stream) {
        write(asked.data(), asked.size());
    }
    ~send_all_request() override {
        if (is_armed()) leave_line();
    }
    bool ready() noexcept;
    error problem() const;
    void take() const;
    std::string describe() const override { return "send_all of a " + stream().describe(); }
    void arm(task_state& task) override;
    void disarm(task_state&) noexcept override { leave_line(); }
    bool go_on(task_state& task, error& thrown) override;

protected:
    send_all_request(counted<stream_state> const& to, std::uint64_t all) noexcept
        : stream_writing(to), all_(all) {}
    bool is_sent() const noexcept { return stream().sent >= all_; }

private:
    void write(const char* data, std::size_t size);
    void leave_line() noexcept;

    std::uint64_t all_ = 0;
};

/// The same, by who sends a file: also while it is closing.
class LASTI_API send_rest_request final : public send_all_request {
public:
    template <class Call>
    send_rest_request(Call const& asked, awaiting_frame&)
        : send_all_request(asked.stream, asked.stream->written) {}
    bool ready() noexcept { return is_sent() || stream().is_closed; }
    error problem() const { return is_sent() ? error() : stream().problem(); }
    std::string describe() const override { return "sendfile of a " + stream().describe(); }
};

/// Until the stream is closed; raises why, if it broke.
class LASTI_API wait_closed_request final : public stream_writing {
public:
    template <class Call>
    wait_closed_request(Call const& asked, awaiting_frame&) : stream_writing(asked.stream) {}
    bool ready() noexcept;
    error problem() const;
    void take() const;
    std::string describe() const override { return "wait_closed of a " + stream().describe(); }
    void arm(task_state& task) override;
    bool go_on(task_state& task, error& thrown) override;
};

static_assert(sizeof(drain_request) <= request_slot::room_size &&
                  sizeof(send_all_request) <= request_slot::room_size &&
                  sizeof(send_rest_request) <= request_slot::room_size &&
                  sizeof(wait_closed_request) <= request_slot::room_size,
              "waiting for a stream allocates nothing");

struct LASTI_TO_BE_AWAITED stream_drain_call {
    typedef drain_request request_type;

    template <class X>
    bool await_at_once(awaiting_frame&, X*) const noexcept {
        return !stream->is_paused && !stream->is_closed && running_loop() == stream->loop;
    }

    counted<stream_state> stream;
};
struct LASTI_TO_BE_AWAITED stream_wait_closed_call {
    typedef wait_closed_request request_type;
    counted<stream_state> stream;
};
struct LASTI_TO_BE_AWAITED stream_send_rest_call {
    typedef send_rest_request request_type;
    counted<stream_state> stream;
};
/// Of bytes that the caller keeps.
struct LASTI_TO_BE_AWAITED stream_send_from_call {
    typedef send_all_request request_type;
    const char* data() const noexcept { return begin; }
    std::size_t size() const noexcept { return count; }
    counted<stream_state> stream;
    const char* begin;
    std::size_t count;
};
struct LASTI_TO_BE_AWAITED stream_send_call {
    typedef send_all_request request_type;
    const char* data() const noexcept { return text.data(); }
    std::size_t size() const noexcept { return text.size(); }
    counted<stream_state> stream;
    std::string text;
};

}  // namespace detail
}  // namespace lasti

#endif
