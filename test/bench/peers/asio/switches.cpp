// Tasks that pass through Asio's io_context: a `callback` that posts itself, an asio::coroutine (`reenter`), or an
// `awaitable` of C++20.
#include <asio.hpp>
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/coroutine.hpp>
#include <asio/detached.hpp>
#include <asio/use_awaitable.hpp>

#include "bench.hpp"

#include <asio/yield.hpp>

namespace {

struct callback {
    asio::io_context* loop;
    long left;
    void operator()() {
        if (left-- > 0) asio::post(*loop, *this);
    }
};

struct reentered : asio::coroutine {
    reentered(asio::io_context& on, long times) : loop(&on), left(times) {}
    void operator()() {
        reenter(this) {
            for (; left > 0; --left) yield asio::post(*loop, *this);
        }
    }
    asio::io_context* loop;
    long left;
};

asio::awaitable<void> awaitable(long left) {
    const auto executor = co_await asio::this_coro::executor;
    for (; left > 0; --left) co_await asio::post(executor, asio::use_awaitable);
}

} // namespace

int main(int argc, char** argv) {
    const long passes = bench::argument(argc, argv, 2, 1000), tasks = bench::argument(argc, argv, 3, 1000);
    asio::io_context loop(1);
    for (long i = 0; i < tasks; ++i) {
        if (bench::says(argc, argv, "callback")) asio::post(loop, callback{&loop, passes});
        else if (bench::says(argc, argv, "reenter")) asio::post(loop, reentered(loop, passes));
        else if (bench::says(argc, argv, "awaitable")) asio::co_spawn(loop, awaitable(passes), asio::detached);
        else return bench::usage("switches callback|reenter|awaitable [PASSES [TASKS]]");
    }
    bench::measure(static_cast<double>(tasks * passes), [&] { loop.run(); });
}
