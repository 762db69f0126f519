#include <lasti/task.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <unordered_set>
#include <vector>

#include <lasti/event_loop.hpp>

#include "support/counted.hpp"
#include "support/trace.hpp"
#include "support/unraisable.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

lasti::coroutine<int> a_number_of_its_own() {
    return COROUTINE(int) { BEGIN; RETURN(1); END; };
}

std::string name_of(lasti::any_task const& t) { return t ? t.get_name() : ""; }

lasti::coroutine<int> returns(int value, double after) {
    return COROUTINE(int) {
        BEGIN;
        AWAIT(lasti::sleep(after));
        RETURN(value);
        END;
    };
}

lasti::coroutine<> fails(std::string what) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(lasti::sleep(0));
        RAISE(std::out_of_range(what));
        END;
    };
}

template <class R>
lasti::coroutine<R> joins(lasti::task<R> other, trace note, std::string name) {
    R result = R();
    return COROUTINE(R) {
        BEGIN;
        AWAIT_SET(result, other);
        note(name);
        RETURN(result);
        END;
    };
}

lasti::coroutine<> steps(trace note, std::string name, int times) {
    int i = 0;
    return COROUTINE(void) {
        BEGIN;
        for (; i < times; ++i) {
            note(name + std::to_string(i));
            AWAIT(lasti::sleep(0));
        }
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("task");

TEST_CASE("F2: a done callback of a task may take the task, the future, or whatever they are") {
    virtual_loop on;
    std::string seen;
    const lasti::task<int> t = on.loop.create_task(returns(5, 1), "five");
    t.add_done_callback([&](lasti::task<int> const& done) { seen += done.get_name() + ' '; });
    t.add_done_callback([&](lasti::future<int> const& done) { seen += std::to_string(done.result()); });
    t.add_done_callback([&](lasti::any_task const& done) { seen += ' ' + done.get_name(); });
    t.add_done_callback([&](lasti::any_future const& done) { seen += done.done() ? " done" : " ?"; });
    t.add_done_callback([&](lasti::task<int> const&) { seen += " never"; }).cancel();
    on.loop.run();
    CHECK(seen == "five 5 five done");
    CHECK_THROWS_AS(lasti::task<int>().add_done_callback([](lasti::task<int> const&) {}), lasti::type_error);
}

TEST_CASE("T1: creating a task runs nothing; first steps come in the order of creation") {
    virtual_loop on;
    trace note;
    on.loop.create_task(steps(note, "a", 1));
    on.loop.call_soon([note] { note("callback"); });
    on.loop.create_task(steps(note, "b", 1));
    CHECK(note.take() == "");
    on.loop.run();
    CHECK(note.take() == "a0 callback b0");
}

TEST_CASE("T1: a task made by a running task starts in the next round") {
    virtual_loop on;
    trace note;
    struct parent {
        static lasti::coroutine<> of(lasti::event_loop* loop, trace t) {
            return COROUTINE(void) {
                BEGIN;
                loop->create_task(steps(t, "child", 2));
                t("parent0");
                AWAIT(lasti::sleep(0));
                t("parent1");
                END;
            };
        }
    };
    on.loop.create_task(parent::of(&on.loop, note));
    on.loop.create_task(steps(note, "other", 2));
    on.loop.run();
    CHECK(note.take() == "parent0 other0 child0 parent1 other1 child1");
}

TEST_CASE("T1: names are Task-1, Task-2, ... in each loop, or given") {
    virtual_loop on, other;
    const lasti::task<int> a = on.loop.create_task(returns(1, 0)), b = on.loop.create_task(returns(1, 0), "fetch"),
                           c = on.loop.create_task(returns(1, 0)), d = other.loop.create_task(returns(1, 0));
    CHECK(a.get_name() == "Task-1");
    CHECK(b.get_name() == "fetch");
    CHECK(c.get_name() == "Task-3");
    CHECK(d.get_name() == "Task-1");
    on.loop.run();
    other.loop.run();
    CHECK(c.get_name() == "Task-3"); // also of one that is done
}

TEST_CASE("the name of the running task is known; outside of one it is empty") {
    virtual_loop on;
    trace note;
    struct says_its_name {
        static lasti::coroutine<> in(lasti::event_loop* loop, trace t) {
            return COROUTINE(void) {
                BEGIN;
                t(name_of(loop->current_task()));
                AWAIT(lasti::sleep(0));
                t(name_of(loop->current_task()));
                END;
            };
        }
    };
    on.loop.create_task(says_its_name::in(&on.loop, note), "first");
    on.loop.create_task(says_its_name::in(&on.loop, note), "second");
    lasti::event_loop* const loop = &on.loop;
    on.loop.call_soon([=] { note("[" + name_of(loop->current_task()) + "]"); });
    on.loop.run();
    CHECK(note.take() == "first second [] first second");
    CHECK(!on.loop.current_task());
}

TEST_CASE("a task is a future: pending, then done, with the coroutine's result") {
    virtual_loop on;
    const lasti::task<int> t = on.loop.create_task(returns(5, 1));
    CHECK_FALSE(t.done());
    CHECK_THROWS_AS(t.result(), lasti::invalid_state_error);
    on.loop.run();
    CHECK(t.done());
    CHECK(t.result() == 5);
    CHECK_FALSE(t.exception());
    CHECK_FALSE(t.cancelled());
    const lasti::future<int> as_future = t;
    CHECK(as_future.result() == 5);
}

TEST_CASE("T3: a finished task resumes its awaiter in the next round") {
    virtual_loop on;
    trace note;
    const lasti::task<int> child = on.loop.create_task(returns(5, 0));
    on.loop.create_task(joins(child, note, "joined"));
    on.loop.create_task(steps(note, "r", 4));
    on.loop.run();
    CHECK(note.take() == "r0 r1 joined r2 r3"); // it ends in round 1; the awaiter runs in round 2, before r2
}

TEST_CASE("many may await one task, and any number of times") {
    virtual_loop on;
    trace note;
    const lasti::task<int> child = on.loop.create_task(returns(5, 1));
    const lasti::task<int> a = on.loop.create_task(joins(child, note, "a")), b = on.loop.create_task(joins(child, note, "b"));
    on.loop.run();
    CHECK(note.take() == "a b");
    CHECK(a.result() + b.result() == 10);
    CHECK(on.loop.run_until_complete(joins(child, note, "later")) == 5);
}

TEST_CASE("T2: a task cannot await itself: a runtime_error, and it can go on") {
    virtual_loop on;
    trace note;
    auto me = std::make_shared<lasti::task<>>();
    struct narcissus {
        static lasti::coroutine<> of(std::shared_ptr<lasti::task<>> t, trace n) {
            return COROUTINE(void) {
                BEGIN;
                TRY { AWAIT(*t); } EXCEPT(lasti::runtime_error) { n(CAUGHT(lasti::runtime_error).what()); } END_TRY
                AWAIT(lasti::sleep(1));
                END;
            };
        }
    };
    *me = on.loop.create_task(narcissus::of(me, note), "me");
    on.loop.run();
    const std::string said = note.take();
    CHECK(starts_with(said, "Task cannot await on itself: task 'me'"));
    CHECK(contains(said, __FILE__)); // and where it stood
    CHECK_FALSE(me->exception());
    *me = lasti::task<>();
}

TEST_CASE("T2: awaiting a task of another loop is a runtime_error") {
    virtual_loop on, other;
    trace note;
    const lasti::task<int> foreign = other.loop.create_task(returns(1, 0));
    const lasti::error e = thrown_by([&] { on.loop.run_until_complete(joins(foreign, note, "x")); });
    REQUIRE(e.is<lasti::runtime_error>());
    CHECK(contains(e.what(), "attached to a different loop"));
    CHECK(contains(e.what(), "'joins'"));
    CHECK(contains(e.what(), __FILE__));
    other.loop.run();
}

TEST_CASE("T14, U2: the loop owns its tasks: dropping the handle drops nothing") {
    virtual_loop on;
    trace note;
    on.loop.create_task(steps(note, "a", 2));
    CHECK(on.loop.task_count() == 1);
    on.loop.run();
    CHECK(note.take() == "a0 a1");
    CHECK(on.loop.task_count() == 0);
}

TEST_CASE("a result that can only be moved is moved out once; a reference stays one") {
    virtual_loop on;
    struct makes {
        COROUTINE_BODY(std::unique_ptr<int>) {
            BEGIN;
            AWAIT(lasti::sleep(0));
            RETURN(std::unique_ptr<int>(new int(3)));
            END;
        }
    };
    const lasti::task<std::unique_ptr<int>> t = on.loop.create_task(lasti::coroutine<std::unique_ptr<int>>(makes()));
    on.loop.run();
    CHECK(*t.result() == 3);
    CHECK(t.result() == nullptr);

    int x = 0;
    struct refers {
        int* to;
        COROUTINE_BODY(int&) { BEGIN; RETURN(*to); END; }
    };
    const lasti::task<int&> r = on.loop.create_task(lasti::coroutine<int&>(refers{&x}));
    on.loop.run();
    CHECK(&r.result() == &x);
}

TEST_CASE("locals die when the task ends, its result when the last handle goes") {
    virtual_loop on;
    counted::reset();
    struct carries {
        static lasti::coroutine<counted> one() {
            counted mine(1);
            return COROUTINE(counted) { BEGIN; AWAIT(lasti::sleep(0)); RETURN(mine); END; };
        }
    };
    {
        const lasti::task<counted> t = on.loop.create_task(carries::one());
        on.loop.poll();
        CHECK(counted::alive() == 1);
        on.loop.run();
        CHECK(counted::alive() == 1);
        CHECK(t.result().value == 1);
    }
    CHECK(counted::alive() == 0);
}

TEST_CASE("done callbacks of a task get a future of its result") {
    virtual_loop on;
    trace note;
    on.loop.create_task(returns(5, 1)).add_done_callback([note](lasti::future<int> f) { note(f.result()); });
    on.loop.run();
    CHECK(note.take() == "5");
}

TEST_CASE("T17: its frame can be looked at while it waits") {
    virtual_loop on;
    const lasti::task<int> t = on.loop.create_task(returns(5, 1));
    CHECK(t.cr_frame().f_lasti() == -1);
    on.loop.poll();
    CHECK(t.cr_frame().f_lasti() == 1);
    CHECK(std::string(t.cr_frame().f_code().name) == "returns");
    on.loop.run();
    CHECK(t.cr_frame().f_lasti() == -2);
}

TEST_CASE("T17: its coroutine, and its stack from the outermost frame inward, of which the innermost can be asked for") {
    virtual_loop on;
    struct outer {
        static lasti::coroutine<int> of() {
            int x = 0;
            return COROUTINE(int) {
                BEGIN;
                AWAIT_SET(x, returns(5, 1));
                RETURN(x);
                END;
            };
        }
    };
    const lasti::coroutine<int> body = outer::of();
    const lasti::task<int> t = on.loop.create_task(body, "t");
    CHECK(t.get_coro() == body);
    CHECK(t.get_stack().size() == 1); // it has not started
    on.loop.poll();
    std::vector<lasti::frame_info> stack = t.get_stack();
    REQUIRE(stack.size() == 2);
    CHECK(std::string(stack[0].f_code().name) == "of");
    CHECK(std::string(stack[1].f_code().name) == "returns");
    stack = t.get_stack(1);
    REQUIRE(stack.size() == 1);
    CHECK(std::string(stack[0].f_code().name) == "returns");
    CHECK(t.get_stack(0).empty());
    std::ostringstream text;
    t.print_stack(text);
    CHECK(contains(text.str(), "Stack for task 't' (most recent call last):\n  File \""));
    CHECK(contains(text.str(), ", in of\n"));
    CHECK(contains(text.str(), ", in returns\n"));
    on.loop.run();
    CHECK(t.get_stack().empty());
    CHECK(t.get_coro().result() == 5);
    text.str("");
    t.print_stack(text);
    CHECK(text.str() == "No stack for task 't'\n");
}

TEST_CASE("T17: of a task that failed, the stack is where the exception came through") {
    virtual_loop on;
    const lasti::task<> t = on.loop.create_task(fails("it"), "t");
    on.loop.run();
    REQUIRE(t.get_stack().size() == 1);
    CHECK(std::string(t.get_stack()[0].f_code().name) == "fails");
    std::ostringstream text;
    t.print_stack(text);
    CHECK(starts_with(text.str(), "Traceback for task 't' (most recent call last):\n  File \""));
    CHECK(contains(text.str(), "std::out_of_range: it\n"));
    CHECK(t.exception());
}

TEST_CASE("an empty handle is falsy, and using it is a type_error") {
    const lasti::task<int> none;
    CHECK_FALSE(none);
    CHECK_THROWS_AS(none.cancel(), lasti::type_error);
    CHECK_THROWS_AS(none.get_name(), lasti::type_error);
    CHECK_THROWS_AS(none.uncancel(), lasti::type_error);
    CHECK_THROWS_AS(none.cr_frame(), lasti::type_error);
    virtual_loop on;
    trace note;
    CHECK_THROWS_AS(on.loop.run_until_complete(joins(none, note, "x")), lasti::type_error);
}

TEST_CASE("T15: an eager task runs its first step inside create_task(), as the current task") {
    virtual_loop on;
    trace note;
    struct bodies {
        static lasti::coroutine<> inner(trace t) {
            return COROUTINE(void) {
                BEGIN;
                t(lasti::current_task().get_name());
                AWAIT(lasti::sleep(0));
                t("inner goes on");
                END;
            };
        }
        static lasti::coroutine<> outer(trace t) {
            lasti::task_options eager;
            eager.when = lasti::start::eagerly;
            eager.name = "inner";
            lasti::task<> made;
            return COROUTINE(void) {
                BEGIN;
                t(lasti::current_task().get_name());
                made = lasti::create_task(inner(t), eager);
                t(lasti::current_task().get_name());
                AWAIT(made);
                t("outer goes on");
                END;
            };
        }
    };
    on.loop.run_until_complete(on.loop.create_task(bodies::outer(note), "outer"));
    CHECK(note.take() == "outer inner outer inner goes on outer goes on");
}

TEST_CASE("T15: what its creator handles is the context of what an eager task raises in its first step") {
    virtual_loop on;
    on.loop.set_eager_tasks(true);
    struct bodies {
        static lasti::coroutine<> inner(double time) {
            return COROUTINE(void) { BEGIN; AWAIT(lasti::sleep(time)); RAISE(std::out_of_range("inner")); END; };
        }
        static lasti::coroutine<> at_once() {
            return COROUTINE(void) { BEGIN; RAISE(std::out_of_range("inner")); END; };
        }
        static lasti::coroutine<std::vector<lasti::task<>>> outer() {
            std::vector<lasti::task<>> made;
            return COROUTINE(std::vector<lasti::task<>>) {
                BEGIN;
                TRY { RAISE(lasti::value_error("outer")); } EXCEPT(lasti::value_error) {
                    made.push_back(lasti::create_task(at_once()));
                    made.push_back(lasti::create_task(inner(0)));
                } END_TRY
                RETURN(made);
                END;
            };
        }
    };
    const std::vector<lasti::task<>> made = on.loop.run_until_complete(bodies::outer());
    on.loop.run();
    CHECK(made[0].exception().context().is<lasti::value_error>());
    CHECK(made[1].exception());
    CHECK_FALSE(made[1].exception().context());
}

TEST_CASE("T15: an eager task that never waits is done when create_task() returns, and the loop has not seen it") {
    virtual_loop on;
    on.loop.set_eager_tasks(true);
    trace note;
    struct bodies {
        static lasti::coroutine<int> quick() {
            return COROUTINE(int) { BEGIN; RETURN(7); END; };
        }
        static lasti::coroutine<> outer(trace t) {
            lasti::task<int> made;
            lasti::task_options soon;
            soon.when = lasti::start::soon;
            return COROUTINE(void) {
                BEGIN;
                made = lasti::create_task(quick());
                t(made.done() ? "done" : "pending");
                t(made.result());
                t(static_cast<long>(lasti::all_tasks().size()));
                made = lasti::create_task(quick(), soon); // eager_start=False overrides
                t(made.done() ? "done" : "pending");
                AWAIT(made);
                END;
            };
        }
    };
    on.loop.run_until_complete(bodies::outer(note));
    CHECK(note.take() == "done 7 1 pending");
}

TEST_CASE("T15: without a running loop eager tasks start in the first round") {
    virtual_loop on;
    on.loop.set_eager_tasks(true);
    const lasti::task<int> t = on.loop.create_task(returns(1, 0));
    CHECK(t.cr_frame().f_lasti() == -1);
    CHECK(on.loop.run_until_complete(t) == 1);
}

TEST_CASE("T14: all_tasks() and current_task() of the running loop; a task can be renamed") {
    virtual_loop on;
    const lasti::task<int> a = on.loop.create_task(returns(1, 0), "a");
    const lasti::any_task b = on.loop.create_task(returns(2, 0));
    b.set_name("b");
    std::string names;
    for (lasti::any_task const& t : on.loop.all_tasks()) names += t.get_name();
    CHECK(names == "ab");
    CHECK_THROWS_WITH_AS(lasti::current_task(), "no running event loop", lasti::runtime_error);
    CHECK(&a.get_loop() == &on.loop);
    CHECK(lasti::any_future(a) != lasti::any_future(b));
    on.loop.run();
    CHECK(on.loop.all_tasks().empty());
}

TEST_SUITE_END();
TEST_SUITE_BEGIN("task: exceptions");

TEST_CASE("an exception ends its task only, and whoever asks for the result gets it") {
    virtual_loop on;
    trace note;
    const lasti::task<> t = on.loop.create_task(fails("far"));
    on.loop.create_task(steps(note, "a", 3));
    on.loop.run();
    CHECK(note.take() == "a0 a1 a2");
    CHECK_THROWS_WITH_AS(t.result(), "far", std::out_of_range);
    CHECK(on.reported.count() == 0);
}

TEST_CASE("an awaiter gets the exception of the task it awaits") {
    virtual_loop on;
    struct joins_void {
        static lasti::coroutine<> of(lasti::task<> t) { return COROUTINE(void) { BEGIN; AWAIT(t); END; }; }
    };
    const lasti::task<> t = on.loop.create_task(fails("far"));
    CHECK_THROWS_WITH_AS(on.loop.run_until_complete(joins_void::of(t)), "far", std::out_of_range);
    CHECK(on.reported.count() == 0);
}

TEST_CASE("F5: one that nobody retrieves is reported once, when the last handle goes") {
    virtual_loop on;
    {
        const lasti::task<> t = on.loop.create_task(fails("lost"), "loser");
        on.loop.run();
        CHECK(on.reported.count() == 0); // somebody might still ask
    }
    REQUIRE(on.reported.count() == 1);
    CHECK(on.reported[0].message == "Task exception was never retrieved");
    CHECK(on.reported[0].subject == "task 'loser'");
    CHECK(on.reported[0].exception.what() == "lost");
}

TEST_CASE("F5, U3: without any handle it is reported as soon as the task has ended") {
    virtual_loop on;
    on.loop.create_task(fails("lost"));
    on.loop.run();
    REQUIRE(on.reported.count() == 1);
    CHECK(on.reported[0].exception.what() == "lost");
}

TEST_CASE("law 4: the report says where the task stood when it failed") {
    virtual_loop on;
    on.loop.create_task(fails("lost"));
    on.loop.run();
    REQUIRE(on.reported.count() == 1);
    CHECK(contains(on.reported[0].await_chain, "'fails'"));
    CHECK(contains(on.reported[0].await_chain, __FILE__));
}

TEST_CASE("an exception that is not a std::exception is an exception, too") {
    virtual_loop on;
    struct throws_int {
        static lasti::coroutine<> now() { return COROUTINE(void) { BEGIN; throw 42; END; }; }
    };
    const lasti::task<> t = on.loop.create_task(throws_int::now());
    on.loop.run();
    CHECK_THROWS_AS(t.result(), int);
}

TEST_CASE("GeneratorExit that a body raises itself ends its task as any exception does") {
    virtual_loop on;
    struct exits {
        static lasti::coroutine<> now() { return COROUTINE(void) { BEGIN; RAISE(lasti::generator_exit()); END; }; }
    };
    const lasti::task<> t = on.loop.create_task(exits::now());
    on.loop.run();
    CHECK(t.exception().is<lasti::generator_exit>());
    CHECK_FALSE(t.cancelled());
}

TEST_CASE("futures and tasks are keys by identity, in ordered sets and in hashed ones") {
    virtual_loop on;
    const lasti::future<int> one = on.loop.create_future<int>(), two = on.loop.create_future<int>();
    const std::set<lasti::any_future> ordered = {one, two, one};
    const std::set<lasti::future<int>> typed = {one, two, one};
    const std::unordered_set<lasti::future<int>> hashed = {one, two, one};
    CHECK(ordered.size() == 2);
    CHECK(typed.size() == 2);
    CHECK(hashed.size() == 2);
    const lasti::task<int> first = on.loop.create_task(a_number_of_its_own()), second = on.loop.create_task(a_number_of_its_own());
    CHECK(std::set<lasti::any_task>({first, second, first}).size() == 2);
    CHECK(std::unordered_set<lasti::any_task>({first, second, first}).size() == 2);
    CHECK(std::unordered_set<lasti::task<int>>({first, second, first}).size() == 2);
    on.loop.run();
}

TEST_SUITE_END();
