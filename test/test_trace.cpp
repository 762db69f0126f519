#include <lasti/trace.hpp>

#include <lasti/async_generator.hpp>
#include <lasti/coroutine.hpp>
#include <lasti/event.hpp>
#include <lasti/event_loop.hpp>
#include <lasti/gather.hpp>
#include <lasti/generator.hpp>
#include <lasti/sleep.hpp>
#include <lasti/timeouts.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/temporary.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

namespace observing = lasti::trace;
typedef lasti::generator<int, int, std::string> talker;

const int first_line = __LINE__;
talker talks() {
    int x = 0;
    return GENERATOR(int, int, std::string) {
        BEGIN;
        TRY
            YIELD_SET(x, 1);
        EXCEPT(lasti::value_error)
            YIELD(2);
        FINALLY
            x = 0;
        END_TRY
        YIELD(3);
        RETURN("end");
        END;
    };
}
lasti::generator<int, int> relays() {
    std::string end;
    return GENERATOR(int, int) {
        BEGIN;
        YIELD_FROM_SET(end, talks());
        END;
    };
}
lasti::coroutine<int> sleeps(double time, int result) {
    return COROUTINE(int) {
        BEGIN;
        AWAIT(lasti::sleep(time));
        RETURN(result);
        END;
    };
}
lasti::coroutine<void> fails_after(double time) {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(lasti::sleep(time));
        RAISE(lasti::value_error("no"));
        END;
    };
}
lasti::coroutine<int> awaits(int result) {
    int x = 0;
    return COROUTINE(int) {
        BEGIN;
        AWAIT_SET(x, sleeps(1, result));
        RETURN(x);
        END;
    };
}

// The trace of what a call does, with lines counted from that of `first_line`.
template <class F>
std::string traced(F call) {
    std::ostringstream out;
    {
        observing::text here(out);
        call();
    }
    std::string text = out.str();
    const std::string mark = "line ";
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
        at += mark.size();
        std::size_t end = at;
        while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
        text.replace(at, end - at, std::to_string(std::stoi(text.substr(at, end - at)) - first_line));
    }
    return text;
}

} // namespace

TEST_CASE("trace: a generator is made, goes on, is sent, yields, returns and is over") {
    CHECK(traced([] {
        talker g = talks();
        lasti::next(g);
        g.send(7);
        g.resume();
    }) == "talks is created: a generator\n"
          "talks begins\n"
          "talks yields 1 in line 6\n"
          "talks goes on behind line 6, is sent 7\n"
          "talks yields 3 in line 12\n"
          "talks goes on behind line 12\n"
          "talks returns \"end\"\n"
          "talks is over\n");
}

TEST_CASE("trace: what is thrown in goes to a clause, and close() to FINALLY") {
    CHECK(traced([] {
        talker g = talks();
        lasti::next(g);
        g.throw_(lasti::value_error("bad"));
        g.close();
    }) == "talks is created: a generator\n"
          "talks begins\n"
          "talks yields 1 in line 6\n"
          "talks is thrown lasti::value_error: bad in line 6\n"
          "talks goes to the clauses of the TRY in line 5\n"
          "talks yields 2 in line 8\n"
          "talks is thrown GeneratorExit in line 8\n"
          "talks goes to the FINALLY of the TRY in line 5\n"
          "talks raises GeneratorExit in line 8\n"
          "talks is over\n");
}

TEST_CASE("trace: delegation leads from one generator to the other and back") {
    CHECK(traced([] {
        lasti::generator<int, int> g = relays();
        lasti::next(g);
        g.send(1);
        g.resume();
    }) == "relays is created: a generator\n"
          "relays begins\n"
          "    talks is created: a generator\n"
          "relays yields from talks in line 21\n"
          "talks begins\n"
          "talks yields 1 in line 6\n"
          "talks goes on behind line 6, is sent 1\n"
          "talks yields 3 in line 12\n"
          "talks goes on behind line 12\n"
          "talks returns \"end\"\n"
          "talks is over\n"
          "relays goes on behind line 21\n"
          "relays returns\n"
          "relays is over\n");
}

TEST_CASE("trace: one that is dropped is closed; the second of a name has a number") {
    CHECK(traced([] {
        talker first = talks();
        lasti::generator<int, int> second = relays();
        lasti::next(second);
        second = lasti::generator<int, int>();
    }) == "talks is created: a generator\n"
          "relays is created: a generator\n"
          "relays begins\n"
          "    talks#2 is created: a generator\n"
          "relays yields from talks#2 in line 21\n"
          "talks#2 begins\n"
          "talks#2 yields 1 in line 6\n"
          "talks#2 is thrown GeneratorExit in line 6\n"
          "talks#2 goes to the clauses of the TRY in line 5\n"
          "talks#2 raises GeneratorExit in line 6\n"
          "talks#2 is over\n"
          "relays is thrown GeneratorExit in line 21\n"
          "relays is over\n"
          "talks is over\n");
}

TEST_CASE("trace: a loop tells who runs, who sleeps, and that the clock wakes") {
    CHECK(traced([] {
        virtual_loop on;
        on.loop.create_task(sleeps(2, 5));
        on.loop.create_task(fails_after(1), "bad");
        on.loop.run();
    }) == "sleeps is created: a coroutine\n"
          "Task-1 is made of sleeps by the program\n"
          "fails_after is created: a coroutine\n"
          "bad is made of fails_after by the program\n"
          "Task-1 is ready: the program\n"
          "bad is ready: the program\n"
          "== 0 s, round 1: 2 have their turn\n"
          "Task-1 runs\n"
          "    sleeps begins\n"
          "    sleeps awaits sleep 2 s in line 28\n"
          "    Task-1 sleeps until 2 s\n"
          "Task-1 waits for sleep 2 s\n"
          "bad runs\n"
          "    fails_after begins\n"
          "    fails_after awaits sleep 1 s in line 36\n"
          "    bad sleeps until 1 s\n"
          "bad waits for sleep 1 s\n"
          "-- 0 s: nothing is ready; the loop waits until 1 s\n"
          "bad is ready: the clock\n"
          "== 1 s, round 2: 1 has its turn\n"
          "bad runs\n"
          "    fails_after goes on behind line 36\n"
          "    fails_after raises lasti::value_error: no in line 37\n"
          "    fails_after is over\n"
          "bad has failed: lasti::value_error: no\n"
          "-- 1 s: nothing is ready; the loop waits until 2 s\n"
          "Task-1 is ready: the clock\n"
          "== 2 s, round 3: 1 has its turn\n"
          "Task-1 runs\n"
          "    sleeps goes on behind line 28\n"
          "    sleeps returns 5\n"
          "    sleeps is over\n"
          "Task-1 is done\n");
}

namespace {

lasti::coroutine<void> waits_for(lasti::event e) {
    return COROUTINE(void) { BEGIN; AWAIT(e.wait()); END; };
}
lasti::coroutine<void> sets(lasti::event e) {
    return COROUTINE(void) { BEGIN; e.set(); END; };
}
lasti::coroutine<void> cancels(lasti::any_task other) {
    return COROUTINE(void) { BEGIN; other.cancel(); END; };
}

/// Keeps the lines that say who was made ready, and by whom.
std::string wakings(std::string const& text) {
    std::istringstream lines(text);
    std::string all, line;
    while (std::getline(lines, line))
        if (line.find(" is ready: ") != std::string::npos) all += line.substr(line.find_first_not_of(' ')) + '\n';
    return all;
}

} // namespace

TEST_CASE("trace: who wakes whom: a task, a cancellation, a callback, a thread, an eager creator") {
    CHECK(wakings(traced([] {
        virtual_loop on;
        lasti::event e;
        on.loop.create_task(waits_for(e), "waiter");
        on.loop.create_task(sets(e), "setter");
        on.loop.run();
    })) == "waiter is ready: the program\n"
           "setter is ready: the program\n"
           "waiter is ready: setter\n");
    CHECK(wakings(traced([] {
        virtual_loop on;
        lasti::any_task sleeper = on.loop.create_task(sleeps(1, 2), "sleeper");
        on.loop.create_task(cancels(sleeper), "canceller");
        on.loop.run();
    })) == "sleeper is ready: the program\n"
           "canceller is ready: the program\n"
           "sleeper is ready: canceller\n");
    CHECK(wakings(traced([] {
        virtual_loop on;
        lasti::future<int> f = on.loop.create_future<int>();
        on.loop.call_soon([&] {
            on.loop.create_task(sleeps(0, 1), "made");
            std::thread([&] { on.loop.call_soon_threadsafe([] {}); }).join();
        });
        on.loop.run();
    })) == "a callback is ready: the program\n"
           "made is ready: a callback\n"
           "a callback is ready: outside\n"
           "made is ready: made\n");
}

namespace {

/// Counts, and runs what is not to be observed.
struct counting final : observing::observer {
    int frames = 0, turns = 0;
    std::vector<std::string>* order = nullptr;
    std::string name;

    void created(observing::subject const& of) override {
        ++frames;
        if (order) order->push_back(name + of.name);
        talker inner = talks();
        lasti::next(inner);
    }
    void turn_begins(observing::actor const&) override { ++turns; }
};

} // namespace

TEST_CASE("trace: several observers are told in the order of their attachment, and nothing of what they run") {
    std::vector<std::string> order;
    counting first, second;
    first.order = second.order = &order;
    first.name = "first ", second.name = "second ";
    first.attach();
    second.attach();
    CHECK_THROWS_AS(first.attach(), lasti::runtime_error);
    talks();
    first.detach();
    first.detach();
    talks();
    second.detach();
    talks();
    CHECK(order == std::vector<std::string>{"first talks", "second talks", "second talks#2"});
    CHECK(first.frames == 1);
    CHECK(second.frames == 2);
}

TEST_CASE("trace: frames that were made before are not told of, the turns of their tasks are; other threads are not") {
    virtual_loop on;
    talker early = talks();
    on.loop.create_task(sleeps(1, 1));
    {
        counting here;
        here.attach();
        lasti::next(early);
        on.loop.run();
        CHECK(here.frames == 0);
        CHECK(here.turns == 2);
        std::thread([] {
            talker elsewhere = talks();
            lasti::next(elsewhere);
        }).join();
        CHECK(here.frames == 0);
    }
    early.resume();
}

TEST_CASE("trace: a frame that was observed goes on when nobody is there any more") {
    talker g;
    {
        counting here;
        here.attach();
        g = talks();
        lasti::next(g);
    }
    CHECK(g.send(1) == 3);
    CHECK(!g.resume());
    CHECK(g.result() == "end");
}

TEST_CASE("trace: an observer comes and goes while the loop runs") {
    virtual_loop on;
    std::ostringstream out;
    std::unique_ptr<observing::text> here;
    on.loop.create_task(sleeps(2, 1), "t");
    on.loop.call_later(1, [&] { here.reset(new observing::text(out)); });
    on.loop.call_later(3, [&] { here.reset(); });
    on.loop.call_later(4, [] {});
    on.loop.run();
    CHECK(wakings(out.str()) == "t is ready: the clock\na callback is ready: the clock\n");
}

TEST_CASE("trace: to look at a failure is not to retrieve it; a task that is dropped is told of") {
    virtual_loop on;
    const std::string text = traced([&] {
        on.loop.create_task(fails_after(0));
        on.loop.run();
        on.loop.create_task(sleeps(9, 9), "left behind");
        on.loop.poll();
        on.loop.close();
    });
    CHECK(contains(on.reported.messages(), "exception was never retrieved"));
    CHECK(contains(text, "left behind is cancelled"));
}

namespace {

lasti::generator<int> drops(std::shared_ptr<lasti::generator<int>> itself) {
    return GENERATOR(int) {
        BEGIN;
        *itself = lasti::generator<int>();
        YIELD(1);
        END;
    };
}
lasti::async_generator<int> ticks() {
    return ASYNC_GENERATOR(int) {
        BEGIN;
        YIELD(1);
        AWAIT(lasti::sleep(1));
        YIELD(2);
        END;
    };
}
lasti::coroutine<void> iterates() {
    int i = 0;
    return COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(i, ticks())
        END_ASYNC_FOR
        END;
    };
}

} // namespace

TEST_CASE("trace: one that drops its last handle dies after the event, not in it") {
    CHECK(contains(traced([] {
        auto handle = std::make_shared<lasti::generator<int>>();
        *handle = drops(handle);
        CHECK(handle->resume());
        CHECK(!*handle);
    }), "drops is over\n"));
}

TEST_CASE("trace: an async generator yields to who awaits it, and awaits for it") {
    CHECK(contains(traced([] {
        virtual_loop on;
        on.loop.create_task(iterates());
        on.loop.run();
    }), "    ticks yields 1 in line"));
}

TEST_CASE("trace: an eager task has its turn inside of another; timers are named") {
    const std::string text = traced([] {
        virtual_loop on;
        on.loop.set_eager_tasks(true);
        on.loop.call_soon([&] { on.loop.create_task(sleeps(3, 1), "eager"); });
        on.loop.create_task(lasti::wait_for(sleeps(2, 1), 1), "waits");
        CHECK_THROWS_AS(on.loop.run_until_complete(lasti::wait_for(sleeps(2, 1), 1)), lasti::timeout_error);
    });
    CHECK(contains(text, "    eager is made of sleeps#3 by a callback\n    eager runs\n"));
    CHECK(contains(text, "a timer is ready: the clock\n"));
}

TEST_CASE("trace: in debug mode, too") {
    CHECK(contains(traced([] {
        virtual_loop on;
        on.loop.set_debug(true);
        on.loop.create_task(sleeps(1, 1));
        CHECK_THROWS_AS(on.loop.run_until_complete(lasti::wait_for(sleeps(2, 1), 1)), lasti::timeout_error);
    }), "Task-1 is done"));
}

TEST_CASE("trace: the clock of a loop may go with it") {
    std::ostringstream out;
    observing::text here(out);
    const temporary_file html, json;
    {
        observing::html page(html.path);
        observing::chrome file(json.path);
        {
            std::unique_ptr<lasti::virtual_clock> clock(new lasti::virtual_clock);
            lasti::event_loop loop(*clock);
            loop.create_task(sleeps(1, 1));
            loop.run();
        }
        talker g = talks();
        lasti::next(g);
    }
    CHECK(contains(html.text(), "talks yields 1"));
    CHECK(contains(json.text(), "yields 1"));
}

TEST_CASE("trace: a page changes nothing for a task that begins to await a coroutine") {
    const temporary_file html;
    observing::html page(html.path);
    virtual_loop on;
    on.loop.create_task(sleeps(2, 1));
    CHECK(on.loop.run_until_complete(awaits(7)) == 7);
}

TEST_CASE("trace: a file that can't be written is refused at once") {
    CHECK_THROWS_AS(observing::html("no/such/folder/run.html"), lasti::runtime_error);
    CHECK_THROWS_AS(observing::chrome("no/such/folder/run.json"), lasti::runtime_error);
    talks(); // nobody is attached
}

namespace {

/// As a path of the standard library: made of its own kind, and not to be printed here.
struct path_like {
    std::size_t size() const { return 1; }
    path_like const* begin() const { return this; }
    path_like const* end() const { return this + 1; }
};
struct throws_when_printed {};
std::ostream& operator<<(std::ostream&, throws_when_printed) { throw std::runtime_error("printing"); }
enum class scoped { one };
enum plain { two = 2 };

template <class Y>
std::string yielded(Y value) {
    const std::string text = traced([value] {
        const auto make = [](Y v) -> lasti::generator<Y> { return GENERATOR(Y) { BEGIN; YIELD(v); END; }; };
        make(value).resume();
    });
    const std::size_t from = text.find(" yields ") + 8;
    return text.substr(from, text.find(" in line") - from);
}

} // namespace

TEST_CASE("trace: values of all kinds, and none that disturbs the program") {
    CHECK(yielded(-5) == "-5");
    CHECK(yielded(3000000000u) == "3000000000");
    CHECK(yielded(2.5) == "2.5");
    CHECK(yielded('x') == "'x'");
    CHECK(yielded(true) == "true");
    CHECK(yielded(std::string("a\n\"")) == "\"a\\n\\\"\"");
    CHECK(yielded(static_cast<const char*>(nullptr)) == "nullptr");
    CHECK(yielded(std::vector<int>{1, 2, 3}) == "[1, 2, 3]");
    CHECK(yielded(std::vector<int>(9)) == "[0, 0, 0, 0, 0, 0, 0, 0, ...]");
    CHECK(yielded(std::make_pair(1, std::string("b"))) == "(1, \"b\")");
    CHECK(yielded(two) == "2");
    CHECK(contains(yielded(scoped::one), "scoped>"));
    CHECK(contains(yielded(path_like()), "path_like>"));
    CHECK(yielded(throws_when_printed()) == "<std::runtime_error>");
    CHECK(yielded(std::string(300, 'x')) == '"' + std::string(199, 'x') + "...");
}

TEST_CASE("trace: a loop that is polled tells of each wake-up once; an observer may come back within a turn") {
    std::ostringstream out;
    std::unique_ptr<observing::text> here(new observing::text(out));
    virtual_loop on;
    on.loop.create_task(sleeps(0, 1), "a");
    on.loop.create_task(sleeps(0, 2), "b");
    for (int i = 0; i < 4; ++i) on.loop.poll();
    CHECK(wakings(out.str()) == "a is ready: the program\nb is ready: the program\na is ready: a\nb is ready: b\n");
    on.loop.call_soon([&] {
        here.reset();
        here.reset(new observing::text(out));
    });
    on.loop.create_task(sleeps(0, 3), "c");
    on.loop.run();
    CHECK(contains(out.str(), "c is done"));
}

TEST_CASE("trace: an observer that comes in the middle of a turn hears of its end, and not of its beginning") {
    counting from_the_start;
    from_the_start.attach();
    std::ostringstream out;
    const temporary_file html, json;
    std::unique_ptr<observing::text> here;
    std::unique_ptr<observing::html> page;
    std::unique_ptr<observing::chrome> file;
    virtual_loop on;
    on.loop.call_soon([&] {
        here.reset(new observing::text(out));
        page.reset(new observing::html(html.path));
        file.reset(new observing::chrome(json.path));
    });
    on.loop.create_task(sleeps(1, 1), "t");
    on.loop.run();
    CHECK(contains(out.str(), "\nt is done\n"));
    file.reset();
    page.reset();
    CHECK(contains(html.text(), "t is done"));
}
