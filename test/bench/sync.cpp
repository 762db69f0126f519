// Tasks that wait for each other, by what argv[1] names; peers/python/sync.py does the same with asyncio.
#include <vector>

#include <lasti/coroutine.hpp>
#include <lasti/event.hpp>
#include <lasti/event_loop.hpp>
#include <lasti/gather.hpp>
#include <lasti/lock.hpp>
#include <lasti/queue.hpp>
#include <lasti/sleep.hpp>
#include <lasti/task.hpp>
#include <lasti/keywords.hpp>

#include "bench.hpp"

namespace {

struct locking {
    lasti::lock l;
    long n;
    COROUTINE_BODY(void) {
        BEGIN;
        for (; n > 0; --n) {
            AWAIT(l.acquire());
            l.release();
        }
        END;
    }
};

/// Holds it over a switch, so that the others come and wait.
struct contending {
    lasti::lock l;
    long n;
    COROUTINE_BODY(void) {
        BEGIN;
        for (; n > 0; --n) {
            AWAIT(l.acquire());
            AWAIT(lasti::sleep(0));
            l.release();
        }
        END;
    }
};

struct producing {
    lasti::queue<long> q;
    long n;
    COROUTINE_BODY(void) {
        BEGIN;
        for (; n > 0; --n) AWAIT(q.put(n));
        END;
    }
};
struct consuming {
    lasti::queue<long> q;
    long n, item;
    COROUTINE_BODY(void) {
        BEGIN;
        for (; n > 0; --n) AWAIT_SET(item, q.get());
        END;
    }
};

/// Waits again and again, for one event after the other: while tasks leave the one they come to the next.
struct waiting {
    lasti::event const* events;     // two
    long n;
    COROUTINE_BODY(void) {
        BEGIN;
        for (; n > 0; --n) AWAIT(events[n % 2].wait());
        END;
    }
};
struct setting {
    lasti::event const* events;
    long n;
    COROUTINE_BODY(void) {
        BEGIN;
        for (; n > 0; --n) {
            AWAIT(lasti::sleep(0));
            events[n % 2].set();
            events[n % 2].clear();
        }
        END;
    }
};

struct nothing {
    COROUTINE_BODY(void) {
        BEGIN;
        END;
    }
};
struct gathering {
    long n;
    std::vector<lasti::coroutine<void>> children;
    explicit gathering(long times) : n(times) {}
    COROUTINE_BODY(void) {
        BEGIN;
        for (; n > 0; --n) {
            children.clear();
            for (int i = 0; i < 1000; ++i) children.push_back(nothing());
            AWAIT(lasti::gather(children));
        }
        END;
    }
};

void run_queue(lasti::event_loop& loop, long room, long n) {
    const lasti::queue<long> q(room);
    loop.create_task(lasti::coroutine<void>(consuming{q, n, 0}));
    loop.create_task(lasti::coroutine<void>(producing{q, n}));
    bench::measure(static_cast<double>(n), [&] { loop.run(); });
}

void run_contended(lasti::event_loop& loop, long tasks, long n) {
    const lasti::lock l;
    for (long i = 0; i < tasks; ++i) loop.create_task(lasti::coroutine<void>(contending{l, n}));
    bench::measure(static_cast<double>(tasks * n), [&] { loop.run(); });
}

void run_event(lasti::event_loop& loop, long tasks, long n) {
    const lasti::event events[2];
    for (long i = 0; i < tasks; ++i) loop.create_task(lasti::coroutine<void>(waiting{events, n}));
    loop.create_task(lasti::coroutine<void>(setting{events, n}));
    bench::measure(static_cast<double>(tasks * n), [&] { loop.run(); });
}

} // namespace

int main(int argc, char** argv) {
    const long n = bench::argument(argc, argv, 2, 1000);
    lasti::event_loop loop;
    if (bench::says(argc, argv, "lock")) {
        loop.create_task(lasti::coroutine<void>(locking{lasti::lock(), n}));
        bench::measure(static_cast<double>(n), [&] { loop.run(); });
    } else if (bench::says(argc, argv, "contended")) {
        run_contended(loop, 100, n);
    } else if (bench::says(argc, argv, "queue")) {
        run_queue(loop, bench::argument(argc, argv, 3, 1), n);
    } else if (bench::says(argc, argv, "event")) {
        run_event(loop, 1000, n);
    } else if (bench::says(argc, argv, "gather")) {
        loop.create_task(lasti::coroutine<void>(gathering(n)));
        bench::measure(1000 * static_cast<double>(n), [&] { loop.run(); });
    } else {
        return bench::usage("sync lock|contended|queue|event|gather [N [ROOM]]");
    }
    return 0;
}
