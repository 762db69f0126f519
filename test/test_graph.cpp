// Call graphs: SEMANTICS CG1 to CG4. Who awaits whom, told as "task[innermost … outermost] <- (awaiters)".
#include <lasti/graph.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <lasti/as_completed.hpp>
#include <lasti/async_generator.hpp>
#include <lasti/gather.hpp>
#include <lasti/shield.hpp>
#include <lasti/staggered.hpp>
#include <lasti/task_group.hpp>
#include <lasti/wait.hpp>

#include "support/call_graphs.hpp"
#include "support/trace.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

typedef std::vector<lasti::task<>> tasks;

lasti::coroutine<> waits(lasti::future<> f) {
    return COROUTINE(void) { BEGIN; AWAIT(f); END; };
}

template <class A>
lasti::coroutine<> awaits(A awaited) {
    return COROUTINE(void) { BEGIN; AWAIT(awaited); END; };
}

lasti::coroutine<> gathers(lasti::task<> a, lasti::task<> b) {
    return COROUTINE(void) { BEGIN; AWAIT(lasti::gather(a, b)); END; };
}

/// A loop with a task "inner", which waits until the future is set.
struct stage : virtual_loop {
    lasti::future<> until = loop.create_future();
    lasti::task<> inner = loop.create_task(waits(until), "inner");

    /// The same again, with one more who waits.
    template <class R>
    std::string with(lasti::coroutine<R> awaiter) {
        const lasti::task<R> t = loop.create_task(awaiter, "outer");
        loop.poll();
        return of_inner();
    }
    std::string of_inner() const { return told(lasti::capture_call_graph(inner)); }
    ~stage() {
        until.cancel();
        loop.run();
    }
};

lasti::coroutine<> gathers_twice(lasti::task<> a) {
    return COROUTINE(void) { BEGIN; AWAIT(lasti::gather(lasti::gather(a, lasti::shield(lasti::shield(a))))); END; };
}

lasti::coroutine<> waits_for_some(lasti::task<> a, lasti::future<> b) {
    return COROUTINE(void) { BEGIN; AWAIT(lasti::wait(std::vector<lasti::any_future>{a, b}, lasti::return_when::first_completed)); END; };
}

lasti::coroutine<> completes(lasti::task<> a, bool any) {
    lasti::completions<lasti::task<>> all;
    lasti::task<> found;
    return COROUTINE(void) {
        BEGIN;
        all = lasti::as_completed(tasks{a});
        if (any) AWAIT_SET(found, all.anext());
        else AWAIT(*all.begin());
        END;
    };
}

lasti::coroutine<> limits(lasti::task<> a, double time) {
    return COROUTINE(void) { BEGIN; AWAIT(lasti::wait_for(a, time)); END; };
}

} // namespace

TEST_SUITE_BEGIN("graph");

TEST_CASE("CG1: a task is awaited by the tasks that stand in an AWAIT on it, in the order they came, until they go on") {
    stage on;
    CHECK(on.of_inner() == "inner[waits]");
    on.loop.create_task(awaits(awaits(on.inner)), "first");
    const lasti::task<> second = on.loop.create_task(awaits(on.inner), "second");
    on.loop.poll();
    CHECK(on.of_inner() == "inner[waits] <- (first[awaits awaits], second[awaits])");
    CHECK(told(lasti::capture_call_graph(on.until)) == "future[] <- (" + on.of_inner() + ")");
    CHECK(told(lasti::capture_call_graph(second)) == "second[awaits]");
    on.until.set_result();
    on.loop.run();
    CHECK(told(lasti::capture_call_graph(on.until)) == "future[]");
    CHECK(on.of_inner() == "inner[]"); // it is done: its frames are gone
}

TEST_CASE("CG1: who awaits a gather() awaits its children, also through another, and through a shield; once") {
    stage on;
    const lasti::task<> other = on.loop.create_task(waits(on.until), "other");
    CHECK(on.with(gathers(on.inner, other)) == "inner[waits] <- (outer[gathers])");
    CHECK(told(lasti::capture_call_graph(other)) == "other[waits] <- (outer[gathers])");
    on.loop.create_task(awaits(lasti::shield(on.inner)), "shield"); // it is made here, before the others run
    on.loop.create_task(gathers_twice(on.inner), "twice");
    on.loop.poll();
    CHECK(on.of_inner() == "inner[waits] <- (outer[gathers], shield[awaits], twice[gathers_twice])");
}

TEST_CASE("CG1: a gather() and a shield that nobody awaits have nobody wait") {
    stage on;
    const lasti::future<> all = lasti::gather(tasks{on.inner, on.inner});
    const lasti::future<> behind = lasti::shield(on.inner);
    on.loop.poll();
    CHECK(on.of_inner() == "inner[waits]");
    CHECK(told(lasti::capture_call_graph(all)) == "future[]");
}

TEST_CASE("CG1: so does who stands in wait(), until that is over") {
    stage on;
    const lasti::future<> other = on.loop.create_future();
    CHECK(on.with(waits_for_some(on.inner, other)) == "inner[waits] <- (outer[waits_for_some])");
    other.set_result();
    on.loop.poll();
    on.loop.poll();
    on.loop.poll();
    CHECK(on.of_inner() == "inner[waits]");
}

TEST_CASE("CG1: so does who asks as_completed(), while it asks") {
    stage on;
    SUBCASE("for the next item") { CHECK(on.with(completes(on.inner, false)) == "inner[waits] <- (outer[completes])"); }
    SUBCASE("for the next task") { CHECK(on.with(completes(on.inner, true)) == "inner[waits] <- (outer[completes])"); }
    lasti::completions<lasti::task<>> idle;
    on.loop.call_soon([&] { idle = lasti::as_completed(tasks{on.inner}); });
    on.loop.poll();
    CHECK(occurrences(on.of_inner(), "<-") == 1);
}

TEST_CASE("CG1: so does who stands in wait_for(), also while it only waits for the end of what it has cancelled") {
    stage on;
    CHECK(on.with(limits(on.inner, 5)) == "inner[waits] <- (outer[wait_for_body limits])");
    struct stubborn {
        static lasti::coroutine<> on(lasti::future<> f) {
            return COROUTINE(void) {
                BEGIN;
                TRY AWAIT(lasti::sleep(9)); EXCEPT(lasti::cancelled_error) END_TRY
                AWAIT(f);
                END;
            };
        }
    };
    const lasti::task<> lingers = on.loop.create_task(stubborn::on(on.until), "lingers");
    on.loop.poll();
    const lasti::task<> impatient = on.loop.create_task(limits(lingers, 0), "impatient");
    on.loop.poll();
    on.loop.poll();
    CHECK(told(lasti::capture_call_graph(lingers)) == "lingers[on] <- (impatient[wait_for_body limits])");
}

TEST_CASE("CG1: the tasks of a group are awaited by the task that has entered it, in its body and at its end") {
    stage on;
    struct groups {
        static lasti::coroutine<> with(lasti::future<> child_waits_for, lasti::future<> body_waits_for, lasti::task<>* child) {
            lasti::task_group group;
            return COROUTINE(void) {
                BEGIN;
                ASYNC_WITH(group)
                    *child = group.create_task(waits(child_waits_for), "child");
                    AWAIT(body_waits_for);
                END_ASYNC_WITH
                END;
            };
        }
    };
    lasti::task<> child;
    const lasti::future<> body = on.loop.create_future();
    on.loop.create_task(groups::with(on.until, body, &child), "parent");
    on.loop.poll();
    on.loop.poll();
    CHECK(told(lasti::capture_call_graph(child)) == "child[waits] <- (parent[with])");
    body.set_result();
    on.loop.poll();
    CHECK(told(lasti::capture_call_graph(child)) == "child[waits] <- (parent[with])");
    CHECK(contains(lasti::format_call_graph(on.loop), "Waits for: the tasks of a group: task 'child'"));
}

TEST_CASE("CG1: a task that is done awaits nobody any more, though its group was never left: the loop has been closed") {
    std::vector<std::string> seen;
    virtual_loop on;
    on.loop.set_exception_handler([&](lasti::exception_context const& context) { // "destroyed but it is pending"
        seen.push_back(told(lasti::capture_call_graph(context.task)));
    });
    struct groups {
        static lasti::coroutine<> of(lasti::future<> f) {
            lasti::task_group group;
            return COROUTINE(void) {
                BEGIN;
                ASYNC_WITH(group)
                    group.create_task(waits(f), "child");
                END_ASYNC_WITH
                END;
            };
        }
    };
    on.loop.create_task(groups::of(on.loop.create_future()), "parent");
    on.loop.poll();
    on.loop.poll();
    on.loop.close();
    CHECK(seen == std::vector<std::string>{"parent[of]", "child[waits]"});
}

TEST_CASE("CG1: those who take part in a race are awaited by who awaits the race") {
    stage on;
    typedef std::function<lasti::coroutine<>()> way;
    const lasti::future<> until = on.until;
    std::vector<way> ways = {[=] { return waits(until); }, [=] { return waits(until); }};
    on.loop.create_task(awaits(lasti::staggered_race(ways, 1)), "racer");
    on.loop.run_until_complete(awaits(lasti::sleep(2)));
    const std::vector<lasti::any_task> all = on.loop.all_tasks();
    int runners = 0;
    for (lasti::any_task const& t : all) {
        const std::string graph = told(lasti::capture_call_graph(t));
        if (starts_with(graph, "Task-") && contains(graph, "waits")) {
            ++runners;
            CHECK(contains(graph, " <- (racer["));
        }
    }
    CHECK(runners == 2);
}

TEST_CASE("CG2: the frames stand from the innermost to the outermost; a limit keeps the outer ones, a negative one the inner ones") {
    stage on;
    const lasti::task<> deep = on.loop.create_task(awaits(awaits(waits(on.until))), "deep");
    on.loop.create_task(awaits(awaits(deep)), "outer");
    on.loop.poll();
    const auto limited = [&](int limit) { return told(lasti::capture_call_graph(deep, 1, limit)); };
    CHECK(told(lasti::capture_call_graph(deep)) == "deep[waits awaits awaits] <- (outer[awaits awaits])");
    CHECK(limited(2) == "deep[awaits awaits] <- (outer[awaits awaits])");
    CHECK(limited(1) == "deep[awaits] <- (outer[awaits])");
    CHECK(limited(-1) == "deep[waits] <- (outer[awaits])");
    CHECK(limited(-2) == "deep[waits awaits] <- (outer[awaits awaits])");
    CHECK(limited(0) == "deep[] <- (outer[])");
    CHECK(limited(-100) == limited(100));
    CHECK(limited(std::numeric_limits<int>::min()) == limited(3));
    CHECK(told(lasti::capture_call_graph(deep, 2)) == limited(3)); // a depth is of the task that runs
}

namespace {

typedef std::function<void()> look;

lasti::coroutine<> looks(look here) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(lasti::sleep(0));
        here();
        END;
    };
}

void in_a_task(virtual_loop& on, look here) {
    const lasti::task<> deep = on.loop.create_task(awaits(awaits(looks(here))), "runs");
    on.loop.create_task(awaits(deep), "outer");
    on.loop.run();
}

} // namespace

TEST_CASE("CG2: without a future, of the task that runs; depth leaves out inner frames") {
    virtual_loop on;
    std::vector<std::string> seen;
    in_a_task(on, [&] {
        seen.push_back(told(lasti::capture_call_graph()));
        seen.push_back(told(lasti::capture_call_graph(lasti::current_task())));
        seen.push_back(told(lasti::capture_call_graph(2)));
        seen.push_back(told(lasti::capture_call_graph(2, -1)));
        seen.push_back(told(lasti::capture_call_graph(lasti::current_task(), 3)));
        seen.push_back(told(lasti::capture_call_graph(9)));
        seen.push_back(told(lasti::capture_call_graph(-9)));
    });
    const std::string whole = "runs[looks awaits awaits] <- (outer[awaits])";
    CHECK(seen == std::vector<std::string>{whole, whole, "runs[awaits awaits] <- (outer[awaits])",
                                           "runs[awaits] <- (outer[awaits])", "runs[awaits] <- (outer[awaits])",
                                           "runs[] <- (outer[awaits])", whole});
}

TEST_CASE("CG2: without a future and outside of a loop: RuntimeError; in a callback there is no task: falsy, and no text") {
    for (look const& f : {look([] { lasti::capture_call_graph(); }), look([] { lasti::format_call_graph(); }),
                          look([] { lasti::print_call_graph(); })}) {
        const lasti::error e = thrown_by(f);
        CHECK(e.is<lasti::runtime_error>());
        CHECK(contains(e.what(), "_call_graph() is called outside of a running event loop"));
    }
    virtual_loop on;
    lasti::future_call_graph none;
    std::ostringstream text;
    on.loop.call_soon([&] {
        none = lasti::capture_call_graph();
        text << '<' << lasti::format_call_graph() << '>';
        lasti::print_call_graph(text);
    });
    on.loop.run();
    CHECK_FALSE(none);
    CHECK(text.str() == "<>\n");
    CHECK(thrown_by([&] { none.future(); }).is<lasti::type_error>());
    CHECK(thrown_by([&] { none.awaited_by(); }).is<lasti::type_error>());
    CHECK(thrown_by([] { lasti::capture_call_graph(lasti::any_future()); }).is<lasti::type_error>());
    CHECK(thrown_by([] { lasti::format_call_graph(lasti::task<>()); }).is<lasti::type_error>());
}

TEST_CASE("CG2: in words, as Python writes it; and what a task waits for") {
    stage on;
    const lasti::task<> outer = on.loop.create_task(awaits(gathers(on.inner, on.inner)), "outer");
    on.loop.poll();
    const auto frame = [](int line, const char* name) {
        return "  |   " + frame_at(__FILE__, line) + ", in async " + name + "()\n";
    };
    const int waits_line = lasti::capture_call_graph(on.inner).call_stack()[0].frame.f_lineno();
    const std::vector<lasti::frame_call_graph_entry> outers = lasti::capture_call_graph(outer).call_stack();
    const std::string text = lasti::format_call_graph(on.inner);
    const std::string awaiter = "    * Task(name='outer', id=" + id_of(outer) + ")\n"
                                "      + Call stack:\n"
                                "    " + frame(outers[0].frame.f_lineno(), "gathers") +
                                "    " + frame(outers[1].frame.f_lineno(), "awaits") +
                                "      + Waits for: gather(task 'inner', task 'inner')";
    const std::string whole = "* Task(name='inner', id=" + id_of(on.inner) + ")\n"
                              "  + Call stack:\n" + frame(waits_line, "waits") +
                              "  + Waits for: a future\n"
                              "  + Awaited by:\n" + awaiter;
    CHECK(text == whole);
    CHECK(starts_with(lasti::format_call_graph(on.until), "* Future(id=" + id_of(on.until) + ")\n  + Awaited by:\n    * Task("));
    CHECK_FALSE(contains(lasti::format_call_graph(on.inner, 1, 0), "Call stack"));
    std::ostringstream printed;
    lasti::print_call_graph(on.inner, printed);
    CHECK(printed.str() == whole + '\n');
}

TEST_CASE("CG2: of the task that runs, printed") {
    virtual_loop on;
    std::ostringstream text;
    in_a_task(on, [&] {
        lasti::print_call_graph(text, 2, 1);
        text << lasti::format_call_graph(3);
    });
    CHECK(occurrences(text.str(), "* Task(name='runs'") == 2);
    CHECK(occurrences(text.str(), "in async looks()") == 0);
    CHECK(occurrences(text.str(), "in async awaits()") == 2 + 2);
    CHECK_FALSE(contains(text.str().substr(0, text.str().find("Awaited")), "Waits for")); // it runs
}

namespace {

lasti::async_generator<int> yields_after(lasti::future<> f) {
    return ASYNC_GENERATOR(int) { BEGIN; AWAIT(waits(f)); YIELD(1); END; };
}

lasti::coroutine<> iterates(lasti::async_generator<int> g) {
    int x = 0;
    return COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(x, g)
        END_ASYNC_FOR
        END;
    };
}

} // namespace

TEST_CASE("CG4: a suspended async generator, and what it awaits, is seen from outside") {
    stage on;
    const lasti::task<> loops = on.loop.create_task(iterates(yields_after(on.until)), "loops");
    on.loop.poll();
    CHECK(told(lasti::capture_call_graph(loops)) == "loops[waits yields_after iterates]");
    CHECK(contains(lasti::format_call_graph(loops), ", in async generator yields_after()\n"));
    CHECK(contains(lasti::format_call_graph(loops), ", in async iterates()\n"));
}

TEST_CASE("CG3: all tasks of a loop, each once: first those that wait for no task, each with those who await it") {
    stage on;
    const lasti::task<> left = on.loop.create_task(awaits(on.inner), "left");
    const lasti::task<> right = on.loop.create_task(awaits(on.inner), "right");
    on.loop.create_task(gathers(left, right), "both");
    on.loop.create_task(waits(on.until), lasti::daemon, "alone");
    on.loop.poll();
    CHECK(titles(on.loop.describe_tasks()) == "inner\n"
                                              "    left\n"
                                              "        both\n"
                                              "    right\n"
                                              "        both: see above\n"
                                              "alone (daemon)\n");
    const std::string text = lasti::format_call_graph(on.loop);
    CHECK(occurrences(text, "in async gathers()") == 1);
    CHECK(contains(text, "* Task(name='inner', id=" + id_of(on.inner) + ")\n"));
    std::ostringstream printed;
    lasti::print_call_graph(on.loop, printed);
    CHECK(printed.str() == text + '\n');
    std::ostringstream short_ones;
    lasti::print_call_graph(on.loop, short_ones, 0);
    CHECK_FALSE(contains(short_ones.str(), "Call stack"));
}

TEST_CASE("CG3: so who waits stands below those it waits for, also where it was made before them") {
    stage on;
    struct makes {
        static lasti::coroutine<> one(lasti::future<> f) {
            return COROUTINE(void) { BEGIN; AWAIT(lasti::create_task(waits(f), "made")); END; };
        }
    };
    const lasti::task<> first = on.loop.create_task(makes::one(on.until), "first");
    on.loop.poll();
    on.loop.poll();
    CHECK(on.loop.all_tasks()[1] == first);
    CHECK(titles(on.loop.describe_tasks()) == "inner\nmade\n    first\n");
}

TEST_CASE("CG3: of a loop without tasks, nothing; while tasks run, too") {
    virtual_loop on;
    CHECK(lasti::format_call_graph(on.loop) == "");
    std::string text;
    in_a_task(on, [&] { text = lasti::get_running_loop().describe_tasks(); });
    CHECK(titles(text) == "runs\n    outer\n");
}

namespace {

typedef std::shared_ptr<tasks> shared_tasks;

lasti::coroutine<> joins(shared_tasks all, std::size_t which, bool by_gather) {
    return COROUTINE(void) {
        BEGIN;
        if (by_gather) AWAIT(lasti::gather(all->at(which)));
        else AWAIT(all->at(which));
        END;
    };
}

/// Tasks that await each other in a circle: each the one before it, the first the last.
struct circle : virtual_loop {
    shared_tasks all = std::make_shared<tasks>();

    circle(std::size_t length, bool by_gather) {
        for (std::size_t i = 0; i < length; ++i)
            all->push_back(loop.create_task(joins(all, (i + length - 1) % length, by_gather), "t" + std::to_string(i)));
        loop.poll();
    }
    ~circle() {
        all->front().cancel();
        loop.run();
        all->clear();
    }
};

} // namespace

TEST_CASE("CG3, CG4: a circle of awaits is told as one, and not followed for ever; also through gather()") {
    bool by_gather = false;
    SUBCASE("plain") {}
    SUBCASE("gather") { by_gather = true; }
    circle on(3, by_gather);
    const lasti::future_call_graph graph = lasti::capture_call_graph(on.all->at(1));
    CHECK(told(graph) == "t1[joins] <- (t2[joins] <- (t0[joins] <- (t1[joins]!)))");
    const lasti::future_call_graph again = graph.awaited_by()[0].awaited_by()[0].awaited_by()[0];
    CHECK(again.closes_cycle());
    CHECK(again.task() == on.all->at(1));
    CHECK_FALSE(graph.closes_cycle());
    const std::string text = lasti::format_call_graph(on.all->at(1));
    CHECK(titles(text) == "t1\n    t2\n        t0\n            t1\n");
    CHECK(contains(text, "              + Cycle: t1 -> t0 -> t2 -> t1")); // each awaits the next
    CHECK(titles(on.loop.describe_tasks()) == "t0\n    t1\n        t2\n            t0\n");
}

TEST_CASE("CG3: a task that awaits itself, through a gather(), is a circle, too") {
    circle on(1, true);
    CHECK(told(lasti::capture_call_graph(on.all->front())) == "t0[joins] <- (t0[joins]!)");
    CHECK(contains(lasti::format_call_graph(on.loop), "      + Cycle: t0 -> t0"));
}

TEST_CASE("CG3: who awaits a circle from outside is seen, and so is who awaits the same circle twice") {
    circle on(2, false);
    on.loop.create_task(gathers(on.all->at(0), on.all->at(1)), "outside");
    on.loop.poll();
    CHECK(titles(on.loop.describe_tasks()) == "t0\n"
                                              "    t1\n"
                                              "        t0\n"
                                              "        outside\n"
                                              "    outside: see above\n");
}

TEST_CASE("CG4: where many await many, each is captured and written once: there are more ways than could be gone") {
    virtual_loop on;
    const lasti::future<> until = on.loop.create_future();
    lasti::task<> left = on.loop.create_task(waits(until)), right = on.loop.create_task(waits(until));
    constexpr int levels = 64;
    for (int i = 1; i < levels; ++i) {
        const lasti::task<> a = on.loop.create_task(gathers(left, right)), b = on.loop.create_task(gathers(left, right));
        left = a;
        right = b;
    }
    on.loop.poll();
    const std::string text = lasti::format_call_graph(on.loop);
    CHECK(occurrences(text, "Call stack") == 2 * levels);
    CHECK(occurrences(text, "see above") == 2 * (levels - 1));
    CHECK(lasti::capture_call_graph(until).awaited_by().size() == 2);
    until.set_result();
    on.loop.run();
}

TEST_CASE("CG4: chains of 100,000 tasks, by turns through gather() and shield(), are captured, told and dropped without recursion") {
    constexpr int many = 100000;
    virtual_loop on;
    const lasti::future<> until = on.loop.create_future();
    tasks all = {on.loop.create_task(waits(until), "innermost")};
    for (int i = 1; i < many; ++i) {
        const lasti::task<> last = all.back();
        if (i % 3 == 0) all.push_back(on.loop.create_task(awaits(last)));
        else if (i % 3 == 1) all.push_back(on.loop.create_task(awaits(lasti::gather(last))));
        else all.push_back(on.loop.create_task(awaits(lasti::shield(last))));
    }
    on.loop.poll();
    lasti::future_call_graph graph = lasti::capture_call_graph(all.front());
    int length = 1;
    for (std::vector<lasti::future_call_graph> next = graph.awaited_by(); !next.empty(); next = graph.awaited_by()) {
        REQUIRE(next.size() == 1);
        graph = next[0];
        ++length;
    }
    CHECK(length == many);
    CHECK(graph.task() == all.back());
    const std::string text = thrown_by([&] { on.loop.run(); }).what(); // a deadlock
    CHECK(occurrences(text, "  + Call stack:\n") == many);
    // Deep levels are numbered, not indented: else this text would have gigabytes.
    CHECK(contains(text, std::string(40, ' ') + "* Task(name='Task-100000') (level 99999)\n"));
    CHECK(text.size() < 50000000);
    until.set_result();
    on.loop.run();
}

TEST_CASE("CG4: a circle of 100,000 tasks, of which a few are named") {
    constexpr int many = 100000;
    circle on(many, false);
    const std::string text = on.loop.describe_tasks();
    CHECK(contains(text, "  + Cycle: t0 -> t99999 -> t99998 -> t99997 -> t99996 -> t99995 -> t99994 -> t99993 -> t99992 -> "
                         "t99991 -> ... (99990 more) -> t0\n"));
}

TEST_CASE("a graph keeps what is in it: it can be looked at when all that has ended") {
    lasti::future_call_graph graph;
    {
        stage on;
        CHECK(on.with(awaits(on.inner)) == "inner[waits] <- (outer[awaits])");
        graph = lasti::capture_call_graph(on.inner);
    }
    CHECK(told(graph) == "inner[waits] <- (outer[awaits])");
    CHECK(graph.future().cancelled());
    CHECK(graph.call_stack()[0].frame.f_lasti() == -2);
}

TEST_SUITE_END();
