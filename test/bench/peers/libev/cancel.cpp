// libev: timers that wait for hours are stopped, in a random order. Nothing is told of it.
#include <cstddef>
#include <utility>
#include <vector>

#include <ev.h>

#include "bench.hpp"

namespace {

void ring(struct ev_loop*, ev_timer*, int) {}

} // namespace

int main(int argc, char** argv) {
    const long n = bench::argument(argc, argv, 2, 100000);
    struct ev_loop* const loop = ev_default_loop(0);
    std::vector<ev_timer> timers(static_cast<std::size_t>(n));
    std::vector<ev_timer*> all;
    bench::random_numbers random;
    for (ev_timer& timer : timers) {
        ev_timer_init(&timer, ring, 3600. + random.next(), 0.);
        ev_timer_start(loop, &timer);
        all.push_back(&timer);
    }
    for (std::size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[random.next() % i]);
    bench::measure(static_cast<double>(n), [&] {
        for (ev_timer* timer : all) ev_timer_stop(loop, timer);
        ev_run(loop, 0);
    });
}
