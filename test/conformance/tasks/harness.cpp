// The twin of harness.py and world.py.
#include "harness.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include <sys/resource.h>  // a bug must not take the machine's memory

world_state* world;

namespace {

int lines;
// To the exception handler, at times that depend on when Python collects garbage.
std::vector<std::string>* told;

void say(std::string const& text) {
    std::puts(text.c_str());
    if (++lines < 50000) return;
    std::fputs("an endless program\n", stderr);
    std::fflush(nullptr);
    std::_Exit(3);
}

std::string number(long n) { return std::to_string(n); }

/// lasti's own messages go on with the place; Python's words are before the colon.
std::string words(std::string const& what) { return what.substr(0, what.find(':')); }

/// The standard exceptions by dynamic_cast, as an error has as<T>().
struct standard_view {
    const std::exception* e;
    template <class T>
    T const* as() const { return dynamic_cast<T const*>(e); }
};

template <class View>
std::string standard_name(View const& e) {
    if (B const* b = e.template as<B>()) return std::string("B ") + b->what();
    if (A const* a = e.template as<A>()) return std::string("A ") + a->what();
    if (C const* c = e.template as<C>()) return std::string("C ") + c->what();
    if (auto const* group = e.template as<lasti::exception_group>()) {
        std::string text = "ExceptionGroup[";
        for (lasti::error const& part : group->exceptions())
            text += (&part == &group->exceptions().front() ? "" : ", ") + describe(part);
        return text + ']';
    }
    if (e.template as<lasti::timeout_error>()) return "TimeoutError";
    if (e.template as<lasti::queue_empty>()) return "QueueEmpty";
    if (e.template as<lasti::queue_full>()) return "QueueFull";
    if (e.template as<lasti::queue_shut_down>()) return "QueueShutDown";
    if (e.template as<lasti::broken_barrier_error>()) return "BrokenBarrierError";
    if (e.template as<lasti::invalid_state_error>()) return "InvalidStateError";
    if (e.template as<lasti::lookup_error>()) return "LookupError";
    if (e.template as<lasti::type_error>()) return "TypeError";
    if (e.template as<lasti::stop_iteration>()) return "StopIteration";
    if (e.template as<lasti::stop_async_iteration>()) return "StopAsyncIteration";
    if (auto const* v = e.template as<lasti::value_error>())
        return "ValueError " + words(v->what());
    if (auto const* r = e.template as<lasti::runtime_error>())
        return "RuntimeError " + words(r->what());
    return "?";
}

std::string cancelled_name(lasti::cancelled_error const& e) {
    return e.message().empty() ? "CancelledError" : "CancelledError " + e.message();
}

std::string labels(std::vector<fut> const& futures) {
    std::vector<std::string> all;
    for (fut const& f : futures) all.push_back(label(f));
    std::sort(all.begin(), all.end());
    std::string text;
    for (std::string const& l : all) text += (text.empty() ? "" : " ") + l;
    return text;
}

double hashed(int id) {
    const std::uint32_t mixed = static_cast<std::uint32_t>(id * 31 + world->run) * 2654435761u;
    static int const delays[] = {0, 0, 1, 1, 2, 2, 3, 5};
    return delays[(mixed >> 20) % 8];
}

void tick(int left, int what) {
    log("tick " + number(left));
    if (left) world->loop.call_soon([=] { tick(left - 1, what); });
    else act(what, true);
}

void begin() {
    for (int const* start = world->of.starts; *start >= 0; ++start) act(*start, true);
    for (injection const* i = world->of.injections; i->run >= 0; ++i)
        if (i->run == world->run) {
            const injection one = *i;
            world->loop.call_later(one.when, [one] { tick(one.ticks, one.what); });
        }
}

void tell(lasti::exception_context const& context) {
    const std::string said = context.exception ? describe(context.exception) : std::string();
    const auto has = [&](const char* part) {
        return context.message.find(part) != std::string::npos;
    };
    if (has("never retrieved") || has("destroyed") || has("closing of an asynchronous generator"))
        return told->push_back((has("never")       ? "never retrieved "
                                : has("destroyed") ? "destroyed "
                                                   : "closing ") +
                               said);
    log("handler: " +
        std::string(has("Exception in callback") ? "callback"
                    : has("shielded")            ? "shielded"
                    : has("already completed")   ? "group"
                                                 : context.message.c_str()) +
        ' ' + said);
}

void unraisable(lasti::error const& what, lasti::code const&) {
    told->push_back(what.is<lasti::never_awaited>() ? "never awaited"
                                                    : "unraisable " + describe(what));
}

void finish() {
    for (int attempt = 0;; ++attempt) {
        try {
            world->loop.run();
            return;
        } catch (lasti::deadlock_error const&) {
            std::string text = "deadlock";
            const std::vector<lasti::any_task> left = world->loop.all_tasks();
            for (lasti::any_task const& task : left) text += ' ' + label(task);
            log(text);
            for (lasti::any_task const& task : left) task.cancel();
            if (attempt == 0) continue;
            for (lasti::lock const& lock : world->locks)
                if (lock.locked()) lock.release();
            if (world->conditions[0].locked()) world->conditions[0].release();
        }
    }
}

void report() {
    for (lasti::any_future const& task : world->spawned) log("end " + state_of(task));
    for (lasti::any_future const& future : world->futures) log("end " + state_of(future));
    act(-1, false);
}

void run_once(program const& p, int run) {
    std::vector<std::string> to_the_end;
    told = &to_the_end;
    say("run " + number(run));
    {
        world_state here(p, run);
        world = &here;
        here.loop.set_exception_handler(&tell);
        here.loop.call_soon(&begin);
        finish();
        here.loop.create_task(here.loop.shutdown_asyncgens());
        finish();
        here.loop.call_soon([&here] {
            for (generator& each : here.generators) each = generator();
        });
        finish();
        report();
    }
    std::sort(to_the_end.begin(), to_the_end.end());
    for (std::string const& text : to_the_end) say("told " + text);
}

} // namespace

world_state::world_state(program const& p, int r)
    : of(p), run(r), fuel(250), coin(r + 1), loop(clock), tasks(levels * slots),
      over(loop.create_future<long>()), events(2), counts(), timeouts(levels), groups(levels),
      has_timeout(), has_group(), handles(3) {
    over.set_result(0);
    for (int i = 0; i < 3; ++i) futures.push_back(loop.create_future<long>());
    locks = {lasti::lock(), lasti::lock()};
    events = {lasti::event(), lasti::event()};
    conditions = {lasti::condition(), lasti::condition(locks[0])};
    semaphores = {lasti::semaphore(1), lasti::bounded_semaphore(2)};
    barriers = {lasti::barrier(2), lasti::barrier(3)};
    queues = {lasti::queue<long>(1), lasti::priority_queue<long>(2), lasti::lifo_queue<long>(),
              lasti::queue<long>(2)};
}

void log(std::string const& text) {
    const lasti::any_task task = world->loop.current_task();
    say(number(static_cast<long>(now())) + ' ' + (task ? label(task) : "-") + ' ' + text);
}

std::string label(lasti::any_future const& future) {
    if (lasti::detail::task_state* const task = future.shared_state()->as_task())
        return 'T' + task->name().substr(5);
    const auto found = std::find(world->futures.begin(), world->futures.end(), future);
    return found == world->futures.end() ? "future" : 'F' + number(found - world->futures.begin());
}

std::string describe(lasti::error const& e) {
    if (auto const* c = e.as<lasti::cancelled_error>()) return cancelled_name(*c);
    if (e.is<lasti::generator_exit>()) return "GeneratorExit";
    return standard_name(e);
}

// With which message a task was cancelled.
std::string message_of(lasti::detail::future_state& state) {
    if (!state.as_task()) return std::string();
    std::string text = state.message ? *state.message : std::string();
    if (state.exception) text = state.exception.as<lasti::cancelled_error>()->message();
    return ' ' + (text.empty() ? "silently" : text);
}

// It looks past the handle, which would count an exception as seen.
std::string state_of(lasti::any_future const& future) {
    lasti::detail::future_state& state = *future.shared_state();
    std::string text = label(future);
    if (!state.done()) text += " pending";
    else if (future.cancelled()) text += " cancelled" + message_of(state);
    else if (state.state == lasti::detail::future_state::status::failed)
        text += " raised " + describe(state.exception) + (state.retrieved ? "" : " unseen");
    else text += " result " + number(fut(&state).result());
    if (state.as_task()) text += " cancelling " + number(state.as_task()->cancelling);
    return text;
}

// Called by bodies

void s(int id) {
    --world->fuel;
    log(number(id));
}
long v(int id, long x) { return (id + 1000 * x) % 1000003; }
double d(int id) { return hashed(id); }
double now() { return world->loop.time(); }
bool fuelled() { return world->fuel > 0; }
bool flip() {
    world->coin = (world->coin * 1103 + 12345) % 65536;
    return (world->coin & 64) != 0;
}
void got(long value) { log("got " + number(value)); }
void got_sent(bool sent, long value) { log(sent ? "got sent " + number(value) : "got None"); }
long got_list(std::vector<outcome> const& values) {
    std::string text;
    long sum = 0;
    for (outcome const& o : values) {
        if (o) sum += o.value();
        text += (text.empty() ? "" : ", ") + (o ? number(o.value()) : describe(o.exception()));
    }
    log("got [" + text + ']');
    return sum % 1000003;
}
long got_list(std::vector<long> const& values) {
    return got_list(std::vector<outcome>(values.begin(), values.end()));
}
long got_list(std::tuple<long, long> const& values) {
    return got_list(std::vector<long>{std::get<0>(values), std::get<1>(values)});
}
long got_list(std::tuple<outcome, outcome> const& values) {
    return got_list(std::vector<outcome>{std::get<0>(values), std::get<1>(values)});
}
long got_sets(lasti::wait_result<fut> const& sets) {
    log("got " + labels(sets.done) + " / " + labels(sets.pending));
    return static_cast<long>(sets.done.size());
}
void caught(lasti::error const& e) { log("caught " + (e ? describe(e) : "None")); }
void bound(std::exception const* e) { log("bound " + standard_name(standard_view{e})); }
void bound(lasti::cancelled_error const* e) { log("bound " + cancelled_name(*e)); }
void bound(lasti::generator_exit const*) { log("bound GeneratorExit"); }
void throw_native(const char* name, long n) {
    const std::string is(name), text(number(n));
    if (is == "A") throw A(n);
    if (is == "B") throw B(n);
    if (is == "C") throw C(n);
    if (is == "StopIteration") throw lasti::stop_iteration();
    if (is == "StopAsyncIteration") throw lasti::stop_async_iteration();
    if (is == "ValueError") throw lasti::value_error(text);
    if (is == "RuntimeError") throw lasti::runtime_error(text);
    if (is == "TimeoutError") throw lasti::timeout_error(text);
    if (is == "CancelledError") throw lasti::cancelled_error(text);
    std::abort();
}

fut T(int slot) {
    const lasti::task<long> task = world->tasks[static_cast<std::size_t>(slot)];
    return task ? fut(task) : world->over;
}
fut F(int i) { return world->futures[static_cast<std::size_t>(i)]; }
bool asks::operator()() const {
    log("asked " + number(i));
    return world->counts[i] % 3 != 0;
}
generator G(int i) {
    generator& found = world->generators[i];
    if (!found) found = world->of.generator_function(i);
    return found;
}
generator no_items() {
    return ASYNC_GENERATOR(long, long) {
        BEGIN;
        END;
    };
}
co slept(double delay) {
    return COROUTINE(long) {
        BEGIN;
        AWAIT(lasti::sleep(delay));
        RETURN(static_cast<long>(delay) + 7);
        END;
    };
}
co limited(co awaited, double time) { return lasti::wait_for(awaited, time); }
co limited(fut awaited, double time) { return lasti::wait_for(awaited, time); }
fut shielded(co awaited) { return lasti::shield(awaited); }
fut shielded(fut awaited) { return lasti::shield(awaited); }
fut ensured(co awaited) { return lasti::ensure_future(awaited); }

using lasti::return_exceptions;
lasti::future<std::vector<long>> gather(std::vector<co> const& given) {
    return lasti::gather(given);
}
lasti::future<std::vector<long>> gather(std::vector<fut> const& given) {
    return lasti::gather(given);
}
lasti::future<std::tuple<long, long>> gather(two<co, fut> const& given) {
    return lasti::gather(given.first, given.second);
}
lasti::future<std::tuple<long, long>> gather(two<fut, co> const& given) {
    return lasti::gather(given.first, given.second);
}
lasti::future<std::vector<outcome>> gather_outcomes(std::vector<co> const& given) {
    return lasti::gather(return_exceptions, given);
}
lasti::future<std::vector<outcome>> gather_outcomes(std::vector<fut> const& given) {
    return lasti::gather(return_exceptions, given);
}
lasti::future<std::tuple<outcome, outcome>> gather_outcomes(two<co, fut> const& given) {
    return lasti::gather(return_exceptions, given.first, given.second);
}
lasti::future<std::tuple<outcome, outcome>> gather_outcomes(two<fut, co> const& given) {
    return lasti::gather(return_exceptions, given.first, given.second);
}

namespace {

template <class List>
co gathered_in(lasti::future<List> awaited, List list) {
    return COROUTINE(long) {
        BEGIN;
        AWAIT_SET(list, awaited);
        RETURN(got_list(list));
        END;
    };
}

} // namespace

co gathered(lasti::future<std::vector<long>> awaited) {
    return gathered_in(awaited, std::vector<long>());
}
co gathered(lasti::future<std::vector<outcome>> awaited) {
    return gathered_in(awaited, std::vector<outcome>());
}
co gathered(lasti::future<std::tuple<long, long>> awaited) {
    return gathered_in(awaited, std::make_tuple(0L, 0L));
}
co gathered(lasti::future<std::tuple<outcome, outcome>> awaited) {
    return gathered_in(awaited, std::make_tuple(outcome(0), outcome(0)));
}

int run_programs(program const* programs, int count, int argc, char** argv) {
#if !defined(__SANITIZE_ADDRESS__)
    const rlimit memory = {1u << 30, 1u << 30};
    setrlimit(RLIMIT_AS, &memory);
#endif
    std::setvbuf(stdout, nullptr, _IOLBF, 1 << 12);  // what was said before a crash must be out
    lasti::set_unraisable_hook(&unraisable);
    for (int n = argc > 1 ? std::atoi(argv[1]) : 0; n < count; ++n) {
        lines = 0;
        say("program " + number(programs[n].number));
        for (int const* run = programs[n].runs; *run >= 0; ++run) run_once(programs[n], *run);
        say("end " + number(programs[n].number));
    }
    std::fflush(stdout);
    std::_Exit(0);
}
