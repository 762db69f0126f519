// A second generator that stands where the first one does: by copy(), or made anew and run up to there. argv[1] is
// WAY:POSITION:DEPTH, a way `copy` or `again`, how many items were taken, and how many generators deep they come from.
#include <cstdio>
#include <string>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include "bench.hpp"

namespace {

lasti::generator<long> fibonacci(long depth) {
    long a = 0, b = 1, sum = 0;
    return GENERATOR(long) {
        BEGIN;
        if (depth > 1) YIELD_FROM(fibonacci(depth - 1));
        for (;;) {
            YIELD(a);
            sum = static_cast<long>(static_cast<unsigned long>(a) + static_cast<unsigned long>(b));
            a = b;
            b = sum;
        }
        END;
    };
}

lasti::generator<long> that_stands_at(long position, long depth) {
    lasti::generator<long> g = fibonacci(depth);
    for (long i = 0; i < position; ++i) g.resume();
    return g;
}

} // namespace

int main(int argc, char** argv) {
    char way[8] = "";
    long position = 0, depth = 0;
    if (argc < 2 || std::sscanf(argv[1], "%7[a-z]:%ld:%ld", way, &position, &depth) != 3) return 2;
    const bool copies = way[0] == 'c';
    const long work = copies ? depth : position + depth;
    const long n = bench::argument(argc, argv, 2, 20000000 / (work + 10));
    const lasti::generator<long> first = that_stands_at(position, depth);
    bench::measure(static_cast<double>(n), [&] {
        for (long i = 0; i < n; ++i) {
            lasti::generator<long> second = copies ? first.copy() : that_stands_at(position, depth);
            const void* made = &second;
            bench::keep(made);
        }
    });
}
