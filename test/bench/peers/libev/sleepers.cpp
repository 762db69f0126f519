// libev's timers: N that call back once, after 0 to 1000 ms or all after argv[3] ms.
#include <ev.h>

#include "bench.hpp"

namespace {

void ring(struct ev_loop*, ev_timer* timer, int) { delete timer; }

} // namespace

int main(int argc, char** argv) {
    const long n = bench::argument(argc, argv, 2, 100000), same = bench::argument(argc, argv, 3, 0);
    struct ev_loop* const loop = ev_default_loop(0);
    bench::measure(static_cast<double>(n), [&] {
        bench::random_numbers random;
        for (long i = 0; i < n; ++i) {
            ev_timer* const timer = new ev_timer;
            ev_now_update(loop);  // as the others ask the clock
            ev_timer_init(timer, ring, static_cast<double>(random.milliseconds(same)) * 1e-3, 0.);
            ev_timer_start(loop, timer);
        }
        ev_run(loop, 0);
    });
}
