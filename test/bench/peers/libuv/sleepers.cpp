// libuv's timers: N that call back once, after 0 to 1000 ms or all after argv[3] ms.
#include <uv.h>

#include "bench.hpp"

namespace {

void drop(uv_handle_t* timer) { delete reinterpret_cast<uv_timer_t*>(timer); }
void ring(uv_timer_t* timer) { uv_close(reinterpret_cast<uv_handle_t*>(timer), drop); }

} // namespace

int main(int argc, char** argv) {
    const long n = bench::argument(argc, argv, 2, 100000), same = bench::argument(argc, argv, 3, 0);
    uv_loop_t loop;
    uv_loop_init(&loop);
    bench::measure(static_cast<double>(n), [&] {
        bench::random_numbers random;
        for (long i = 0; i < n; ++i) {
            uv_timer_t* const timer = new uv_timer_t;
            uv_timer_init(&loop, timer);
            uv_update_time(&loop);  // as the others ask the clock
            uv_timer_start(timer, ring, static_cast<std::uint64_t>(random.milliseconds(same)), 0);
        }
        uv_run(&loop, UV_RUN_DEFAULT);
    });
}
