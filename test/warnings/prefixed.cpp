// The statements by their long names, which need no keywords.hpp; and keywords.hpp taken back and included again.
#include <stdexcept>
#include <vector>

#include <lasti/lasti.hpp>

int BEGIN(int);
int BEGIN(int x) { return x; }
enum names { YIELD, AWAIT, TRY, EXCEPT, ELSE, FINALLY, FOR, WITH, RETURN, RAISE, END };

lasti::generator<int, int> prefixed(std::vector<int> items);
lasti::generator<int, int> prefixed(std::vector<int> items) {
    int x = 0;
    return LASTI_GENERATOR(int, int) {
        LASTI_BEGIN;
        LASTI_YIELD(BEGIN(YIELD));
        LASTI_YIELD_SET(x, 1);
        LASTI_YIELD_FROM(items);
        LASTI_TRY {
            LASTI_YIELD(1);
        } LASTI_EXCEPT(std::exception) {
            LASTI_RERAISE;
        } LASTI_FINALLY {
            LASTI_YIELD(2);
        } LASTI_END_TRY
        LASTI_FOR(x, items) {
            LASTI_YIELD(x);
        } LASTI_END_FOR
        LASTI_RETURN();
        LASTI_END;
    };
}

lasti::coroutine<> prefixed_too(lasti::future<int> f);
lasti::coroutine<> prefixed_too(lasti::future<int> f) {
    int x = 0;
    return LASTI_COROUTINE(void) {
        LASTI_BEGIN;
        LASTI_AWAIT(lasti::sleep(1));
        LASTI_AWAIT_SET(x, f);
        if (x) LASTI_RAISE(std::runtime_error("x"));
        LASTI_END;
    };
}

lasti::async_generator<int> prefixed_async(lasti::async_generator<int> inner);
lasti::async_generator<int> prefixed_async(lasti::async_generator<int> inner) {
    int x = 0;
    return LASTI_ASYNC_GENERATOR(int) {
        LASTI_BEGIN;
        LASTI_ASYNC_FOR(x, inner) {
            LASTI_YIELD(x);
        } LASTI_END_ASYNC_FOR
        LASTI_END;
    };
}

#include <lasti/keywords.hpp>
struct short_words {
    GENERATOR_BODY(int) { BEGIN; YIELD(1); END; }
};
#include <lasti/no_keywords.hpp>
struct long_words {
    LASTI_GENERATOR_BODY(int) { LASTI_BEGIN; LASTI_YIELD(BEGIN(YIELD)); LASTI_END; }
};
#include <lasti/keywords.hpp>
struct short_words_again {
    COROUTINE_BODY(int) { BEGIN; AWAIT(lasti::sleep(1)); RETURN(1); END; }
};
#include <lasti/no_keywords.hpp>
