// Random programs over all the primitives, in which a random task is cancelled every now and then. After every
// round: each task stands in exactly one place, and whoever could go on was woken. At the end nothing is left over.
// LASTI_FUZZ_ROUNDS=100000 runs so many programs instead of a few hundred, LASTI_FUZZ_SEED=n others.
#include <lasti/lasti.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

struct random_numbers {
    std::uint64_t state;
    int below(int n) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return static_cast<int>((state >> 33) % static_cast<std::uint64_t>(n));
    }
    bool one_in(int n) { return below(n) == 0; }
};

struct world {
    random_numbers random;
    lasti::lock lock;
    lasti::semaphore semaphore{2};
    lasti::event event;
    lasti::condition condition;
    lasti::barrier barrier{3};
    std::vector<lasti::queue<int>> queues{lasti::queue<int>(2, "first"), lasti::lifo_queue<int>(1, "last"),
                                          lasti::priority_queue<int>(0, "smallest")};
    int in_lock = 0, in_semaphore = 0, in_condition = 0;
    long put = 0, got = 0;

    lasti::queue<int> const& queue() { return queues[static_cast<std::size_t>(random.below(3))]; }
};

/// One task: so many random statements. What is raised in one, it mostly survives.
struct program {
    world* w;
    int steps, what, item;
    COROUTINE_BODY(void) {
        BEGIN;
        for (; steps > 0; --steps) {
            what = w->random.below(17);
            TRY
                if (what == 0) {
                    AWAIT(lasti::sleep(w->random.below(3)));
                } else if (what < 4) {
                    ASYNC_WITH(w->lock)
                        CHECK(++w->in_lock == 1);
                        TRY
                            for (item = w->random.below(3); item > 0; --item) AWAIT(lasti::sleep(0));
                        FINALLY
                            --w->in_lock;
                        END_TRY
                    END_ASYNC_WITH
                } else if (what < 6) {
                    ASYNC_WITH(w->semaphore)
                        CHECK(++w->in_semaphore <= 2);
                        TRY
                            for (item = w->random.below(3); item > 0; --item) AWAIT(lasti::sleep(0));
                        FINALLY
                            --w->in_semaphore;
                        END_TRY
                    END_ASYNC_WITH
                } else if (what == 6) {
                    AWAIT(w->event.wait());
                } else if (what == 7) {
                    w->event.set();
                    if (w->random.one_in(2)) w->event.clear();
                } else if (what < 10) {
                    ASYNC_WITH(w->condition)
                        CHECK(++w->in_condition == 1);
                        TRY
                            if (w->random.one_in(2)) {
                                w->condition.notify(static_cast<std::size_t>(w->random.below(3)));
                                AWAIT(lasti::sleep(0));
                            } else {
                                --w->in_condition;
                                TRY
                                    if (w->random.one_in(2)) AWAIT(w->condition.wait());
                                    else AWAIT(w->condition.wait_for([this] { return w->random.one_in(3); }));
                                FINALLY
                                    CHECK(++w->in_condition == 1);
                                END_TRY
                            }
                        FINALLY
                            --w->in_condition;
                        END_TRY
                    END_ASYNC_WITH
                } else if (what < 12) {
                    AWAIT(w->queue().put(w->random.below(100)));
                    ++w->put;
                } else if (what < 14) {
                    AWAIT_SET(item, w->queue().get());
                    ++w->got;
                } else if (what == 14) {
                    // At most one of the two can throw.
                    if (w->random.one_in(2)) {
                        w->queue().get_nowait();
                        ++w->got;
                    } else {
                        w->queue().put_nowait(1);
                        ++w->put;
                    }
                } else if (what == 15) {
                    AWAIT(w->barrier.wait());
                } else {
                    WITH(lasti::move_on_after(w->random.below(2)))
                        if (w->random.one_in(2)) {
                            AWAIT_SET(item, w->queue().get());
                            ++w->got;
                        } else {
                            ASYNC_WITH(w->condition)
                                AWAIT(w->condition.wait());
                            END_ASYNC_WITH
                        }
                    END_WITH
                }
            EXCEPT(lasti::cancelled_error)
                if (w->random.one_in(8)) RERAISE;
            EXCEPT(lasti::queue_empty)
            EXCEPT(lasti::queue_full)
            EXCEPT(lasti::broken_barrier_error)
            END_TRY
        }
        END;
    }
};

// ---- the invariants ------------------------------------------------------------------------------------------

/// In how many places of each kind a task stands.
struct places {
    int ready = 0, lists = 0;
};

class inspection {
public:
    inspection(world const& w, lasti::detail::loop_core& core) : w_(w), core_(core) {}

    /// The first thing that is wrong; empty: nothing.
    std::string problem() {
        for (std::size_t n = core_.ready.size(); n > 0; --n) {
            lasti::detail::runnable& r = core_.ready.pop();
            core_.ready.push(r);
            // The timer of a timeout stands there, too.
            if (const auto task = dynamic_cast<lasti::detail::task_state*>(&r)) ++where_[task].ready;
        }
        look_at(w_.lock.shared_state()->waiters);
        look_at(w_.semaphore.shared_state()->waiters);
        look_at(w_.event.shared_state()->waiters);
        look_at(w_.condition.shared_state()->waiters);
        look_at(w_.condition.shared_state()->lock->waiters);
        look_at(w_.barrier.shared_state()->changed->waiters);
        look_at(w_.barrier.shared_state()->lock().waiters);
        for (lasti::queue<int> const& q : w_.queues) {
            look_at(q.shared_state()->getters);
            look_at(q.shared_state()->putters);
        }
        std::string wrong = tasks() + locks() + others();
        for (lasti::queue<int> const& q : w_.queues) wrong += queue(*q.shared_state());
        return wrong;
    }

private:
    typedef lasti::detail::wait_state wait_state;

    void look_at(lasti::detail::wait_list const& list) {
        lasti::detail::list_link* at = list.empty() ? nullptr : &list.front();
        for (std::size_t n = list.size(); n > 0; --n, at = at->next)
            ++where_[&lasti::detail::wait_list::task_of(static_cast<lasti::detail::waiter&>(*at))].lists;
    }
    std::string tasks() {
        for (lasti::detail::task_state* t = core_.first_task; t; t = t->next_task) {
            const places p = where_[t];
            const bool sleeps = t->is_asleep();
            const bool waits = t->wait == wait_state::waiting;
            if (p.ready + sleeps + waits != 1) return t->describe() + " stands in no place or in two\n";
            if (p.lists > 1 || p.lists < waits) return t->describe() + " stands in the wrong number of lists\n";
        }
        return std::string();
    }
    // One that is free and waited for has somebody at its head whose turn is to come.
    static std::string lock(lasti::detail::lock_state const& l) {
        const bool is_lost = !l.locked && !l.waiters.empty() &&
                             lasti::detail::wait_list::task_of(l.waiters.front()).wait == wait_state::waiting;
        return is_lost ? "a lock is free, and the first who waits was not woken\n" : "";
    }
    std::string locks() const {
        return lock(*w_.lock.shared_state()) + lock(*w_.condition.shared_state()->lock) + lock(w_.barrier.shared_state()->lock());
    }
    std::string others() const {
        lasti::detail::semaphore_state const& s = *w_.semaphore.shared_state();
        if (s.value > 0 && !s.waiters.empty() && s.woken == 0) return "a unit is free, and nobody was woken for it\n";
        if (w_.event.is_set() && !w_.event.shared_state()->waiters.empty()) return "who waits for the event was not woken\n";
        return std::string();
    }
    template <class Request>
    bool is_anyone_woken(lasti::detail::queue_core const& q) const {
        for (lasti::detail::task_state* t = core_.first_task; t; t = t->next_task)
            if (t->wait == wait_state::woken && dynamic_cast<Request*>(t->waiting_for()) &&
                contains(t->waiting_for()->describe(), q.title()))
                return true;
        return false;
    }
    std::string queue(lasti::detail::queue_core const& q) const {
        if (!q.empty() && !q.getters.empty() && !is_anyone_woken<lasti::detail::get_request_base>(q))
            return "there is an item, and nobody was woken for it\n";
        if (!q.full() && !q.putters.empty() && !is_anyone_woken<lasti::detail::put_request_base>(q))
            return "there is room, and nobody was woken for it\n";
        return std::string();
    }

    world const& w_;
    lasti::detail::loop_core& core_;
    std::map<lasti::detail::task_state*, places> where_;
};

/// Lets those go on who wait for what no program does any more.
void help(world& w) {
    w.event.set();
    for (lasti::queue<int> const& q : w.queues) {
        while (!q.empty()) {
            q.get_nowait();
            ++w.got;
        }
        q.shutdown();
    }
}

/// Who is cancelled when.
struct cancellation {
    int round;  // negative: anybody, every now and then
    int task;
};

std::string run_program(std::uint64_t seed, cancellation only = {-1, 0}) {
    world w;  // outlives the loop, and so the tasks
    virtual_loop on;
    w.random.state = seed * 2 + 1;
    std::vector<lasti::task<>> tasks;
    for (int i = 0; i < 6; ++i) tasks.push_back(on.loop.create_task(lasti::coroutine<>(program{&w, 8, 0, 0})));
    lasti::detail::loop_core& core = *tasks[0].shared_state()->loop;

    for (int round = 0; round < 400 && on.loop.task_count() > 0; ++round) {
        double when = 0;
        const bool something = on.loop.poll();
        const std::string wrong = inspection(w, core).problem();
        if (!wrong.empty()) return "round " + std::to_string(round) + ": " + wrong + on.loop.describe_tasks();
        const int anybody = w.random.below(6);
        const bool its_time = only.round < 0 ? w.random.one_in(3) : round == only.round;
        const int victim = its_time && only.round >= 0 ? only.task : anybody;
        if (its_time || (!something && !on.loop.next_deadline(when)))
            tasks[static_cast<std::size_t>(victim)].cancel("in round " + std::to_string(round));
        else if (!something) on.clock.jump_to(lasti::delay(when).count());
    }
    for (lasti::task<> const& t : tasks) t.cancel();
    on.loop.poll();
    const std::string wrong = inspection(w, core).problem();
    if (!wrong.empty()) return "at the end: " + wrong;
    // Who survived its cancellation may wait again.
    for (int i = 0; i < 1000 && on.loop.task_count() > 0; ++i) {
        for (lasti::task<> const& t : tasks) t.cancel();
        on.loop.poll();
    }
    if (on.loop.task_count() > 0) return "tasks are left:\n" + on.loop.describe_tasks();
    long items = 0;
    for (lasti::queue<int> const& q : w.queues) items += static_cast<long>(q.qsize());
    if (w.put - w.got != items) return "items were lost or doubled\n";
    help(w);
    const std::string left = w.lock.describe() + w.semaphore.describe() + w.event.describe() + w.condition.describe() +
                             w.barrier.describe() + w.queues[0].describe();
    const std::string expected = "a lock [unlocked]a semaphore [unlocked, value:2]an event [set]a condition [unlocked]"
                                 "a barrier [filling, waiters:0/3]";
    if (left.compare(0, expected.size(), expected) != 0 || contains(left, "ters:") != contains(expected, "ters:"))
        return "something is left: " + left + '\n';
    if (on.reported.count() > 0) return "reported: " + on.reported.messages();
    return std::string();
}

long number(const char* variable, long otherwise) {
    const char* const text = std::getenv(variable);
    return text ? std::atol(text) : otherwise;
}

} // namespace

TEST_SUITE_BEGIN("fuzz: locks and queues");

TEST_CASE("LK2, SE2, CO2, Q2: random programs, cancelled at random: nobody is forgotten, nothing is lost or left") {
    // Needs exceptions: what is used wrongly throws.
    const long rounds = number("LASTI_FUZZ_ROUNDS", 20000), first = number("LASTI_FUZZ_SEED", 1);
    for (long seed = first; seed < first + rounds; ++seed) {
        const std::string wrong = run_program(static_cast<std::uint64_t>(seed));
        INFO("LASTI_FUZZ_SEED=", seed);
        REQUIRE(wrong == "");
    }
}

TEST_CASE("U9: the same, each task cancelled at each tick") {
    // Needs exceptions: what is used wrongly throws.
    for (std::uint64_t seed = 1; seed <= 30; ++seed)
        for (int round = 0; round < 30; ++round)
            for (int task = 0; task < 6; ++task) {
                const std::string wrong = run_program(seed, cancellation{round, task});
                INFO("seed ", seed, ", task ", task, " in round ", round);
                REQUIRE(wrong == "");
            }
}

TEST_SUITE_END();
