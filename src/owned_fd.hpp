// owned_fd: a descriptor that is closed with it, until it is given away.
#ifndef LASTI_SRC_OWNED_FD_HPP_INCLUDED
#define LASTI_SRC_OWNED_FD_HPP_INCLUDED

#include <unistd.h>

namespace lasti {
namespace detail {

class owned_fd {
public:
    owned_fd() noexcept {}
    explicit owned_fd(int fd) noexcept : fd_(fd) {}
    owned_fd(owned_fd&& other) noexcept : fd_(other.give()) {}
    owned_fd& operator=(owned_fd&& other) noexcept {
        close();
        fd_ = other.give();
        return *this;
    }
    ~owned_fd() { close(); }

    int get() const noexcept { return fd_; }
    explicit operator bool() const noexcept { return fd_ >= 0; }
    int give() noexcept {
        const int given = fd_;
        fd_ = -1;
        return given;
    }
    void close() noexcept {
        if (fd_ >= 0) ::close(give());
    }

private:
    int fd_ = -1;
};

}  // namespace detail
}  // namespace lasti

#endif
