// N tasks that each sleep once, for 0 to 1000 ms: the CPU time and the memory of one.
#include <cstdint>

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
    const long tasks = bench::argument(argc, argv, 2, 1000000);
    lasti::event_loop loop;
    bench::measure(static_cast<double>(tasks), [&] {
        std::uint32_t random = 12345;
        for (long i = 0; i < tasks; ++i) {
            random = random * 1664525u + 1013904223u;
            const std::chrono::milliseconds time((random >> 8) % 1001);
            loop.create_task(lasti::coroutine<void>(sleeping{time}));
        }
        loop.run();
    });
}
