// What the loop allocates, and how often: this program counts every operator new.
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

#include <doctest/doctest.h>

#include "support/allocations.hpp"
#include "support/streams.hpp"

namespace {

lasti::coroutine<> sleeps(double time, int times) {
    return COROUTINE(void) { BEGIN; for (; times > 0; --times) AWAIT(lasti::sleep(time)); END; };
}

lasti::coroutine<> waits(lasti::future<int>* f, int times) {
    int x = 0;
    return COROUTINE(void) {
        BEGIN;
        for (; times > 0; --times) AWAIT_SET(x, *f);
        END;
    };
}

/// What a task has read, in ways that take turns, always into one string.
struct reading {
    std::string text;
    int times = 0;
};

lasti::coroutine<void> reads(lasti::stream_reader reader, reading* has) {
    return COROUTINE(void) {
        BEGIN;
        for (;;) {
            AWAIT_SET(has->text, reader.read(1000));
            ++has->times;
            AWAIT_SET(has->text, reader.readline());
            ++has->times;
            AWAIT_SET(has->text, reader.readexactly(100));
            ++has->times;
        }
        END;
    };
}

struct warm_loop {
    lasti::virtual_clock clock;
    lasti::event_loop loop;
    warm_loop() : loop(clock) {
        for (int i = 0; i < 200; ++i) loop.create_task(sleeps(1, 1));
        loop.run();
    }
};

} // namespace

TEST_SUITE_BEGIN("allocations of the loop");

TEST_CASE("giving way allocates nothing") {
    warm_loop on;
    for (int i = 0; i < 100; ++i) on.loop.create_task(sleeps(0, 1000));
    on.loop.poll();
    CHECK(counting([&] { while (on.loop.poll()) {} }) == 0);
}

TEST_CASE("a sleep allocates nothing") {
    warm_loop on;
    for (int i = 0; i < 100; ++i) on.loop.create_task(sleeps(1 + i, 100));
    on.loop.poll();
    double when = 0;
    const long made = counting([&] {
        while (on.loop.next_deadline(when)) {
            on.clock.jump_to(lasti::delay(when).count());
            on.loop.poll();
        }
    });
    CHECK(made == 0);
}

TEST_CASE("awaiting a future allocates nothing") {
    warm_loop on;
    lasti::future<int> f = on.loop.create_future<int>();
    for (int i = 0; i < 100; ++i) on.loop.create_task(waits(&f, 1));
    CHECK(counting([&] {
              on.loop.poll();
              f.set_result(1);
              on.loop.poll();
          }) == 0);
    CHECK(on.loop.task_count() == 0);
}

TEST_CASE("waiting for a lock, an event, an item, or room in a queue allocates nothing") {
    warm_loop on;
    struct body {
        lasti::lock l;
        lasti::event e;
        lasti::queue<std::pair<int, void*>> q;
        int i;
        COROUTINE_BODY(void) {
            BEGIN;
            for (; i < 1000; ++i) {
                AWAIT(l.acquire());
                AWAIT(lasti::sleep(0));
                l.release();
                if (i % 10 == 0) AWAIT(e.wait());
                AWAIT(q.put({i, nullptr}));
                AWAIT(q.get());
            }
            END;
        }
    };
    const lasti::lock l;
    const lasti::event e;
    const lasti::queue<std::pair<int, void*>> q(1);
    q.put_nowait({0, nullptr});  // the ring is made
    q.get_nowait();
    for (int i = 0; i < 100; ++i) on.loop.create_task(lasti::coroutine<>(body{l, e, q, 0}));
    CHECK(counting([&] {
              while (on.loop.poll()) {
                  e.set();
                  e.clear();
              }
          }) == 0);
    CHECK(on.loop.task_count() == 0);
}

TEST_CASE("coroutine and task are one allocation; awaiting a coroutine is that of the coroutine alone") {
    warm_loop on;
    CHECK(counting([&] { on.loop.create_task(sleeps(0, 1)); }) == 1);
    on.loop.run();
    struct awaits {
        static lasti::coroutine<> another() { return COROUTINE(void) { BEGIN; AWAIT(sleeps(0, 1)); END; }; }
    };
    on.loop.create_task(awaits::another());
    CHECK(counting([&] { while (on.loop.poll()) {} }) == 1);
}

TEST_CASE("cancelling a sleep allocates one exception") {
    warm_loop on;
    const lasti::task<> t = on.loop.create_task(sleeps(1, 1));
    on.loop.poll();
    CHECK(counting([&] {
              t.cancel();
              on.loop.poll();
          }) == 1);
    CHECK(t.cancelled());
}

TEST_CASE("DG1: waiting for datagrams and sending them allocates nothing, where they are short") {
    on_each_selector([](selector_loop& on) {
        struct body {
            lasti::socket s;
            lasti::datagram_endpoint endpoint;
            lasti::datagram got;
            COROUTINE_BODY(void) {
                BEGIN;
                endpoint = lasti::datagram_endpoint(s);
                for (;;) {
                    AWAIT_SET(got, endpoint.recvfrom(100));
                    if (got.first.empty()) break;
                    endpoint.sendto(got.first);
                    AWAIT(endpoint.drain());
                }
                END;
            }
        };
        const socket_pair ends = lasti::socketpair(AF_UNIX, SOCK_DGRAM);
        on.loop.create_task(lasti::coroutine<>(body{ends.first, {}, {}}));
        on.loop.poll();
        int answers = 0;
        const auto ask = [&] {
            put(ends.second, "ping");
            on.loop.poll();
            char room[16];
            answers += ::recv(ends.second.fileno(), room, sizeof room, 0) == 4;
        };
        ask();
        CHECK(counting([&] { for (int i = 0; i < 100; ++i) ask(); }) == 0);
        CHECK(answers == 101);
        put(ends.second, "");
        on.loop.run();
    });
}

TEST_CASE("waiting for a socket allocates nothing, but the first time") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        struct body {
            lasti::event_loop* loop;
            lasti::socket s;
            char room[16];
            std::size_t n;
            COROUTINE_BODY(void) {
                BEGIN;
                do {
                    AWAIT_SET(n, loop->sock_recv_into(s, room, sizeof room));
                    AWAIT(loop->sock_sendall(s, room, n));
                } while (n != 0);
                END;
            }
        };
        const lasti::task<> t = on.loop.create_task(lasti::coroutine<>(body{&on.loop, ends.first, {}, 0}));
        const auto ask = [&] {
            put(ends.second, "ping");
            on.loop.poll();
            char room[16];
            return ::recv(ends.second.fileno(), room, sizeof room, 0) == 4;
        };
        on.loop.poll();
        CHECK(ask());
        int answers = 0;
        CHECK(counting([&] { for (int i = 0; i < 100; ++i) answers += ask(); }) == 0);
        CHECK(answers == 100);
        ends.second.close();
        on.loop.run();
    });
}

TEST_CASE("who reads a stream again and again into one string allocates nothing") {
    on_each_selector([](selector_loop& on) {
        const far_end e(on);
        reading has;
        const lasti::task<> reader = on.loop.create_task(reads(e.c.reader, &has));
        const std::string message = std::string(99, '.') + '\n';
        const auto exchange = [&](int messages) {
            for (const int wanted = has.times + messages; has.times < wanted; on.loop.poll()) put(e.there, message);
        };
        exchange(6);
        CHECK(has.text == message);
        CHECK(counting([&] { exchange(300); }) == 0);
        reader.cancel();
        on.loop.run();
    });
}

TEST_SUITE_END();
