// Asio's timers: N that call back, or N awaitables that each sleep once, for 0 to 1000 ms or all for argv[3] ms.
#include <asio.hpp>
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/use_awaitable.hpp>

#include "bench.hpp"

namespace {

struct callback {
    callback(asio::io_context& loop, std::chrono::milliseconds time) : timer(loop, time) {
        timer.async_wait([this](asio::error_code) { delete this; });
    }
    asio::steady_timer timer;
};

asio::awaitable<void> awaitable(std::chrono::milliseconds time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(asio::use_awaitable);
}

} // namespace

int main(int argc, char** argv) {
    const bool calls_back = bench::says(argc, argv, "callback");
    const long n = bench::argument(argc, argv, 2, 100000), same = bench::argument(argc, argv, 3, 0);
    asio::io_context loop(1);
    bench::measure(static_cast<double>(n), [&] {
        bench::random_numbers random;
        for (long i = 0; i < n; ++i) {
            const std::chrono::milliseconds time(random.milliseconds(same));
            if (calls_back) new callback(loop, time);
            else asio::co_spawn(loop, awaitable(time), asio::detached);
        }
        loop.run();
    });
}
