// A generator's step: the sum of 0 … N-1, by what argv[1] names.
#include <memory>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include "bench.hpp"

// Not in the unnamed namespace: there a compiler may conclude that it sees all the classes there are.
struct iterator_class {
    virtual ~iterator_class() {}
    virtual bool next(long& value) = 0;
};
struct counting_iterator final : iterator_class {
    explicit counting_iterator(long end) : n(end) {}
    bool next(long& value) override {
        if (i >= n) return false;
        value = i++;
        return true;
    }
    long n, i = 0;
};
namespace {

struct count_to {
    long n, i;
    GENERATOR_BODY(long) {
        BEGIN;
        for (i = 0; i < n; ++i) YIELD(i);
        END;
    }
};

// A second kind of generator: with one alone the compiler would guess which body runs.
struct count_down {
    long i;
    GENERATOR_BODY(long) {
        BEGIN;
        for (; i > 0; --i) YIELD(i);
        END;
    }
};

std::unique_ptr<iterator_class> new_iterator(long n) {
    return std::unique_ptr<iterator_class>(new counting_iterator(n));
}
lasti::generator<long> new_generator(long n) {
    return n >= 0 ? lasti::generator<long>(count_to{n, 0}) : lasti::generator<long>(count_down{-n});
}
// Through pointers that the optimiser cannot see through: what comes back could be anything.
std::unique_ptr<iterator_class> (*volatile make_iterator)(long) = new_iterator;
lasti::generator<long> (*volatile make_generator)(long) = new_generator;

long by_loop(long n) {
    long sum = 0;
    for (long i = 0; i < n; ++i) {
        sum += i;
        bench::keep(sum);
    }
    return sum;
}
long by_virtual_next(long n) {
    long sum = 0;
    long value = 0;
    const std::unique_ptr<iterator_class> it = make_iterator(n);
    while (it->next(value)) {
        sum += value;
        bench::keep(sum);
    }
    return sum;
}
long by_iterate(long n) {
    long sum = 0;
    for (long value : lasti::iterate(count_to{n, 0})) {
        sum += value;
        bench::keep(sum);
    }
    return sum;
}
long by_generator(long n) {
    long sum = 0;
    for (long value : make_generator(n)) {
        sum += value;
        bench::keep(sum);
    }
    return sum;
}

} // namespace

int main(int argc, char** argv) {
    const struct {
        const char* name;
        long (*sum)(long);
    } ways[] = {{"loop", by_loop}, {"virtual", by_virtual_next}, {"iterate", by_iterate}, {"generator", by_generator}};
    const long n = bench::argument(argc, argv, 2, 50000000);
    for (auto const& way : ways)
        if (bench::says(argc, argv, way.name)) {
            long sum = 0;
            bench::measure(static_cast<double>(n), [&] { sum = way.sum(n); });
            return sum == n * (n - 1) / 2 ? 0 : 1;
        }
    return bench::usage("step loop|virtual|iterate|generator [N]");
}
