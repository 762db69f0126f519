// A second source of a program that has lasti as one header: without the short names and the implementation. It
// looks at what both share before main() begins.
#include "lasti_single.hpp"

#include <cstdlib>
#if defined(YIELD)
#error "the short names are asked for by LASTI_KEYWORDS"
#endif

namespace {

lasti::generator<int> countdown(int n) {
    return LASTI_GENERATOR(int) {
        LASTI_BEGIN;
        for (; n > 0; --n) LASTI_YIELD(n);
        LASTI_END;
    };
}

lasti::coroutine<int> sum(int n) {
    int total = 0;
    lasti::generator<int> numbers = countdown(n);
    return LASTI_COROUTINE(int) {
        LASTI_BEGIN;
        while (numbers.resume()) {
            total += numbers.value();
            LASTI_AWAIT(lasti::sleep(1));
        }
        LASTI_TRY
            LASTI_AWAIT(lasti::sleep(-1));
        LASTI_EXCEPT(lasti::value_error)
            LASTI_RETURN(total);
        LASTI_END_TRY
        LASTI_END;
    };
}

struct check {
    check() {
        lasti::virtual_clock clock;
        if (lasti::run(sum(4), clock) != 10 || lasti::version() != LASTI_VERSION) std::abort();
    }
};

const check checked;

}  // namespace
