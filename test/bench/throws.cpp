// Exceptions and generators: `throw` raises one where a generator stands, which catches it and yields on; `close` ends
// generators that stand in no block, `close_try` those that stand in one.
#include <stdexcept>
#include <vector>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include "bench.hpp"

namespace {

lasti::generator<long> catching() {
    long caught = 0;
    return GENERATOR(long) {
        BEGIN;
        for (;;) {
            TRY
                for (;;) YIELD(caught);
            EXCEPT(std::runtime_error)
                ++caught;
            END_TRY
        }
        END;
    };
}

lasti::generator<long> endless() {
    return GENERATOR(long) {
        BEGIN;
        for (;;) YIELD(0);
        END;
    };
}

lasti::generator<long> endless_in_try() {
    return GENERATOR(long) {
        BEGIN;
        TRY
            for (;;) YIELD(0);
        FINALLY
        END_TRY
        END;
    };
}

void close_all(long n, lasti::generator<long> (*make)()) {
    const long together = 1000;
    std::vector<lasti::generator<long>> all;
    bench::measure(
        static_cast<double>(n), n / together,
        [&] {
            all.clear();
            for (long i = 0; i < together; ++i) {
                all.push_back(make());
                all.back().resume();
            }
        },
        [&] {
            for (lasti::generator<long> const& g : all) g.close();
        });
}

} // namespace

int main(int argc, char** argv) {
    const long n = bench::argument(argc, argv, 2, 1000000);
    if (bench::says(argc, argv, "throw")) {
        const lasti::generator<long> g = catching();
        g.resume();
        const std::runtime_error problem("none");
        long caught = 0;
        bench::measure(static_cast<double>(n), [&] {
            for (long i = 0; i < n; ++i) caught = g.throw_(problem);
        });
        return caught == n ? 0 : 1;
    }
    if (bench::says(argc, argv, "close")) return close_all(n, endless), 0;
    if (bench::says(argc, argv, "close_try")) return close_all(n, endless_in_try), 0;
    return bench::usage("throws throw|close|close_try [N]");
}
