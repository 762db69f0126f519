// What a system's call that may block gives: one number.
#ifndef LASTI_SRC_CALL_OUTCOME_HPP_INCLUDED
#define LASTI_SRC_CALL_OUTCOME_HPP_INCLUDED

#include <cerrno>

#include <sys/types.h>

namespace lasti {
namespace detail {

/// Of a call that gave `n`: 0, -1 if it would block, or an errno.
inline int call_outcome(ssize_t n) noexcept {
    if (n >= 0) return 0;
    return errno == EAGAIN || errno == EWOULDBLOCK ? -1 : errno;
}

/// Begins the call again after a signal.
template <class Call>
ssize_t uninterrupted(Call call) noexcept {
    for (;;) {
        const ssize_t n = call();
        if (n >= 0 || errno != EINTR) return n;
    }
}

}  // namespace detail
}  // namespace lasti

#endif
