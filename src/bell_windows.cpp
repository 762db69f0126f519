// The bell of Windows, where a selector watches sockets alone: two of them, in place of a pipe.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO && defined(_WIN32)

#include "bell.hpp"

#include <lasti/os_error.hpp>

#include "selectors.hpp"
#include "system_calls.hpp"

namespace lasti {
namespace detail {

unsigned fork_count() noexcept { return 0; }

bell::bell() { open(); }

bell::~bell() {
    for (int end : ends_) os::close(end);
}

void bell::open() {
    if (os::socketpair(AF_INET, SOCK_STREAM, 0, ends_) != 0)
        throw_os_error(errno, "event_loop: socketpair");
    for (int end : ends_) prepare_socket(end);
}

bool bell::has_forked() const noexcept { return false; }

void bell::renew() {}

bell::wakened bell::wait(std::chrono::nanoseconds const* time) {
    pollfd reading = {static_cast<os::socket_number>(ends_[0]), POLLIN, 0};
    const int n = poll_for(&reading, 1, time);
    return n > 0 ? wakened::by_ring : n == 0 ? wakened::by_time : wakened::by_signal;
}

// One that is full has rung already.
void bell::ring() noexcept {
    const char one = 1;
    os::send(ends_[1], &one, 1, no_signal);
}

void bell::silence() noexcept {
    char rings[64];
    while (os::recv(ends_[0], rings, sizeof rings, 0) > 0) {
    }
}

}  // namespace detail
}  // namespace lasti

#endif
