// Asio and threads. `round_trips`: two io_contexts, each in a thread, post a callback to and fro; `posts`: one thread posts
// to the io_context of another; `switches`: argv[3] io_contexts in as many threads, 1,000 tasks on each.
#include <asio.hpp>
#include <asio/coroutine.hpp>

#include <future>
#include <thread>
#include <utility>
#include <vector>

#include "bench.hpp"

#include <asio/yield.hpp>

namespace {

class loop_in_thread {
public:
    loop_in_thread() : work_(asio::make_work_guard(loop)), thread_([this] { loop.run(); }) {}
    ~loop_in_thread() {
        work_.reset();
        thread_.join();
    }
    asio::io_context loop;

private:
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    std::thread thread_;
};

struct ball {
    asio::io_context *here, *there;
    long left;
    std::promise<void> ended;

    void fly() {
        if (left-- == 0) return ended.set_value();
        std::swap(here, there);
        asio::post(*here, [this] { fly(); });
    }
};

void round_trips(long n) {
    loop_in_thread one, other;
    ball thrown{&one.loop, &other.loop, 2 * n, {}};
    bench::measure(static_cast<double>(n), [&] {
        asio::post(one.loop, [&] { thrown.fly(); });
        thrown.ended.get_future().get();
    });
}

void posts(long n) {
    loop_in_thread there;
    std::promise<void> ended;
    long left = n;
    bench::measure(static_cast<double>(n), [&] {
        for (long i = 0; i < n; ++i)
            asio::post(there.loop, [&] {
                if (--left == 0) ended.set_value();
            });
        ended.get_future().get();
    });
}

struct passing : asio::coroutine {
    passing(asio::io_context& on, long times) : loop(&on), left(times) {}
    void operator()() {
        reenter(this) {
            for (; left > 0; --left) yield asio::post(*loop, *this);
        }
    }
    asio::io_context* loop;
    long left;
};

void switches(long passes, long threads) {
    const long tasks = 1000;
    bench::measure(static_cast<double>(threads * tasks * passes), [&] {
        std::vector<std::thread> all;
        for (long t = 0; t < threads; ++t)
            all.emplace_back([=] {
                asio::io_context loop(1);
                for (long i = 0; i < tasks; ++i) asio::post(loop, passing(loop, passes));
                loop.run();
            });
        for (std::thread& t : all) t.join();
    });
}

} // namespace

int main(int argc, char** argv) {
    const long n = bench::argument(argc, argv, 2, 100000);
    if (bench::says(argc, argv, "round_trips")) return round_trips(n), 0;
    if (bench::says(argc, argv, "posts")) return posts(n), 0;
    if (bench::says(argc, argv, "switches")) return switches(n, bench::argument(argc, argv, 3, 2)), 0;
    return bench::usage("threads round_trips|posts|switches [N [THREADS]]");
}
