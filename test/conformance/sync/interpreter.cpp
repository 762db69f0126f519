// Runs the programs that compare.py writes, as interpreter.py does, and prints what happens in which round.
//
// A program is a line: its tasks, `|` between them, and behind `!` whom to cancel in which round. A task is
// statements of a letter and numbers, `l0,2`: see struct interpreted.
#include <algorithm>
#include <functional>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

namespace {

const int rounds = 120;

struct statement {
    char letter;
    int a, b;
};

struct world {
    lasti::lock locks[2];
    lasti::semaphore semaphore{2};
    lasti::event event;
    lasti::condition condition;
    lasti::barrier barrier{3};
    lasti::queue<int> queues[3] = {lasti::queue<int>(2), lasti::lifo_queue<int>(1), lasti::priority_queue<int>()};
    int changes = 0, round = 0;
    std::vector<lasti::task<>> tasks;

    void log(int task, int at, std::string const& what) const {
        if (round < rounds) std::cout << round << ' ' << task << '.' << at << ' ' << what << '\n';
    }
};

std::string name_of(lasti::error const& e) {
    if (e.is<lasti::cancelled_error>()) return "cancelled " + e.as<lasti::cancelled_error>()->message();
    if (e.is<lasti::broken_barrier_error>()) return "broken";
    if (e.is<lasti::queue_empty>()) return "empty";
    if (e.is<lasti::queue_full>()) return "full";
    if (e.is<lasti::queue_shut_down>()) return "shut down";
    if (e.is<lasti::value_error>()) return "value";
    if (e.is<lasti::runtime_error>()) return "runtime";
    return "another: " + e.type_name();
}

struct interpreted {
    world* w;
    int me;
    std::vector<statement> statements;
    std::size_t at;
    int i, result;
    lasti::error caught;

    statement const& s() const { return statements[at]; }
    void log(std::string const& what) const { w->log(me, static_cast<int>(at), what); }

    COROUTINE_BODY(void) {
        BEGIN;
        for (; at < statements.size(); ++at) {
            TRY
                log(std::string(1, s().letter));
                result = -1;
                switch (s().letter) {
                case 'a': w->semaphore.release(); break;
                case 'E': w->event.set(); break;
                case 'c': w->event.clear(); break;
                case 'P': w->queues[s().a].put_nowait(s().b); break;
                case 'G': result = w->queues[s().a].get_nowait(); break;
                case 'd': w->queues[s().a].task_done(); break;
                case 'z': w->queues[s().a].shutdown(s().b != 0); break;
                case 'k': w->tasks[static_cast<std::size_t>(s().a)].cancel("in " + std::to_string(w->round)); break;
                default: break;
                }
                if (s().letter == 's') {
                    for (i = 0; i < s().a; ++i) AWAIT(lasti::sleep(0));
                } else if (s().letter == 'l') {
                    ASYNC_WITH(w->locks[s().a])
                        log("in");
                        for (i = 0; i < s().b; ++i) AWAIT(lasti::sleep(0));
                    END_ASYNC_WITH
                } else if (s().letter == 'm') {
                    ASYNC_WITH(w->semaphore)
                        log("in");
                        for (i = 0; i < s().a; ++i) AWAIT(lasti::sleep(0));
                    END_ASYNC_WITH
                } else if (s().letter == 'e') {
                    AWAIT(w->event.wait());
                } else if (s().letter == 'w') {
                    ASYNC_WITH(w->condition)
                        log("in");
                        AWAIT(w->condition.wait());
                        log("notified");
                        for (i = 0; i < s().a; ++i) AWAIT(lasti::sleep(0));
                    END_ASYNC_WITH
                } else if (s().letter == 'W') {
                    ASYNC_WITH(w->condition)
                        log("in");
                        AWAIT(w->condition.wait_for([this] { return w->changes >= s().a; }));
                    END_ASYNC_WITH
                } else if (s().letter == 'n') {
                    ASYNC_WITH(w->condition)
                        log("in");
                        ++w->changes;
                        w->condition.notify(static_cast<std::size_t>(s().a));
                        for (i = 0; i < s().b; ++i) AWAIT(lasti::sleep(0));
                    END_ASYNC_WITH
                } else if (s().letter == 'b') {
                    AWAIT_SET(result, w->barrier.wait());
                } else if (s().letter == 'r') {
                    AWAIT(w->barrier.reset());
                } else if (s().letter == 'x') {
                    AWAIT(w->barrier.abort());
                } else if (s().letter == 'p') {
                    AWAIT(w->queues[s().a].put(s().b));
                } else if (s().letter == 'g') {
                    AWAIT_SET(result, w->queues[s().a].get());
                } else if (s().letter == 'j') {
                    AWAIT(w->queues[s().a].join());
                }
                log(result < 0 ? "ok" : "ok " + std::to_string(result));
            EXCEPT_ANY
                caught = self.handled();
                log(name_of(caught));
                // A statement that is not the first of its task survives.
                if (at == 0) RERAISE;
            END_TRY
        }
        log("end");
        END;
    }
};

std::vector<statement> parse(std::string const& text) {
    std::vector<statement> statements;
    std::istringstream in(text);
    for (std::string word; in >> word;) {
        statement s = {word[0], 0, 0};
        char comma = 0;
        std::istringstream(word.substr(1)) >> s.a >> comma >> s.b;
        statements.push_back(s);
    }
    return statements;
}

std::string outcome(lasti::task<> const& t) {
    if (!t.done()) return "pending";
    if (t.cancelled()) return "cancelled";
    return t.exception() ? name_of(t.exception()) : "done";
}

void run(std::string const& line) {
    world w;
    lasti::virtual_clock clock;
    lasti::event_loop loop(clock);
    loop.set_exception_handler([](lasti::exception_context const&) {});
    lasti::set_unraisable_hook([](lasti::error const&, lasti::code const&) {});

    const std::size_t end = line.find('!');
    std::vector<statement> cancels = parse(line.substr(end + 1));
    std::function<void()> tick = [&] {
        ++w.round;
        for (statement const& c : cancels)
            if (c.a == w.round) w.tasks[static_cast<std::size_t>(c.b)].cancel("at " + std::to_string(w.round));
        if (w.round < rounds) loop.call_soon(tick);
    };
    loop.call_soon(tick);
    std::istringstream tasks(line.substr(0, end));
    for (std::string text; std::getline(tasks, text, '|');) {
        const int me = static_cast<int>(w.tasks.size());
        w.tasks.push_back(loop.create_task(lasti::coroutine<>(interpreted{&w, me, parse(text), 0, 0, 0, lasti::error()})));
    }
    while (w.round < rounds) loop.poll();
    for (lasti::task<> const& t : w.tasks) std::cout << outcome(t) << ' ';
    std::cout << '\n' << w.locks[0].locked() << w.locks[1].locked() << w.semaphore.locked() << ' ' << w.semaphore.value() << ' '
              << w.event.is_set() << w.condition.locked() << ' ' << w.barrier.n_waiting() << w.barrier.broken();
    for (lasti::queue<int> const& q : w.queues) std::cout << ' ' << q.qsize() << '/' << q.shared_state()->unfinished;
    std::cout << "\n--\n";
}

} // namespace

int main() {
    std::ios::sync_with_stdio(false);
    for (std::string line; std::getline(std::cin, line);) run(line);
}
