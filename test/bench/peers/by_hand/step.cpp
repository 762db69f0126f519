// The least that a generator of one's own making can cost: a switch frame without a library, its body behind a pointer.
#include <cstddef>

#include "bench.hpp"

// Not in the unnamed namespace: there a compiler may conclude that it sees all the bodies there are.
struct frame {
    long const* (*resume)(frame&);
    int label;
};
struct counting : frame {
    counting(long const* (*body)(frame&), long end) : frame{body, 0}, i(0), n(end) {}
    long i, n;
};

long const* count(frame& f) {
    counting& self = static_cast<counting&>(f);
    switch (self.label) {
    case 0:
        for (self.i = 0; self.i < self.n; ++self.i) {
            self.label = 1;
            return &self.i;
        case 1:;
        }
    }
    self.label = 2;
    return NULL;
}

int main(int argc, char** argv) {
    const long n = bench::argument(argc, argv, 2, 1000000);
    counting made(count, n);
    frame* f = &made;
    bench::keep(f);
    long sum = 0;
    bench::measure(static_cast<double>(n), [&] {
        while (long const* const value = f->resume(*f)) {
            sum += *value;
            bench::keep(sum);
        }
    });
    return sum == n * (n - 1) / 2 ? 0 : 1;
}
