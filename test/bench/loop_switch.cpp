// A switch of tasks: 1,000 tasks that each pass N times through the whole event loop.
#include <lasti/lasti.hpp>
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
    const long tasks = 1000;
    const long passes = bench::argument(argc, argv, 2, 1000);
    lasti::event_loop loop;
    for (long i = 0; i < tasks; ++i) loop.create_task(lasti::coroutine<void>(passing{passes}));
    bench::measure(static_cast<double>(tasks * passes), [&] { loop.run(); });
}
