// The least generator that C++20 coroutines make: it carries exceptions, and no more.
#ifndef LASTI_TEST_BENCH_GENERATOR_HPP_INCLUDED
#define LASTI_TEST_BENCH_GENERATOR_HPP_INCLUDED

#include <coroutine>
#include <exception>
#include <utility>

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

#endif
