// A switch of tasks: each of argv[3] tasks passes argv[2] times through the whole event loop.
#include <lasti/event_loop.hpp>
#include <lasti/task.hpp>

#include "bench.hpp"
#include "tasks.hpp"

int main(int argc, char** argv) {
    const long passes = bench::argument(argc, argv, 2, 1000);
    const long tasks = bench::argument(argc, argv, 3, 1000);
    lasti::event_loop loop;
    for (long i = 0; i < tasks; ++i) loop.create_task(lasti::coroutine<void>(bench::passing{passes}));
    bench::measure(static_cast<double>(tasks * passes), [&] { loop.run(); });
}
