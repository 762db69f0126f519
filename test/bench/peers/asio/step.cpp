// The step of a generator by asio::coroutine (Debian: libasio-dev); `opaque` where the compiler does not see the object's
// state, though it sees the body.
#include <asio/coroutine.hpp>

#include "bench.hpp"

#include <asio/yield.hpp>

namespace {

struct counting : asio::coroutine {
    explicit counting(long end) : i(0), n(end), value(0) {}
    bool next() {
        reenter(this) {
            for (i = 0; i < n; ++i) {
                value = i;
                yield return true;
            }
        }
        return false;
    }
    long i, n, value;
};

long by_visible(long n) {
    long sum = 0;
    for (counting g(n); g.next(); bench::keep(sum)) sum += g.value;
    return sum;
}

long by_opaque(long n) {
    long sum = 0;
    counting g(n);
    counting* p = &g;
    bench::keep(p);
    while (p->next()) {
        sum += p->value;
        asm volatile("" : "+r"(sum) : : "memory");
    }
    return sum;
}

} // namespace

int main(int argc, char** argv) {
    const long n = bench::argument(argc, argv, 2, 1000000);
    const bool opaque = bench::says(argc, argv, "opaque");
    long sum = 0;
    bench::measure(static_cast<double>(n), [&] { sum = opaque ? by_opaque(n) : by_visible(n); });
    return sum == n * (n - 1) / 2 ? 0 : 1;
}
