// The step of a generator by Boost.Coroutine2, which gives it a stack of its own (Debian: libboost-context-dev).
#include <boost/coroutine2/all.hpp>

#include "bench.hpp"

typedef boost::coroutines2::coroutine<long> coroutine;

int main(int argc, char** argv) {
    const long n = bench::argument(argc, argv, 2, 1000000);
    long sum = 0;
    bench::measure(static_cast<double>(n), [&] {
        coroutine::pull_type g([n](coroutine::push_type& yield) {
            for (long i = 0; i < n; ++i) yield(i);
        });
        for (long value : g) {
            sum += value;
            bench::keep(sum);
        }
    });
    return sum == n * (n - 1) / 2 ? 0 : 1;
}
