// The same by coroutines of C++20 and Asio.
#include <chrono>
#include <cstdio>
#include <utility>  // std::exchange, which asio/awaitable.hpp of 1.22 forgets

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>

static asio::awaitable<void> count(asio::steady_timer& timer, const char* name, int n, int milliseconds) {
    for (; n > 0; --n) {
        std::printf("%s %d\n", name, n);
        timer.expires_after(std::chrono::milliseconds(milliseconds));
        co_await timer.async_wait(asio::use_awaitable);
    }
}

int main() {
    asio::io_context loop;
    asio::steady_timer first(loop), second(loop);
    asio::co_spawn(loop, count(first, "a", 3, 1), asio::detached);
    asio::co_spawn(loop, count(second, "b", 2, 2), asio::detached);
    loop.run();
}
