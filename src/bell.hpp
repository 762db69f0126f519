// bell: what ends a loop's sleep, from any thread: a pipe, since a signal's handler can write to
// that, and a selector watch it (on Windows two sockets); without I/O a condition variable, which
// needs no descriptor.
#ifndef LASTI_SRC_BELL_HPP_INCLUDED
#define LASTI_SRC_BELL_HPP_INCLUDED

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include <lasti/detail/config.hpp>

namespace lasti {
namespace detail {

class bell {
public:
    enum class wakened { by_ring, by_time, by_signal };

    bell(bell const&) = delete;
    bell& operator=(bell const&) = delete;
    ~bell();

    /// Blocks until it has rung since silence(), or for `time` (null: without limit). Which of
    /// them it was; or a signal.
    wakened wait(std::chrono::nanoseconds const* time);
    void ring() noexcept;
    void silence() noexcept;

#if LASTI_HAS_IO
    /// Throws std::system_error if there is no file descriptor left.
    bell();
    /// Readable when it has rung.
    int fd() const noexcept { return ends_[0]; }
    bool has_forked() const noexcept;
    /// After a fork() the pipe is the parent's, too: the child gets one of its own.
    void renew();

private:
    void open();

    int ends_[2];                         // reading end, writing end
    std::atomic<unsigned> opened_in_{0};  // the fork_count() then
#else
    bell() {}

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool has_rung_ = false;
#endif
};

#if LASTI_HAS_IO
/// How often this process is the child of a fork().
unsigned fork_count() noexcept;
#endif

}  // namespace detail
}  // namespace lasti

#endif
