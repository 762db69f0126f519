// weak<H>: handles that do not keep what they refer to.
#include <lasti/weak.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <utility>
#include <vector>

#include <lasti/async_generator.hpp>
#include <lasti/awaitable.hpp>
#include <lasti/generator.hpp>

#include "support/counted.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

typedef lasti::generator<int> generator;

generator count_to(int n) {
    int i = 0;
    return GENERATOR(int) {
        BEGIN;
        for (; i < n; ++i) YIELD(i);
        END;
    };
}

/// What a generator of knows_itself() has a handle of itself in.
struct mirror {
    generator strong;
    lasti::weak<generator> weak;
};
generator knows_itself(std::shared_ptr<mirror> m, trace note) {
    const counted mark(1);
    return GENERATOR(int) {
        BEGIN;
        TRY
            YIELD(mark.value);
        FINALLY
            note(m->weak.lock() ? "there" : "gone");
        END_TRY
        END;
    };
}

lasti::coroutine<int> gives(int x) {
    return COROUTINE(int) { BEGIN; AWAIT(lasti::sleep(1)); RETURN(x); END; };
}

lasti::coroutine<int> waits_for(lasti::weak<lasti::future<int>> f) {
    int x = 0;
    return COROUTINE(int) { BEGIN; AWAIT_SET(x, f.lock()); RETURN(x); END; };
}

lasti::async_generator<int> numbers(trace note) {
    return ASYNC_GENERATOR(int) {
        BEGIN;
        TRY
            YIELD(1);
        FINALLY
            AWAIT(lasti::sleep(1));
            note("closed");
        END_TRY
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("weak");

TEST_CASE("it gives a handle while there is another, and an empty one afterwards") {
    generator g = count_to(3);
    const lasti::weak<generator> w(g), copy = w, same(g);
    CHECK_FALSE(w.expired());
    CHECK(lasti::next(w.lock()) == 0);
    CHECK(lasti::next(g) == 1);
    CHECK(copy == w);
    CHECK(same == w);
    g = generator();
    CHECK(w.expired());
    CHECK(copy.expired());
    CHECK_FALSE(w.lock());
}

TEST_CASE("without an object it gives an empty handle") {
    const lasti::weak<generator> none, of_an_empty_one{generator()};
    CHECK(none.expired());
    CHECK_FALSE(none.lock());
    CHECK_FALSE(of_an_empty_one.lock());
    CHECK(none == of_an_empty_one);
}

TEST_CASE("an object at the place of the old one is another one") {
    const lasti::weak<generator> w(count_to(1));
    std::vector<generator> others;
    for (int i = 0; i < 100; ++i) {
        others.push_back(count_to(1));
        CHECK(lasti::weak<generator>(others.back()) != w);
    }
    CHECK(w.expired());
}

TEST_CASE("a circle of handles lives until one is closed; one with a weak handle in it does not") {
    counted::reset();
    const trace note;
    std::shared_ptr<mirror> m = std::make_shared<mirror>();
    {
        const generator g = knows_itself(m, note);
        m->weak = lasti::weak<generator>(g);
        lasti::next(g);
    }
    CHECK(note.take() == "gone"); // empty before it is closed, as Python's are
    CHECK(counted::alive() == 0);
    {
        const generator g = knows_itself(m, note);
        m->weak = lasti::weak<generator>(g);
        m->strong = g;
        lasti::next(g);
    }
    CHECK(counted::alive() == 1);
    m->weak.lock().close();
    CHECK(note.take() == "there");
    CHECK(counted::alive() == 0);
    m->strong = generator();
    CHECK(m->weak.expired());
}

TEST_CASE("a task lives while its loop has it") {
    virtual_loop on;
    const lasti::weak<lasti::task<int>> w(on.loop.create_task(gives(7)));
    const lasti::weak<lasti::any_task> any(on.loop.all_tasks().at(0));
    CHECK(any.lock().get_name() == "Task-1");
    on.loop.poll();
    CHECK(on.loop.run_until_complete(w.lock()) == 7);
    CHECK(w.expired());
    CHECK(any.expired());
}

TEST_CASE("a coroutine that became a task lives as long as that") {
    virtual_loop on;
    lasti::weak<lasti::coroutine<int>> w;
    {
        const lasti::coroutine<int> c = gives(7);
        w = lasti::weak<lasti::coroutine<int>>(c);
        on.loop.create_task(c);
    }
    CHECK_FALSE(w.expired());
    on.loop.run();
    CHECK(w.expired());
}

TEST_CASE("a future that is only waited for is gone, and who waits is told") {
    virtual_loop on;
    lasti::future<int> f = on.loop.create_future<int>();
    const lasti::weak<lasti::future<int>> w(f);
    const lasti::task<int> t = on.loop.create_task(waits_for(w));
    on.loop.poll();
    CHECK_FALSE(w.expired());
    f = lasti::future<int>();
    CHECK(w.expired());
    on.loop.run();
    CHECK(t.exception().is<lasti::runtime_error>());
}

TEST_CASE("an async generator that its loop closes is gone before") {
    virtual_loop on;
    const trace note;
    lasti::async_generator<int> g = numbers(note);
    const lasti::weak<lasti::async_generator<int>> w(g);
    CHECK(on.loop.run_until_complete(lasti::as_coroutine(w.lock().anext())) == 1);
    CHECK_FALSE(w.expired());
    g = lasti::async_generator<int>();
    CHECK(w.expired());
    CHECK(note.take() == "");
    on.loop.run();
    CHECK(note.take() == "closed");
}

TEST_CASE("frames that die inside each other, however deep, are gone") {
    struct delegates {
        generator inner;
        explicit delegates(generator g) : inner(std::move(g)) {}
        GENERATOR_BODY(int) { BEGIN; YIELD_FROM(inner); END; }
    };
    std::vector<lasti::weak<generator>> all;
    {
        generator g = count_to(3);
        for (int i = 0; i < 1000; ++i) {
            all.push_back(lasti::weak<generator>(g));
            g = generator(delegates(g));
        }
        lasti::next(g);
        for (lasti::weak<generator> const& w : all) CHECK_FALSE(w.expired());
    }
    for (lasti::weak<generator> const& w : all) CHECK(w.expired());
}

TEST_SUITE_END();
