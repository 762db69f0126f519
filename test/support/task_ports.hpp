// What the ports of CPython's tests of task groups, timeouts, wait_for and runners share: its exceptions, its
// coroutines, and the loop on which each of them runs twice.
#pragma once

#include <exception>
#include <set>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include <lasti/event_loop.hpp>
#include <lasti/exception_group.hpp>

#include "trace.hpp"
#include "virtual_loop.hpp"

#include <lasti/keywords.hpp>

struct zero_division_error : std::exception {
    const char* what() const noexcept override { return "division by zero"; }
};
struct my_exc : std::exception {};
/// No std::exception, as CPython's is no Exception.
struct my_base_exc {
    typedef void lasti_parent;
};

/// A test that makes one runs twice: with tasks that start in the next round, and with such that start at once.
struct lazy_and_eager : virtual_loop {
    lazy_and_eager() {
        SUBCASE("lazy tasks") {}
        SUBCASE("eager tasks") { is_eager = true; }
        loop.set_eager_tasks(is_eager);
    }
    /// What `async def test_…` is in CPython.
    void run(lasti::coroutine<> main) { loop.run_until_complete(std::move(main)); }

    bool is_eager = false;
};

/// Sleeps, notes `name`, and returns `value`; notes "name-cancelled" instead where it is cancelled.
inline lasti::coroutine<int> sleeper(trace t, std::string name, double time, int value = 0) {
    return COROUTINE(int) {
        BEGIN;
        TRY
            AWAIT(lasti::sleep(time));
            t(name);
        EXCEPT(lasti::cancelled_error)
            t(name + "-cancelled");
            RERAISE;
        END_TRY
        RETURN(value);
        END;
    };
}

/// Sleeps, notes "name!", and raises `problem`.
template <class E>
lasti::coroutine<> crasher(trace t, std::string name, double time, E problem) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(lasti::sleep(time));
        t(name + "!");
        RAISE(problem);
        END;
    };
}

/// Sleeps, and raises `problem` whatever that ends with.
template <class E>
lasti::coroutine<> crashes_at_the_end(trace t, std::string name, double time, E problem) {
    return COROUTINE(void) {
        BEGIN;
        TRY
            AWAIT(lasti::sleep(time));
        FINALLY
            t(name + "!");
            RAISE(problem);
        END_TRY
        END;
    };
}

/// Awaits it; what that raised. `with self.assertRaises(…)`.
template <class A>
lasti::coroutine<lasti::error> raised_in(A awaited) {
    return COROUTINE(lasti::error) {
        BEGIN;
        TRY
            AWAIT(awaited);
        EXCEPT_ANY
            RETURN(self.handled());
        END_TRY
        RETURN(lasti::error());
        END;
    };
}

/// What running `c` to its end raises.
template <class R>
lasti::error outcome(virtual_loop& on, lasti::coroutine<R> c) {
    return on.loop.run_until_complete(raised_in(std::move(c)));
}

/// Makes a task of it, cancels that after `time`, and awaits it; what that raised.
template <class R>
lasti::coroutine<lasti::error> raised_when_cancelled(lasti::coroutine<R> c, double time) {
    lasti::task<R> r;
    lasti::error raised;
    return COROUTINE(lasti::error) {
        BEGIN;
        r = lasti::create_task(c);
        AWAIT(lasti::sleep(time));
        CHECK_FALSE(r.done());
        r.cancel();
        AWAIT_SET(raised, raised_in(r));
        RETURN(raised);
        END;
    };
}

/// The names of the types of what is in an exception group; of anything else its own in brackets.
inline std::set<std::string> types_in(lasti::error const& raised) {
    std::set<std::string> names;
    if (lasti::exception_group const* const group = raised.as<lasti::exception_group>())
        for (lasti::error const& e : group->exceptions()) names.insert(e.type_name());
    else
        names.insert('(' + raised.type_name() + ')');
    return names;
}
typedef std::set<std::string> types;
