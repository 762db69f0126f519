// The same step by a C++20 coroutine: a minimal generator behind a function that is not inlined.
#include <coroutine>
#include <exception>
#include <utility>

#include "bench.hpp"

namespace {

class generator {
public:
    struct promise_type {
        long value = 0;
        std::exception_ptr failure;
        generator get_return_object() { return generator(std::coroutine_handle<promise_type>::from_promise(*this)); }
        std::suspend_always initial_suspend() noexcept { return {}; }
        std::suspend_always final_suspend() noexcept { return {}; }
        std::suspend_always yield_value(long v) noexcept {
            value = v;
            return {};
        }
        void return_void() noexcept {}
        void unhandled_exception() { failure = std::current_exception(); }
    };

    explicit generator(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
    generator(generator&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    ~generator() {
        if (handle_) handle_.destroy();
    }
    bool resume() {
        handle_.resume();
        if (!handle_.done()) return true;
        if (handle_.promise().failure) std::rethrow_exception(handle_.promise().failure);
        return false;
    }
    long value() const { return handle_.promise().value; }

private:
    std::coroutine_handle<promise_type> handle_;
};

__attribute__((noinline)) generator count_to(long n) {
    for (long i = 0; i < n; ++i) co_yield i;
}

} // namespace

int main(int argc, char** argv) {
    const long n = bench::argument(argc, argv, 2, 50000000);
    long sum = 0;
    bench::measure(static_cast<double>(n), [&] {
        for (generator g = count_to(n); g.resume();) {
            sum += g.value();
            bench::keep(sum);
        }
    });
    return sum == n * (n - 1) / 2 ? 0 : 1;
}
