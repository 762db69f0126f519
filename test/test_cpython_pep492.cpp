// CPython's test_asyncio/test_pep492.py: async with over locks, and coroutines in tasks.
#include <lasti/coroutine.hpp>

#include <doctest/doctest.h>

#include <string>

#include <lasti/sync.hpp>

#include "support/awaiting.hpp"

#include <lasti/keywords.hpp>

namespace {

template <class Lock>
lasti::coroutine<> holds(Lock lock) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(lasti::sleep(0.01));
        CHECK_FALSE(lock.locked());
        ASYNC_WITH(lock) {
            CHECK(lock.locked());
            AWAIT(lasti::sleep(0.01));
            CHECK(lock.locked());
        } END_ASYNC_WITH
        CHECK_FALSE(lock.locked());
        END;
    };
}
lasti::coroutine<std::string> spam() {
    return COROUTINE(std::string) {
        BEGIN;
        RETURN("spam");
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("CPython: test_pep492");

TEST_CASE_FIXTURE(awaiting_stage, "K6: locks (test_asyncio/test_pep492.py: LockTests.test_context_manager_async_with)") {
    await(holds(lasti::lock()));
    await(holds(lasti::condition()));
    await(holds(lasti::semaphore()));
    await(holds(lasti::bounded_semaphore()));
}

TEST_CASE_FIXTURE(awaiting_stage, "a coroutine that awaits another, in a loop "
                                  "(test_asyncio/test_pep492.py: CoroutineTests.test_async_def_coroutines)") {
    std::string value;
    CHECK(await(lasti::coroutine<std::string>(COROUTINE(std::string) {
        BEGIN;
        AWAIT_SET(value, spam());
        RETURN(value);
        END;
    })) == "spam");
}

TEST_CASE_FIXTURE(awaiting_stage, "a task shows where it stands "
                                  "(test_asyncio/test_pep492.py: CoroutineTests.test_task_print_stack)") {
    lasti::event_loop* const on = &loop;
    const auto foo = [on] {
        return lasti::coroutine<>(COROUTINE(void) {
            BEGIN;
            CHECK(self.gi_code->name == std::string("operator()"));
            CHECK(contains(on->describe_tasks(), "in async operator()()"));
            END;
        });
    };
    lasti::task<> t;
    await(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        t = lasti::ensure_future(foo());
        AWAIT(t);
        END;
    }));
}

TEST_CASE_FIXTURE(awaiting_stage, "K3: awaiting what is a task already "
                                  "(test_asyncio/test_pep492.py: CoroutineTests.test_double_await)") {
    lasti::event_loop* const on = &loop;
    const auto afunc = [] {
        return lasti::coroutine<>(COROUTINE(void) {
            BEGIN;
            AWAIT(lasti::sleep(0.1));
            END;
        });
    };
    lasti::coroutine<> coro;
    lasti::task<> t;
    CHECK(is_runtime_error(raised_by(lasti::coroutine<>(COROUTINE(void) {
        BEGIN;
        coro = afunc();
        t = on->create_task(coro);
        TRY {
            AWAIT(lasti::sleep(0));
            AWAIT(coro);
        } FINALLY {
            t.cancel();
        } END_TRY
        END;
    })), "coroutine is being awaited already"));
}

TEST_SUITE_END();
