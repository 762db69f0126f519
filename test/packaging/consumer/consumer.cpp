// What a stranger writes first: a generator, a coroutine, a loop, and an exception of the library caught.
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

namespace {

lasti::generator<int> countdown(int n) {
    return GENERATOR(int) {
        BEGIN;
        for (; n > 0; --n) YIELD(n);
        END;
    };
}

lasti::coroutine<int> sum(int n) {
    int total = 0;
    lasti::generator<int> numbers = countdown(n);
    return COROUTINE(int) {
        BEGIN;
        while (numbers.resume()) {
            total += numbers.value();
            AWAIT(lasti::sleep(1));
        }
        TRY
            AWAIT(lasti::sleep(-1));
        EXCEPT(lasti::value_error)
            RETURN(total);
        END_TRY
        END;
    };
}

} // namespace

int main() {
    lasti::virtual_clock clock;
    const bool right = lasti::run(sum(4), clock) == 10;
    return right && lasti::version() == LASTI_VERSION ? 0 : 1;
}
