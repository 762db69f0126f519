// The same by a coroutine of C++20, with the least generator that does.
#include <coroutine>
#include <cstdio>
#include <exception>

struct generator {
    struct promise_type {
        int value = 0;
        std::exception_ptr failure;
        generator get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
        std::suspend_always initial_suspend() noexcept { return {}; }
        std::suspend_always final_suspend() noexcept { return {}; }
        std::suspend_always yield_value(int v) noexcept {
            value = v;
            return {};
        }
        void return_void() noexcept {}
        void unhandled_exception() { failure = std::current_exception(); }
    };

    std::coroutine_handle<promise_type> handle;

    ~generator() { handle.destroy(); }
    bool resume() {
        handle.resume();
        if (handle.promise().failure) std::rethrow_exception(handle.promise().failure);
        return !handle.done();
    }
};

static generator countdown(int n) {
    for (; n > 0; --n) co_yield n;
}

int main() {
    generator numbers = countdown(3);
    while (numbers.resume()) std::printf("%d\n", numbers.handle.promise().value);
}
