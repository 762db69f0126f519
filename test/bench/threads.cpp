// Loops and threads. `round_trips`: two loops, each in a thread, hand a callback to and fro; `posts`: one thread hands
// callbacks to the loop of another; `switches`: argv[3] loops in as many threads, 1,000 tasks on each.
#include <future>
#include <thread>
#include <vector>

#include <lasti/event_loop.hpp>
#include <lasti/task.hpp>

#include "bench.hpp"
#include "tasks.hpp"

namespace {

/// A loop that runs until it is told to stop, in a thread of its own.
class loop_in_thread {
public:
    loop_in_thread() {
        std::promise<lasti::event_loop*> made;
        thread_ = std::thread([&made] {
            lasti::event_loop mine;
            made.set_value(&mine);
            mine.run_forever();
        });
        loop = made.get_future().get();
    }
    ~loop_in_thread() {
        lasti::event_loop* const running = loop;
        running->call_soon_threadsafe([running] { running->stop(); });
        thread_.join();
    }
    lasti::event_loop* loop;

private:
    std::thread thread_;
};

struct ball {
    lasti::event_loop *here, *there;
    long left;
    std::promise<void> ended;

    void fly() {
        if (left-- == 0) return ended.set_value();
        std::swap(here, there);
        here->call_soon_threadsafe([this] { fly(); });
    }
};

void round_trips(long n) {
    loop_in_thread one, other;
    ball thrown{one.loop, other.loop, 2 * n, {}};
    bench::measure(static_cast<double>(n), [&] {
        one.loop->call_soon_threadsafe([&] { thrown.fly(); });
        thrown.ended.get_future().get();
    });
}

void posts(long n) {
    loop_in_thread there;
    std::promise<void> ended;
    long left = n;
    bench::measure(static_cast<double>(n), [&] {
        for (long i = 0; i < n; ++i)
            there.loop->call_soon_threadsafe([&] {
                if (--left == 0) ended.set_value();
            });
        ended.get_future().get();
    });
}

void switches(long passes, long threads) {
    const long tasks = 1000;
    bench::measure(static_cast<double>(threads * tasks * passes), [&] {
        std::vector<std::thread> all;
        for (long t = 0; t < threads; ++t)
            all.emplace_back([=] {
                lasti::event_loop loop;
                for (long i = 0; i < tasks; ++i) loop.create_task(lasti::coroutine<void>(bench::passing{passes}));
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
