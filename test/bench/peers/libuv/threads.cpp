// libuv and threads: two loops, each in a thread, wake each other by uv_async_send().
#include <thread>

#include <uv.h>

#include "bench.hpp"

namespace {

struct side {
    uv_loop_t loop;
    uv_async_t bell;
    side* other;
    long left;
};

void ring(uv_async_t* bell) {
    side& here = *static_cast<side*>(bell->data);
    if (here.left-- > 0) uv_async_send(&here.other->bell);
    if (here.left <= 0) uv_close(reinterpret_cast<uv_handle_t*>(bell), nullptr);
}

void set_up(side& here, side& other, long n) {
    here.other = &other;
    here.left = n;
    uv_loop_init(&here.loop);
    uv_async_init(&here.loop, &here.bell, ring);
    here.bell.data = &here;
}

} // namespace

int main(int argc, char** argv) {
    const long n = bench::argument(argc, argv, 2, 100000);
    static side one, other;
    set_up(one, other, n);
    set_up(other, one, n);
    bench::measure(static_cast<double>(n), [] {
        std::thread there([] { uv_run(&other.loop, UV_RUN_DEFAULT); });
        uv_async_send(&one.bell);
        uv_run(&one.loop, UV_RUN_DEFAULT);
        there.join();
    });
}
