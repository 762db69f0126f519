// Cancelling with Asio: timers that wait for hours and call back, in a random order (`sleepers`), and awaitables a
// hundred deep (`chain`), which an exception leaves.
#include <asio.hpp>
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/use_awaitable.hpp>

#include <memory>
#include <utility>
#include <vector>

#include "bench.hpp"

namespace {

typedef std::vector<std::unique_ptr<asio::steady_timer>> timers;

int cancel_sleepers(long n) {
    asio::io_context loop(1);
    timers all;
    bench::random_numbers random;
    long ended = 0;
    for (long i = 0; i < n; ++i) {
        all.emplace_back(new asio::steady_timer(loop, std::chrono::seconds(3600 + random.next())));
        all.back()->async_wait([&ended](asio::error_code) { ++ended; });
    }
    loop.poll();
    for (std::size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[random.next() % i]);
    bench::measure(static_cast<double>(n), [&] {
        for (auto const& timer : all) timer->cancel();
        loop.run();
    });
    return ended == n ? 0 : 1;
}

asio::awaitable<void> chain(int depth, asio::steady_timer& timer) {
    if (depth > 1) co_await chain(depth - 1, timer);
    else co_await timer.async_wait(asio::use_awaitable);
}

int cancel_chains(long n) {
    const long depth = 100, together = 10;
    asio::io_context loop(1);
    timers all;
    long failed = 0;
    bench::measure(
        static_cast<double>(n), n / (depth * together),
        [&] {
            all.clear();
            for (long i = 0; i < together; ++i) {
                all.emplace_back(new asio::steady_timer(loop, std::chrono::hours(1)));
                asio::co_spawn(loop, chain(depth, *all.back()), [&](std::exception_ptr why) { failed += why != nullptr; });
            }
            loop.restart();
            loop.poll();
        },
        [&] {
            for (auto const& timer : all) timer->cancel();
            loop.run();
        });
    return failed == n / depth ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    const long n = bench::argument(argc, argv, 2, 100000);
    if (bench::says(argc, argv, "sleepers")) return cancel_sleepers(n);
    if (bench::says(argc, argv, "chain")) return cancel_chains(n);
    return bench::usage("cancel sleepers|chain [N]");
}
