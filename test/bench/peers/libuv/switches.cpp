// What passes through libuv's loop (Debian: libuv1-dev): a uv_idle callback for each task, which is no coroutine.
#include <cstddef>
#include <vector>

#include <uv.h>

#include "bench.hpp"

namespace {

struct task {
    uv_idle_t idle;
    long left;
};

void pass(uv_idle_t* idle) {
    if (--reinterpret_cast<task*>(idle)->left == 0) uv_idle_stop(idle);
}

} // namespace

int main(int argc, char** argv) {
    const long passes = bench::argument(argc, argv, 2, 1000), tasks = bench::argument(argc, argv, 3, 1000);
    uv_loop_t loop;
    uv_loop_init(&loop);
    std::vector<task> all(static_cast<std::size_t>(tasks));
    for (task& t : all) {
        t.left = passes;
        uv_idle_init(&loop, &t.idle);
        uv_idle_start(&t.idle, pass);
    }
    bench::measure(static_cast<double>(tasks * passes), [&] { uv_run(&loop, UV_RUN_DEFAULT); });
}
