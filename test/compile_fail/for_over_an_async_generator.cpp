// expect: FOR: this cannot be iterated: .*ASYNC_FOR
#include <lasti/async_generator.hpp>
#include <lasti/keywords.hpp>

lasti::coroutine<int> sum(lasti::async_generator<int> numbers) {
    int n = 0, total = 0;
    return COROUTINE(int) {
        BEGIN;
#ifdef GOOD
        ASYNC_FOR(n, numbers) {
            total += n;
        } END_ASYNC_FOR
#else
        FOR(n, numbers) {
            total += n;
        } END_FOR
#endif
        RETURN(total);
        END;
    };
}
