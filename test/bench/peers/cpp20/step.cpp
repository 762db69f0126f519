// The step of a generator by a C++20 coroutine behind a function that is not inlined.
#include "bench.hpp"

#include "generator.hpp"

namespace {

__attribute__((noinline)) generator count_to(long n) {
    for (long i = 0; i < n; ++i) co_yield i;
}

} // namespace

int main(int argc, char** argv) {
    const long n = bench::argument(argc, argv, 2, 1000000);
    long sum = 0;
    bench::measure(static_cast<double>(n), [&] {
        for (generator g = count_to(n); g.resume();) {
            sum += g.value();
            bench::keep(sum);
        }
    });
    return sum == n * (n - 1) / 2 ? 0 : 1;
}
