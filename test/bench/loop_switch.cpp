// A switch of tasks: each of argv[3] tasks passes argv[2] times through the whole event loop.
#include <lasti/coroutine.hpp>
#include <lasti/event_loop.hpp>
#include <lasti/sleep.hpp>
#include <lasti/task.hpp>
#include <lasti/keywords.hpp>

#include "bench.hpp"

namespace {

struct passing {
    long n;
    COROUTINE_BODY(void) {
        BEGIN;
        for (; n > 0; --n) AWAIT(lasti::sleep(0));
        END;
    }
};

} // namespace

int main(int argc, char** argv) {
    const long passes = bench::argument(argc, argv, 2, 1000);
    const long tasks = bench::argument(argc, argv, 3, 1000);
    lasti::event_loop loop;
    for (long i = 0; i < tasks; ++i) loop.create_task(lasti::coroutine<void>(passing{passes}));
    bench::measure(static_cast<double>(tasks * passes), [&] { loop.run(); });
}
