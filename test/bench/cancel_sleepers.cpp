// N tasks sleep for hours; each is cancelled, in a random order: the CPU time from cancel() to the end of the task.
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

#include "bench.hpp"

namespace {

struct sleeping {
    lasti::delay time;
    COROUTINE_BODY(void) {
        BEGIN;
        AWAIT(lasti::sleep(time));
        END;
    }
};

} // namespace

int main(int argc, char** argv) {
    const long count = bench::argument(argc, argv, 2, 1000000);
    lasti::event_loop loop;
    std::vector<lasti::task<>> tasks;
    std::uint32_t random = 12345;
    const auto next_random = [&] { return (random = random * 1664525u + 1013904223u) >> 8; };
    for (long i = 0; i < count; ++i)
        tasks.push_back(loop.create_task(lasti::coroutine<void>(sleeping{std::chrono::seconds(3600 + next_random())})));
    loop.poll();
    for (std::size_t i = tasks.size(); i > 1; --i) std::swap(tasks[i - 1], tasks[next_random() % i]);
    bench::measure(static_cast<double>(count), [&] {
        for (lasti::task<> const& t : tasks) t.cancel();
        loop.run();
    });
}
