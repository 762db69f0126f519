// Bodies in templates: the type of the frame is a dependent one.
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

template <class Y, class S, class R>
lasti::generator<Y, S, R> relays(lasti::generator<Y, S, R> inner, std::vector<Y> more) {
    S got = S();
    R result = R();
    Y each = Y();
    std::exception const* e = nullptr;
    return GENERATOR(Y, S, R) {
        BEGIN;
        YIELD(each);
        YIELD_SET(got, each);
        YIELD_FROM(inner);
        YIELD_FROM_SET(result, inner);
        TRY {
            FOR(each, more) {
                YIELD(each);
            } END_FOR
            if (more.empty()) RAISE(std::pair<Y, S>());
        } EXCEPT(std::pair<Y, S>) {
            YIELD(CAUGHT(std::pair<Y, S>).first);
        } EXCEPT_AS(e, std::exception) {
            RERAISE;
        } EXCEPT_ANY {
            YIELD(each);
        } ELSE {
            YIELD(each);
        } FINALLY {
            YIELD(each);
        } END_TRY
        (void)got;
        RETURN(result);
        END;
    };
}

template <class T>
struct holder {
    T value;
    void exit(lasti::error const&) {}
};

template <class T>
struct body_of {
    T value;
    std::size_t n;
    body_of(T v, std::size_t times) : value(std::move(v)), n(times) {}
    GENERATOR_BODY(T) {
        BEGIN;
        for (; n > 0; --n) {
            WITH(holder<T>{value}) {
                YIELD(value);
            } END_WITH
        }
        END;
    }
};

template <class R>
lasti::coroutine<R> twice(lasti::coroutine<R> a, lasti::future<R> b) {
    R x = R(), y = R();
    return COROUTINE(R) {
        BEGIN;
        AWAIT(lasti::sleep(1));
        TRY {
            AWAIT_SET(x, a);
            AWAIT_SET(y, b);
        } EXCEPT(lasti::cancelled_error) {
            RERAISE;
        } FINALLY {
            AWAIT(lasti::sleep(0));
        } END_TRY
        RETURN(x + y);
        END;
    };
}

template <class R>
struct awaits_task {
    lasti::task<R> of;
    R x;
    explicit awaits_task(lasti::task<R> t) : of(std::move(t)), x() {}
    COROUTINE_BODY(R) {
        BEGIN;
        AWAIT_SET(x, of);
        RETURN(std::move(x));
        END;
    }
};

template <class Derived>
struct base {
    lasti::generator<int> items() {
        Derived* const derived = static_cast<Derived*>(this);
        return GENERATOR(int) {
            BEGIN;
            YIELD(derived->item());
            END;
        };
    }
};
struct derived_class : base<derived_class> {
    int item() const { return 3; }
};

int use();
int use() {
    lasti::generator<int, int, long> empty = GENERATOR(int, int, long) { BEGIN; RETURN(1L); END; };
    int sum = lasti::next(relays(empty, std::vector<int>{1}), 0);
    for (std::string const& s : lasti::iterate(body_of<std::string>("x", 3))) sum += static_cast<int>(s.size());
    for (int i : derived_class().items()) sum += i;
    lasti::virtual_clock clock;
    lasti::event_loop loop(clock);
    lasti::future<int> f = loop.create_future<int>();
    f.set_result(1);
    lasti::coroutine<int> one = COROUTINE(int) { BEGIN; RETURN(1); END; };
    lasti::task<int> t = loop.create_task(twice(one, f));
    return sum + loop.run_until_complete(lasti::coroutine<int>(awaits_task<int>(t)));
}
