// Exceptions and C++20 coroutines. `throw` raises one where a coroutine stands, which catches it and goes on; `close`
// destroys coroutines that are suspended; `chain` raises one in the innermost of a hundred that await each other, and
// it leaves them all. The frame of a chain's coroutine is destroyed with the object that names it.
#include <coroutine>
#include <exception>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "bench.hpp"

#include "generator.hpp"

namespace {

std::exception_ptr thrown_in;

struct stand {
    bool await_ready() noexcept { return false; }
    void await_suspend(std::coroutine_handle<>) noexcept {}
    void await_resume() {
        if (thrown_in) std::rethrow_exception(std::exchange(thrown_in, nullptr));
    }
};

class coroutine {
public:
    struct promise_type;
    typedef std::coroutine_handle<promise_type> handle;
    struct to_caller {
        bool await_ready() noexcept { return false; }
        std::coroutine_handle<> await_suspend(handle h) noexcept {
            return h.promise().caller ? h.promise().caller : std::noop_coroutine();
        }
        void await_resume() noexcept {}
    };
    struct promise_type {
        std::coroutine_handle<> caller;
        std::exception_ptr failure;
        coroutine get_return_object() { return coroutine(handle::from_promise(*this)); }
        std::suspend_always initial_suspend() noexcept { return {}; }
        to_caller final_suspend() noexcept { return {}; }
        void return_void() noexcept {}
        void unhandled_exception() { failure = std::current_exception(); }
    };

    coroutine(coroutine&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    ~coroutine() {
        if (handle_) handle_.destroy();
    }
    void begin() { handle_.resume(); }
    bool has_failed() const { return handle_.done() && handle_.promise().failure; }

    bool await_ready() noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller) noexcept {
        handle_.promise().caller = caller;
        return handle_;
    }
    void await_resume() {
        if (handle_.promise().failure) std::rethrow_exception(handle_.promise().failure);
    }

private:
    explicit coroutine(handle h) : handle_(h) {}
    handle handle_;
};

std::coroutine_handle<> innermost;

struct stand_innermost : stand {
    void await_suspend(std::coroutine_handle<> h) noexcept { innermost = h; }
};

coroutine catching(long& caught) {
    for (;;) {
        try {
            for (;;) co_await stand_innermost();
        } catch (std::runtime_error const&) {
            ++caught;
        }
    }
}

coroutine chain(int depth) {
    if (depth > 1) co_await chain(depth - 1);
    else co_await stand_innermost();
}

__attribute__((noinline)) generator endless() {
    for (;;) co_yield 0;
}

int throw_and_catch(long n) {
    long caught = 0;
    coroutine c = catching(caught);
    c.begin();
    const std::exception_ptr problem = std::make_exception_ptr(std::runtime_error("none"));
    bench::measure(static_cast<double>(n), [&] {
        for (long i = 0; i < n; ++i) {
            thrown_in = problem;
            innermost.resume();
        }
    });
    return caught == n ? 0 : 1;
}

int close_all(long n) {
    std::vector<generator> all;
    bench::measure(
        static_cast<double>(n), n / 1000,
        [&] {
            for (int i = 0; i < 1000; ++i) {
                all.push_back(endless());
                all.back().resume();
            }
        },
        [&] { all.clear(); });
    return 0;
}

int throw_through_chains(long n) {
    std::unique_ptr<coroutine> c;
    long failed = 0;
    bench::measure(
        static_cast<double>(n), n / 100,
        [&] {
            c.reset(new coroutine(chain(100)));
            c->begin();
            thrown_in = std::make_exception_ptr(std::runtime_error("none"));
        },
        [&] {
            innermost.resume();
            failed += c->has_failed();
        });
    return failed == n / 100 ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    const long n = bench::argument(argc, argv, 2, 100000);
    if (bench::says(argc, argv, "throw")) return throw_and_catch(n);
    if (bench::says(argc, argv, "close")) return close_all(n);
    if (bench::says(argc, argv, "chain")) return throw_through_chains(n);
    return bench::usage("throws throw|close|chain [N]");
}
