// CPython's test_coroutines.py: async with, frames, and what was never awaited.
#include <lasti/coroutine.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "support/awaiting.hpp"
#include "support/by_hand.hpp"
#include "support/trace.hpp"
#include "support/unraisable.hpp"

#include <lasti/keywords.hpp>

namespace {

struct zero_division_error : std::runtime_error {
    zero_division_error() : std::runtime_error("division by zero") {}
};
struct not_implemented : std::runtime_error {
    not_implemented() : std::runtime_error("not implemented") {}
};
struct my_exception : std::runtime_error {
    my_exception() : std::runtime_error("MyException") {}
};

/// Asks for two numbers when it is entered, and for two when it is left; swallows if it is told to.
struct asking_manager {
    int name;
    bool swallows;
    lasti::coroutine<int> aenter() const {
        const int n = name;
        return COROUTINE(int) {
            BEGIN;
            AWAIT(asks({n + 1, n + 2}));
            RETURN(n);
            END;
        };
    }
    lasti::coroutine<bool> aexit(lasti::error const&) const {
        const asking_manager me = *this;
        return COROUTINE(bool) {
            BEGIN;
            AWAIT(asks({me.name + 8, me.name + 9}));
            RETURN(me.swallows);
            END;
        };
    }
};

/// A manager that raises what it is told to, on the way in or out.
struct raising_manager {
    lasti::error entering;
    lasti::error leaving;
    bool swallows = false;
    raising_manager(lasti::error in, lasti::error out, bool s = false)
        : entering(std::move(in)), leaving(std::move(out)), swallows(s) {}
    lasti::coroutine<> aenter() const { return raises(entering); }
    lasti::coroutine<bool> aexit(lasti::error const&) const {
        const lasti::error e = leaving;
        const bool answer = swallows;
        return COROUTINE(bool) {
            BEGIN;
            if (e) RAISE(e);
            RETURN(answer);
            END;
        };
    }
    static lasti::coroutine<> raises(lasti::error e) {
        return COROUTINE(void) {
            BEGIN;
            if (e) RAISE(e);
            END;
        };
    }
};
raising_manager fails_at_exit() { return raising_manager(lasti::error(), lasti::error::make(zero_division_error())); }

/// The exception in which it ends, with its contexts.
lasti::error failure_of(lasti::coroutine<> c) {
    virtual_loop stage;
    const lasti::task<> t = stage.loop.create_task(std::move(c));
    stage.loop.run();
    return t.exception();
}

lasti::coroutine<> does_nothing() {
    return COROUTINE(void) {
        BEGIN;
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("CPython: test_coroutines: with");

TEST_CASE("K6: two managers, and an exception (test_coroutines.py: CoroutineTest.test_with_1)") {
    const auto foo = [](asking_manager outer, asking_manager inner) {
        int a = 0, b = 0;
        return lasti::coroutine<>(COROUTINE(void) {
            BEGIN;
            ASYNC_WITH_SET(a, outer) {
                ASYNC_WITH_SET(b, inner) {
                    AWAIT(lasti::sleep(a + b));
                    RAISE(zero_division_error());
                } END_ASYNC_WITH
            } END_ASYNC_WITH
            END;
        });
    };
    CHECK(run_by_hand(foo(asking_manager{10, false}, asking_manager{20, true})) == "11 12 21 22 30 28 29 18 19");
    CHECK_THROWS_AS(run_by_hand(foo(asking_manager{10, false}, asking_manager{30, false})), zero_division_error);
}

TEST_CASE("K6: an exception in the simplest statement (test_coroutines.py: CoroutineTest.test_with_5)") {
    CHECK(failure_of(COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(raising_manager(lasti::error(), lasti::error())) {
            RAISE(my_exception());
        } END_ASYNC_WITH
        END;
    }).is<my_exception>());
}

TEST_CASE("K6: an aexit() that throws at once, in place of the exception (test_coroutines.py: CoroutineTest.test_with_7)") {
    struct invalid {
        void aenter() {}
        bool aexit(lasti::error const&) { throw lasti::type_error("aexit"); }
    };
    const lasti::error e = failure_of(COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(invalid()) {
            RAISE(zero_division_error());
        } END_ASYNC_WITH
        END;
    });
    CHECK(e.is<lasti::type_error>());
    CHECK(e.context().is<zero_division_error>());
}

TEST_CASE("K6: aexit() is awaited on every way out (test_coroutines.py: CoroutineTest.test_with_8)") {
    const auto foo = [](int how, trace t) {
        int i = 0;
        return lasti::coroutine<>(COROUTINE(void) {
            BEGIN;
            for (; i < 2; ++i) {
                ASYNC_WITH(fails_at_exit()) {
                    t("entered");
                    if (how == 1) break;
                    if (how == 2) continue;
                    if (how == 3) RETURN();
                } END_ASYNC_WITH
            }
            END;
        });
    };
    for (int how = 0; how < 4; ++how) {
        CAPTURE(how);
        const trace note;
        CHECK(failure_of(foo(how, note)).is<zero_division_error>());
        CHECK(note.take() == "entered");
    }
}

TEST_CASE("K6: an aexit() that raises (test_coroutines.py: CoroutineTest.test_with_9)") {
    const trace note;
    CHECK(failure_of(COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(fails_at_exit()) {
            note("entered");
        } END_ASYNC_WITH
        END;
    }).is<zero_division_error>());
    CHECK(note.take() == "entered");
}

TEST_CASE("K6: two that raise, one after the other (test_coroutines.py: CoroutineTest.test_with_10)") {
    const lasti::error e = failure_of(COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(fails_at_exit()) {
            ASYNC_WITH(fails_at_exit()) {
                RAISE(my_exception());
            } END_ASYNC_WITH
        } END_ASYNC_WITH
        END;
    });
    CHECK(e.is<zero_division_error>());
    CHECK(e.context().is<zero_division_error>());
    CHECK(e.context().context().is<my_exception>());
}

TEST_CASE("K6: an aenter() that raises: nothing is left (test_coroutines.py: CoroutineTest.test_with_11)") {
    const lasti::error e = failure_of(COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(raising_manager(lasti::error::make(not_implemented()), lasti::error::make(zero_division_error()))) {
            RAISE(my_exception());
        } END_ASYNC_WITH
        END;
    });
    CHECK(e.is<not_implemented>());
    CHECK_FALSE(e.context());
}

TEST_CASE("K6: an aexit() that swallows (test_coroutines.py: CoroutineTest.test_with_12)") {
    CHECK_FALSE(failure_of(COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(raising_manager(lasti::error(), lasti::error(), true)) {
            RAISE(my_exception());
        } END_ASYNC_WITH
        END;
    }));
}

TEST_CASE("K6: an aenter() that raises is not swallowed (test_coroutines.py: CoroutineTest.test_with_13)") {
    const trace note;
    CHECK(failure_of(COROUTINE(void) {
        BEGIN;
        note("before");
        ASYNC_WITH(raising_manager(lasti::error::make(zero_division_error()), lasti::error(), true)) {
            note("inside");
        } END_ASYNC_WITH
        note("behind");
        END;
    }).is<zero_division_error>());
    CHECK(note.take() == "before");
}

TEST_CASE_FIXTURE(awaiting_stage, "K6: sleeps on the way in and out (test_coroutines.py: CoroAsyncIOCompatTest.test_asyncio_1)") {
    struct manager {
        trace buffer;
        lasti::coroutine<> aenter() const {
            const trace note = buffer;
            return COROUTINE(void) {
                BEGIN;
                note(1);
                AWAIT(lasti::sleep(0.01));
                note(2);
                END;
            };
        }
        lasti::coroutine<> aexit(lasti::error const& raised) const {
            const trace note = buffer;
            return COROUTINE(void) {
                BEGIN;
                AWAIT(lasti::sleep(0.01));
                note(raised.what());
                END;
            };
        }
    };
    const trace buffer;
    CHECK(raised_by(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(manager{buffer}) {
            AWAIT(lasti::sleep(0.01));
            RAISE(my_exception());
        } END_ASYNC_WITH
        buffer("unreachable");
        END;
    })).is<my_exception>());
    CHECK(buffer.take() == "1 2 MyException");
}

// ---- frames, and what was never awaited --------------------------------------------------------------------------

TEST_CASE("a frame may be looked at when its coroutine is gone (test_coroutines.py: CoroutineTest.test_bpo_45813_1)") {
    const unraisables reported;
    const lasti::frame_info frame = does_nothing().cr_frame();
    CHECK(frame.f_code().name == std::string("does_nothing"));
}

TEST_CASE("and it may be closed (test_coroutines.py: CoroutineTest.test_bpo_45813_2)") {
    const unraisables reported;
    const lasti::coroutine<> gen = does_nothing();
    const lasti::frame_info frame = gen.cr_frame();
    gen.close();
    CHECK(frame.f_lasti() == -2);
    CHECK(reported.count() == 0);
}

TEST_CASE("K2: cr_frame of a closed one (test_coroutines.py: CoroutineTest.test_cr_frame_after_close)") {
    const lasti::coroutine<> gen = does_nothing();
    CHECK(gen.cr_frame());
    gen.close();
    CHECK_FALSE(gen.cr_frame());
}

TEST_CASE("throw() runs on the same stack as send() (test_coroutines.py: CoroutineTest.test_stack_in_coroutine_throw)") {
    const auto depth = [](lasti::frame& f) {
        int n = 0;
        for (lasti::frame_info at(&f); at; at = at.f_back()) ++n;
        return n;
    };
    const auto c = [depth] {
        return lasti::coroutine<>(COROUTINE(void) {
            BEGIN;
            TRY { AWAIT(lasti::sleep(depth(self))); } EXCEPT(zero_division_error) { AWAIT(lasti::sleep(depth(self))); } END_TRY
            END;
        });
    };
    const auto b = [c] { return lasti::coroutine<>(COROUTINE(void) { BEGIN; AWAIT(c()); END; }); };
    const lasti::coroutine<> a = COROUTINE(void) { BEGIN; AWAIT(b()); END; };
    CHECK(asked_of(a.send()) == 3);
    CHECK(asked_of(a.throw_(zero_division_error())) == 3);
    a.close();
}

TEST_CASE("K4: the report names the function and its place "
          "(test_coroutines.py: OriginTrackingTest.test_origin_tracking_warning)") {
    const unraisables reported;
    does_nothing();
    REQUIRE(reported.count() == 1);
    CHECK(starts_with(reported[0].what.what(), std::string("coroutine 'does_nothing' (") + __FILE__ + ":"));
    CHECK(contains(reported[0].what.what(), "was never awaited"));
}

TEST_SUITE_END();
