// N tasks that each sleep once, for 0 to 1000 ms, or all for argv[3] ms: the CPU time and the memory of one.
// argv[1] says by which clock: `real` or `virtual`.
#include <lasti/clock.hpp>
#include <lasti/event_loop.hpp>
#include <lasti/task.hpp>

#include "bench.hpp"
#include "tasks.hpp"

namespace {

void sleep_together(lasti::event_loop& loop, long tasks, long same) {
    bench::measure(static_cast<double>(tasks), [&] {
        bench::random_numbers random;
        for (long i = 0; i < tasks; ++i)
            loop.create_task(lasti::coroutine<void>(bench::sleeping{std::chrono::milliseconds(random.milliseconds(same))}));
        loop.run();
    });
}

} // namespace

int main(int argc, char** argv) {
    const long tasks = bench::argument(argc, argv, 2, 1000000), same = bench::argument(argc, argv, 3, 0);
    if (bench::says(argc, argv, "virtual")) {
        lasti::virtual_clock clock;
        lasti::event_loop loop(clock);
        sleep_together(loop, tasks, same);
    } else {
        lasti::event_loop loop;
        sleep_together(loop, tasks, same);
    }
}
