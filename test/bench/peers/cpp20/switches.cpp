// Tasks of C++20 coroutines that pass, in a ring of handles: no loop, no system.
#include <coroutine>
#include <cstddef>
#include <exception>
#include <vector>

#include "bench.hpp"

namespace {

std::vector<std::coroutine_handle<>> ring;
std::size_t first = 0, last = 0, mask = 0;

std::coroutine_handle<>& slot(std::size_t at) { return ring[at & mask]; }

struct task {
    struct promise_type {
        task get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
        std::suspend_always initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() { std::terminate(); }
    };
    std::coroutine_handle<> handle;
};

struct to_the_end {
    bool await_ready() noexcept { return false; }
    void await_suspend(std::coroutine_handle<> h) noexcept { slot(last++) = h; }
    void await_resume() noexcept {}
};

__attribute__((noinline)) task passing(long n) {
    for (long i = 0; i < n; ++i) co_await to_the_end();
}

} // namespace

int main(int argc, char** argv) {
    const long passes = bench::argument(argc, argv, 2, 1000), tasks = bench::argument(argc, argv, 3, 1000);
    std::size_t room = 1;
    while (room < static_cast<std::size_t>(tasks) + 1) room *= 2;
    ring.resize(room);
    mask = room - 1;
    for (long i = 0; i < tasks; ++i) slot(last++) = passing(passes).handle;
    bench::measure(static_cast<double>(tasks * passes), [] {
        while (first != last) slot(first++).resume();
    });
}
