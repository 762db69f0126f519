// Locks and queues, by what argv[1] names; sync.py does the same with asyncio.
#include <cstdio>
#include <cstring>

#include <lasti/lasti.hpp>
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

void pass_through_queue(lasti::event_loop& loop, long room, long n) {
    const lasti::queue<long> q(room);
    loop.create_task(lasti::coroutine<void>(consuming{q, n, 0}));
    loop.create_task(lasti::coroutine<void>(producing{q, n}));
    loop.run();
}

} // namespace

int main(int argc, char** argv) {
    const char* const what = argc > 1 ? argv[1] : "";
    lasti::event_loop loop;
    if (!std::strcmp(what, "lock")) {
        const long n = bench::argument(argc, argv, 2, 20000000);
        loop.create_task(lasti::coroutine<void>(locking{lasti::lock(), n}));
        bench::measure(static_cast<double>(n), [&] { loop.run(); });
    } else if (!std::strcmp(what, "contended")) {
        const long tasks = 100, n = bench::argument(argc, argv, 2, 20000);
        const lasti::lock l;
        for (long i = 0; i < tasks; ++i) loop.create_task(lasti::coroutine<void>(contending{l, n}));
        bench::measure(static_cast<double>(tasks * n), [&] { loop.run(); });
    } else if (!std::strcmp(what, "queue1") || !std::strcmp(what, "queue100")) {
        const long n = bench::argument(argc, argv, 2, 3000000);
        bench::measure(static_cast<double>(n), [&] { pass_through_queue(loop, std::atol(what + 5), n); });
    } else {
        std::fprintf(stderr, "usage: sync lock|contended|queue1|queue100 [N]\n");
        return 2;
    }
    return 0;
}
