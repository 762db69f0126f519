// An item from one awaitable to another through Asio's channel, which has room for argv[3].
#include <asio.hpp>
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/channel.hpp>
#include <asio/use_awaitable.hpp>

#include "bench.hpp"

namespace {

typedef asio::experimental::channel<void(asio::error_code, long)> channel;

asio::awaitable<void> producing(channel& to, long n) {
    for (; n > 0; --n) co_await to.async_send(asio::error_code(), n, asio::use_awaitable);
}

asio::awaitable<void> consuming(channel& from, long n, long& sum) {
    for (; n > 0; --n) sum += co_await from.async_receive(asio::use_awaitable);
}

} // namespace

int main(int argc, char** argv) {
    const long n = bench::argument(argc, argv, 2, 100000), room = bench::argument(argc, argv, 3, 1);
    asio::io_context loop(1);
    channel through(loop, static_cast<std::size_t>(room));
    long sum = 0;
    asio::co_spawn(loop, consuming(through, n, sum), asio::detached);
    asio::co_spawn(loop, producing(through, n), asio::detached);
    bench::measure(static_cast<double>(n), [&] { loop.run(); });
    return sum == n * (n + 1) / 2 ? 0 : 1;
}
