// What sleeping costs without a library: switch frames on the heap, a std::priority_queue, epoll_wait to the millisecond.
#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include <sys/epoll.h>
#include <unistd.h>

#include "bench.hpp"

namespace {

struct frame {
    bool (*resume)(frame&);
    int label;
    long milliseconds;
};
typedef std::pair<std::uint64_t, frame*> sleeper;
std::priority_queue<sleeper, std::vector<sleeper>, std::greater<sleeper>> sleeping;

std::uint64_t now() { return static_cast<std::uint64_t>(bench::nanoseconds(CLOCK_MONOTONIC)); }

bool sleep_once(frame& self) {
    switch (self.label) {
    case 0:
        sleeping.push(sleeper(now() + static_cast<std::uint64_t>(self.milliseconds) * 1000000, &self));
        self.label = 1;
        return true;
    }
    return false;
}

void wake() {
    const std::uint64_t time = now();
    while (!sleeping.empty() && sleeping.top().first <= time) {
        frame* const f = sleeping.top().second;
        sleeping.pop();
        if (!f->resume(*f)) delete f;
    }
}

} // namespace

int main(int argc, char** argv) {
    const long n = bench::argument(argc, argv, 2, 100000), same = bench::argument(argc, argv, 3, 0);
    const int selector = epoll_create1(0);
    bench::measure(static_cast<double>(n), [&] {
        bench::random_numbers random;
        for (long i = 0; i < n; ++i) {
            frame* const f = new frame{sleep_once, 0, random.milliseconds(same)};
            f->resume(*f);
        }
        for (wake(); !sleeping.empty(); wake()) {
            const std::int64_t rest = static_cast<std::int64_t>(sleeping.top().first - now());
            epoll_event ready[8];
            epoll_wait(selector, ready, 8, rest > 0 ? static_cast<int>((rest + 999999) / 1000000) : 0);
        }
    });
    close(selector);
}
