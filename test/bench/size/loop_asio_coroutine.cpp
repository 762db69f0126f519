// The same by Asio's coroutine and a timer.
#include <chrono>
#include <cstdio>

#include <asio/coroutine.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/yield.hpp>

struct count : asio::coroutine {
    asio::steady_timer& timer;
    const char* name;
    int n;
    std::chrono::milliseconds delay;

    count(asio::steady_timer& with, const char* named, int from, int milliseconds)
        : timer(with), name(named), n(from), delay(milliseconds) {}
    void operator()(std::error_code = std::error_code()) {
        reenter(this) {
            for (; n > 0; --n) {
                std::printf("%s %d\n", name, n);
                timer.expires_after(delay);
                yield timer.async_wait(*this);
            }
        }
    }
};

int main() {
    asio::io_context loop;
    asio::steady_timer first(loop), second(loop);
    count(first, "a", 3, 1)();
    count(second, "b", 2, 2)();
    loop.run();
}
