// byte_buffer: bytes that come at one end and go at the other: what a stream has received and
// nobody has read yet, what was written and is not sent yet.
#ifndef LASTI_DETAIL_BYTE_BUFFER_HPP_INCLUDED
#define LASTI_DETAIL_BYTE_BUFFER_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <string>

namespace lasti {
namespace detail {

class byte_buffer {
public:
    bool empty() const noexcept { return gone_ == bytes_.size(); }
    std::size_t size() const noexcept { return bytes_.size() - gone_; }
    const char* data() const noexcept { return bytes_.data() + gone_; }

    void append(const char* data, std::size_t n) {
        // What has gone makes room, once it is the greater part: each byte is moved once at most.
        if (gone_ > 0 && gone_ >= size()) {
            bytes_.erase(0, gone_);
            gone_ = 0;
        }
        bytes_.append(data, n);
    }
    void consume(std::size_t n) noexcept {
        gone_ += n;
        if (empty()) clear();
    }
    void take_into(std::string& target, std::size_t n) {
        target.assign(data(), n);
        consume(n);
    }
    std::string take(std::size_t n) {
        std::string taken;
        take_into(taken, n);
        return taken;
    }
    /// Thousands of connections that idle should hold no memory of their busy times.
    void clear() noexcept {
        gone_ = 0;
        if (bytes_.capacity() > kept_capacity) std::string().swap(bytes_);
        else bytes_.clear();
    }

private:
    enum : std::size_t { kept_capacity = 1024 };

    std::string bytes_;
    std::size_t gone_ = 0;  // of those at the front
};

}  // namespace detail
}  // namespace lasti

#endif
