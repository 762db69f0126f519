// The operations of an async generator as objects: one at a time, each awaited once.
#include <lasti/async_generator.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include <lasti/awaitable.hpp>
#include <lasti/event_loop.hpp>

#include "support/trace.hpp"
#include "support/unraisable.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

lasti::async_generator<int> slow(trace note) {
    int i = 0;
    return ASYNC_GENERATOR(int) {
        BEGIN;
        for (;; ++i) {
            TRY {
                AWAIT(lasti::sleep(1));
            } EXCEPT(lasti::cancelled_error) {
                note("cancelled");
                YIELD(-1);
            } END_TRY
            YIELD(i);
        }
        END;
    };
}
lasti::async_generator<int> quick(int n) {
    int i = 0;
    return ASYNC_GENERATOR(int) {
        BEGIN;
        for (; i < n; ++i) YIELD(i);
        END;
    };
}

/// Awaits it, and notes what comes of that.
template <class A>
lasti::coroutine<> noting_result(A operation, trace note, std::string who = "") {
    return COROUTINE(void) {
        BEGIN;
        TRY {
            AWAIT(operation);
            note(who + "ok");
        } EXCEPT(lasti::stop_async_iteration) {
            note(who + "end");
        } EXCEPT(lasti::runtime_error) {
            const std::string what = CAUGHT(lasti::runtime_error).what();
            note(who + what.substr(0, what.find(": '")));
        } END_TRY
        END;
    };
}

/// An iterator that is no async generator: counts, and raises at the end.
struct counter {
    int n;
    lasti::coroutine<int> anext() {
        const int value = n--;
        return COROUTINE(int) {
            BEGIN;
            AWAIT(lasti::sleep(1));
            if (value == 0) RAISE(lasti::stop_async_iteration());
            RETURN(value);
            END;
        };
    }
};

} // namespace

TEST_SUITE_BEGIN("async generator: operations");

TEST_CASE("A6, W18: a second operation while one is suspended is a RuntimeError, and the first is undisturbed") {
    virtual_loop stage;
    trace note;
    const auto ag = slow(note);
    stage.loop.create_task(noting_result(ag.anext(), note, "first: "));
    stage.loop.create_task(noting_result(ag.anext(), note, "2: "));
    stage.loop.create_task(noting_result(lasti::anext(ag, 5), note, "3: "));
    stage.loop.create_task(noting_result(ag.athrow(std::out_of_range("x")), note, "4: "));
    stage.loop.create_task(noting_result(ag.aclose(), note, "5: "));
    stage.loop.run();
    CHECK(note.take() ==
          "2: anext(): asynchronous generator is already running "
          "3: anext(): asynchronous generator is already running "
          "4: athrow(): asynchronous generator is already running "
          "5: aclose(): asynchronous generator is already running "
          "first: ok");
    CHECK(stage.loop.time() == 1);
    CHECK(stage.reported.count() == 0);
}

TEST_CASE("A6: asend() counts as anext() there") {
    virtual_loop stage;
    trace note;
    const lasti::async_generator<int, int> ag = ASYNC_GENERATOR(int, int) {
        BEGIN;
        YIELD(0);
        AWAIT(lasti::sleep(1));
        YIELD(1);
        END;
    };
    stage.loop.run_until_complete(noting_result(ag.anext(), note));
    stage.loop.create_task(noting_result(ag.asend(1), note));
    stage.loop.create_task(noting_result(ag.asend(2), note));
    stage.loop.run();
    CHECK(note.take() == "ok anext(): asynchronous generator is already running ok");
}

TEST_CASE("A6: a body that awaits its own next item is refused, and can go on") {
    virtual_loop stage;
    trace note;
    const std::shared_ptr<lasti::async_generator<int>> itself = std::make_shared<lasti::async_generator<int>>();
    *itself = ASYNC_GENERATOR(int) {
        BEGIN;
        TRY {
            AWAIT(itself->anext());
        } EXCEPT(lasti::runtime_error) {
            note(starts_with(CAUGHT(lasti::runtime_error).what(), "anext(): asynchronous generator is already running"));
        } END_TRY
        YIELD(1);
        END;
    };
    stage.loop.run_until_complete(noting_result(itself->anext(), note));
    CHECK(note.take() == "1 ok");
    *itself = lasti::async_generator<int>();  // it held itself
}

TEST_CASE("A7, W18: what an operation returns can be awaited once") {
    virtual_loop stage;
    trace note;
    const auto ag = quick(3);
    const auto anext = std::make_shared<lasti::anext_operation<int, void>>(ag.anext());
    const auto aclose = std::make_shared<lasti::aclose_operation>(ag.aclose());
    const auto reuse = [note](std::shared_ptr<lasti::anext_operation<int, void>> a) {
        return lasti::coroutine<>(COROUTINE(void) {
            BEGIN;
            AWAIT(*a);
            note("ok");
            END;
        });
    };
    stage.loop.run_until_complete(reuse(anext));
    const lasti::error again = thrown_by([&] { stage.loop.run_until_complete(reuse(anext)); });
    CHECK(starts_with(again.what(), "cannot reuse already awaited __anext__()/asend(): "));
    CHECK(note.take() == "ok");
    stage.loop.run_until_complete(noting_result(*aclose, note));
    stage.loop.run_until_complete(noting_result(*aclose, note));
    CHECK(note.take() == "ok cannot reuse already awaited aclose()/athrow()");
}

TEST_CASE("A7: one that was refused is used up, too") {
    virtual_loop stage;
    trace note;
    const auto ag = slow(note);
    const auto late = std::make_shared<lasti::anext_operation<int, void>>(ag.anext());
    stage.loop.create_task(noting_result(ag.anext(), note));
    stage.loop.create_task(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        AWAIT(noting_result(std::move(*late), note));
        AWAIT(noting_result(*late, note));
        END;
    }));
    stage.loop.run();
    CHECK(note.take() ==
          "anext(): asynchronous generator is already running cannot reuse already awaited __anext__()/asend() ok");
}

TEST_CASE("A7: a copy takes the operation over, as a lambda does that captures it") {
    unraisables reported;
    virtual_loop stage;
    trace note;
    const auto ag = quick(3);
    {
        const auto operation = ag.anext();
        const lasti::coroutine<> captures = COROUTINE(void) {
            BEGIN;
            AWAIT(operation);
            note("ok");
            END;
        };
        stage.loop.run_until_complete(captures);
    }
    CHECK(note.take() == "ok");
    CHECK(reported.count() == 0);
}

TEST_CASE("A7: an operation that nobody awaits is reported, and does nothing") {
    unraisables reported;
    trace note;
    const auto ag = quick(3);
    const lasti::async_generator<int, int> takes_int = ASYNC_GENERATOR(int, int) {
        BEGIN;
        YIELD(1);
        END;
    };
    const auto text_of = [&](std::size_t i) {
        const std::string what = reported[i].what.what();
        return what.substr(0, what.find(" ("));
    };
    ag.anext();
    lasti::anext(ag, 1);
    takes_int.asend(3);
    ag.athrow(std::out_of_range("x"));
    ag.aclose();
    REQUIRE(reported.count() == 5);
    CHECK(reported[0].what.is<lasti::never_awaited>());
    CHECK(reported[0].function == "quick");
    CHECK(text_of(0) == "coroutine method 'anext' of 'quick'");
    CHECK(text_of(1) == "coroutine method 'anext' of 'quick'");
    CHECK(starts_with(text_of(2), "coroutine method 'asend' of "));
    CHECK(text_of(3) == "coroutine method 'athrow' of 'quick'");
    CHECK(text_of(4) == "coroutine method 'aclose' of 'quick'");
    CHECK(ag.ag_frame().f_lasti() == -1);
}

TEST_CASE("A7: so is a coroutine that was made of one, once; but not one that was closed") {
    unraisables reported;
    const auto ag = quick(3);
    lasti::as_coroutine(ag.aclose());
    REQUIRE(reported.count() == 1);
    CHECK(starts_with(reported[0].what.what(), "coroutine method 'aclose' of 'quick' ("));
    CHECK(reported[0].function == "quick");
    reported.forget();
    lasti::as_coroutine(ag.aclose()).close();
    CHECK(reported.count() == 0);
    CHECK(ag.ag_frame().f_lasti() == -1);
}

TEST_CASE("A8: what is thrown into the task of an operation before its first step is raised in the generator") {
    virtual_loop stage;
    trace note;
    const lasti::async_generator<int> ag = ASYNC_GENERATOR(int) {
        BEGIN;
        TRY {
            YIELD(1);
        } EXCEPT(lasti::cancelled_error) {
            AWAIT(lasti::sleep(1));
            note("cancelled");
            RERAISE;
        } END_TRY
        END;
    };
    stage.loop.run_until_complete(lasti::as_coroutine(ag.anext()));
    const lasti::task<> t = stage.loop.create_task(lasti::as_coroutine(ag.aclose()));
    t.cancel();
    stage.loop.run();
    CHECK(note.take() == "cancelled");
    CHECK(t.cancelled());
    CHECK_FALSE(ag.ag_frame());
    const lasti::coroutine<> named = lasti::as_coroutine(ag.aclose());
    CHECK(named.cr_code().name == std::string("aclose"));
    named.close();
}

TEST_CASE("A8: cancelling the consumer raises CancelledError inside, which may be caught and yielded after") {
    virtual_loop stage;
    trace note;
    const auto ag = slow(note);
    int item = 0;
    int* const x = &item;
    const lasti::task<> t = stage.loop.create_task(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        AWAIT_SET(*x, ag.anext());
        note(*x);
        AWAIT_SET(*x, ag.anext());
        note(*x);
        END;
    }));
    stage.loop.call_later(0.5, [t] { t.cancel(); });
    stage.loop.run();
    CHECK(note.take() == "cancelled -1 0");
    CHECK_FALSE(t.cancelled());
}

TEST_CASE("A8: a cancellation that the generator lets out closes it and reaches the consumer") {
    virtual_loop stage;
    const lasti::async_generator<int> ag = ASYNC_GENERATOR(int) {
        BEGIN;
        AWAIT(lasti::sleep(1));
        YIELD(1);
        END;
    };
    const lasti::task<> t = stage.loop.create_task(noting_result(ag.anext(), trace()));
    stage.loop.call_later(0.5, [t] { t.cancel(); });
    stage.loop.run();
    CHECK(t.cancelled());
    CHECK_FALSE(ag.ag_frame());
}

TEST_CASE("A9: anext() with a default gives that at the end, and raises nothing") {
    virtual_loop stage;
    trace note;
    const auto ag = quick(1);
    int item = 5;
    int* const x = &item;
    stage.loop.run_until_complete(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        AWAIT_SET(*x, lasti::anext(ag, 7));
        note(*x);
        AWAIT_SET(*x, lasti::anext(ag, 8));
        note(*x);
        AWAIT_SET(*x, lasti::anext(ag, 9));
        note(*x);
        AWAIT(lasti::anext(ag, 10));
        END;
    }));
    CHECK(note.take() == "0 8 9");
}

TEST_CASE("A9: the default leaves the target alone until there is a result") {
    virtual_loop stage;
    trace note;
    const lasti::async_generator<std::string> ag = ASYNC_GENERATOR(std::string) {
        BEGIN;
        AWAIT(lasti::sleep(1));
        RAISE(std::out_of_range("E"));
        END;
    };
    std::string item = "old";
    std::string* const x = &item;
    const lasti::task<> t = stage.loop.create_task(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        AWAIT_SET(*x, lasti::anext(ag, "new"));
        END;
    }));
    stage.loop.run();
    CHECK(item == "old");
    CHECK(t.exception().is<std::out_of_range>());
}

TEST_CASE("anext() of any iterator, with a default, too") {
    virtual_loop stage;
    trace note;
    counter c = {2};
    counter* const it = &c;
    int item = 0;
    int* const x = &item;
    stage.loop.run_until_complete(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        AWAIT_SET(*x, lasti::anext(*it));
        note(*x);
        AWAIT_SET(*x, lasti::anext(*it, 8));
        note(*x);
        AWAIT_SET(*x, lasti::anext(*it, 8));
        note(*x);
        END;
    }));
    CHECK(note.take() == "2 1 8");
    CHECK(stage.loop.time() == 3);
}

TEST_CASE("GT6: what athrow() and aclose() throw in gets no context from who awaits them") {
    virtual_loop stage;
    trace note;
    const lasti::async_generator<int> ag = ASYNC_GENERATOR(int) {
        BEGIN;
        TRY {
            YIELD(1);
        } EXCEPT(std::out_of_range) {
            note(self.handled().context() ? "context" : "none");
        } END_TRY
        TRY {
            RAISE(std::length_error("B"));
        } EXCEPT(std::length_error) {
            note(self.handled().context().is<std::domain_error>() ? "context" : "none");
        } END_TRY
        TRY {
            YIELD(2);
        } EXCEPT(lasti::generator_exit) {
            note(self.handled().context() ? "context" : "none");
            RERAISE;
        } END_TRY
        END;
    };
    stage.loop.run_until_complete(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        TRY {
            RAISE(std::domain_error("Z"));
        } EXCEPT(std::domain_error) {
            AWAIT(ag.anext());
            AWAIT(ag.athrow(std::out_of_range("C")));
            AWAIT(ag.aclose());
        } END_TRY
        END;
    }));
    CHECK(note.take() == "none context none");
}

TEST_CASE("operations are awaitables: they can become tasks") {
    virtual_loop stage;
    const auto ag = quick(2);
    static_assert(lasti::is_awaitable<lasti::anext_operation<int, void>>::value, "");
    static_assert(std::is_same<lasti::await_result<lasti::anext_or_operation<int, void>>, int>::value, "");
    static_assert(std::is_void<lasti::await_result<lasti::aclose_operation>>::value, "");
    CHECK(stage.loop.run_until_complete(lasti::as_coroutine(ag.anext())) == 0);
    CHECK(stage.loop.run_until_complete(lasti::as_coroutine(lasti::anext(ag, 7))) == 1);
    CHECK(stage.loop.run_until_complete(lasti::as_coroutine(lasti::anext(ag, 7))) == 7);
    stage.loop.run_until_complete(lasti::as_coroutine(ag.aclose()));
}

TEST_SUITE_END();
