// What a loop without I/O has in the place of its descriptors. It never makes one.
#ifndef LASTI_SRC_WITHOUT_IO_HPP_INCLUDED
#define LASTI_SRC_WITHOUT_IO_HPP_INCLUDED

#include <chrono>

namespace lasti {

class selector {};

namespace detail {

class descriptors {
public:
    bool sleep(std::chrono::nanoseconds const*, bool) { return false; }
    bool look() { return false; }
};

}  // namespace detail
}  // namespace lasti

#endif
