// What passes through libev's loop (Debian: libev-dev): an ev_idle callback for each task, which is no coroutine.
#include <cstddef>
#include <vector>

#include <ev.h>

#include "bench.hpp"

namespace {

struct task {
    ev_idle idle;
    long left;
};

void pass(struct ev_loop* loop, ev_idle* idle, int) {
    if (--reinterpret_cast<task*>(idle)->left == 0) ev_idle_stop(loop, idle);
}

} // namespace

int main(int argc, char** argv) {
    const long passes = bench::argument(argc, argv, 2, 1000), tasks = bench::argument(argc, argv, 3, 1000);
    struct ev_loop* const loop = ev_default_loop(0);
    std::vector<task> all(static_cast<std::size_t>(tasks));
    for (task& t : all) {
        t.left = passes;
        ev_idle_init(&t.idle, pass);
        ev_idle_start(loop, &t.idle);
    }
    bench::measure(static_cast<double>(tasks * passes), [&] { ev_run(loop, 0); });
}
