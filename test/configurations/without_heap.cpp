// No operator new at all: frames by value, in the caller's storage, or in static_memory; and a loop
// of a fixed size. What is allowed to allocate is in allowed().
#include <chrono>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include <lasti/coroutine.hpp>
#include <lasti/fixed_loop.hpp>
#include <lasti/frame_memory.hpp>
#include <lasti/sleep.hpp>
#include <lasti/static_frame.hpp>
#include <lasti/keywords.hpp>

#include "checks.hpp"

namespace {

bool heap_is_allowed = true;

} // namespace

__attribute__((noinline)) void* operator new(std::size_t size) {
    if (!heap_is_allowed) {
        std::fputs("# operator new was called\n", stdout);
        std::fflush(stdout);
        std::abort();
    }
    return std::malloc(size ? size : 1);
}
void* operator new[](std::size_t size) { return operator new(size); }
__attribute__((noinline)) void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { operator delete(memory); }

namespace {

lasti::static_memory<8192> memory;

struct heapless {
    heapless() { heap_is_allowed = false; }
    ~heapless() { heap_is_allowed = true; }
};

// The frame memory is chosen before any frame is made.
const bool chosen = (lasti::set_frame_memory(memory.functions()), true);

struct too_large {
    int number;
};

struct countdown {
    int n;
    GENERATOR_BODY(int) {
        BEGIN;
        for (; n > 0; --n) YIELD(n);
        END;
    }
};

// Yields, raises, catches, and cleans up; -1 is the FINALLY.
struct guarded_numbers {
    int end;
    int i;
    explicit guarded_numbers(int e) : end(e), i(0) {}
    GENERATOR_BODY(int) {
        BEGIN;
        TRY
            for (; i < end; ++i) YIELD(i);
            RAISE(too_large{i});
        EXCEPT(too_large)
            YIELD(100 + CAUGHT(too_large).number);
        FINALLY
            YIELD(-1);
        END_TRY
        END;
    }
};

struct delegating {
    lasti::generator<int> first;
    int const* numbers;
    int item;
    GENERATOR_BODY(int) {
        BEGIN;
        YIELD_FROM(first);
        FOR(item, lasti::generator<int>(countdown{2}))
            YIELD(10 * item);
        END_FOR
        END;
    }
};

CASE("a frame by value, and one in static storage behind handles") {
    const heapless here;
    int sum = 0;
    for (int i : lasti::iterate(countdown{4})) sum += i;
    lasti::static_frame<countdown> frame(countdown{3});
    for (int i : frame.handle()) sum = 10 * sum + i;
    CHECK(sum == 10321);
    CHECK(frame.handle().done());
}

CASE("TRY, RAISE, FINALLY, YIELD_FROM and FOR, out of static_memory; again and again in the same bytes") {
    const heapless here;
    std::size_t height = 0;
    for (int round = 0; round < 5; ++round) {
        lasti::static_frame<guarded_numbers> inner(guarded_numbers(2));
        lasti::static_frame<delegating> outer(delegating{inner.handle(), nullptr, 0});
        int seen[8];
        int n = 0;
        for (int i : outer.handle())
            if (n < 8) seen[n++] = i;
        CHECK(n == 6);
        CHECK(seen[0] == 0 && seen[1] == 1 && seen[2] == 102 && seen[3] == -1 && seen[4] == 20 && seen[5] == 10);
        if (round == 1) height = memory.high_water();
    }
    CHECK(memory.high_water() == height);
    CHECK(height + memory.left() == 8192);
}

CASE("iterate() with a TRY needs frame memory for the block stack and the exception") {
    const heapless here;
    int n = 0;
    for (int i : lasti::iterate(guarded_numbers(1))) n += i;
    CHECK(n == 0 + 101 - 1);
}

struct board_clock {
    lasti::delay::nanoseconds time{0};
    lasti::delay::nanoseconds now() const { return time; }
    bool jump_to(lasti::delay::nanoseconds deadline) {
        time = deadline;
        return true;
    }
};

int trace[16];
int traced = 0;
void note(int what) {
    if (traced < 16) trace[traced++] = what;
}

struct ticking {
    int id;
    double period;
    int times;
    GENERATOR_BODY(lasti::delay) {
        BEGIN;
        for (; times > 0; --times) {
            note(id);
            YIELD(period);
        }
        if (id == 2) RAISE(too_large{id});
        END;
    }
};

int reported = 0;

CASE("a loop of a fixed size: sleeps, equal deadlines in order, an error ends its task alone") {
    lasti::unraisable_hook const old =
        lasti::set_unraisable_hook([](lasti::error const& what, lasti::code const&) {
            if (what.is<too_large>()) ++reported;
        });
    {
        const heapless here;
        board_clock clock;
        lasti::static_frame<ticking> a(ticking{1, 1, 4});
        lasti::static_frame<ticking> b(ticking{2, 2, 2});
        lasti::static_frame<ticking> c(ticking{3, 0, 2});
        lasti::fixed_loop<3, board_clock> loop(clock);
        loop.add(a.handle());
        loop.add(b.handle());
        loop.add(c.handle());
        CHECK(loop.full() && loop.size() == 3 && loop.capacity() == 3);
        loop.run();
        CHECK(loop.empty());
        // At 2 s task 2 wakes first: it asked for that time first. The heap goes by the order of asking.
        const int expected[] = {1, 2, 3, 3, 1, 2, 1, 1};
        CHECK(traced == 8);
        for (int i = 0; i < 8; ++i) CHECK(trace[i] == expected[i]);
        CHECK(clock.time == std::chrono::seconds(4));
        CHECK(reported == 1);
    }
    lasti::set_unraisable_hook(old);
}

CASE("a full loop says so, and loses nothing") {
    board_clock clock;
    traced = 0;
    lasti::static_frame<ticking> a(ticking{1, 1, 1});
    lasti::static_frame<ticking> b(ticking{3, 1, 1});
    lasti::fixed_loop<1, board_clock> loop(clock);
    loop.add(a.handle());
#if LASTI_HAS_EXCEPTIONS
    bool told = false;
    try {
        loop.add(b.handle());
    } catch (lasti::runtime_error const& e) {
        told = checks::contains(e.what(), "full");
    }
    CHECK(told);
#else
    CHECK(checks::contains(checks::told_to_handler([&] { loop.add(b.handle()); }), "full"));
#endif
    CHECK(loop.size() == 1);
    loop.run();
    CHECK(traced == 1 && trace[0] == 1);
    loop.add(b.handle());
    loop.run();
    CHECK(traced == 2 && trace[1] == 3);
}

CASE("a loop that goes away with tasks in it closes nothing: their frames do") {
    bool cleaned = false;
    struct cleaning {
        bool* to;
        GENERATOR_BODY(lasti::delay) {
            BEGIN;
            TRY
                for (;;) YIELD(1);
            FINALLY
                *to = true;
            END_TRY
            END;
        }
    };
    const heapless here;
    board_clock clock;
    {
        lasti::static_frame<cleaning> frame(cleaning{&cleaned});
        {
            lasti::fixed_loop<2, board_clock> loop(clock);
            loop.add(frame.handle());
            loop.run_once();
            lasti::delay::nanoseconds when(0);
            CHECK(loop.next_deadline(when) && when == std::chrono::seconds(1));
        }
        CHECK(!cleaned);
    }
    CHECK(cleaned);
}

int steps = 0;
struct inner_sleeper {
    COROUTINE_BODY(int) {
        BEGIN;
        AWAIT(lasti::sleep(std::chrono::milliseconds(1500)));
        RETURN(7);
        END;
    }
};
struct sleeper {
    int got;
    COROUTINE_BODY(void) {
        BEGIN;
        AWAIT(lasti::sleep(0));
        ++steps;
        AWAIT_SET(got, lasti::coroutine<int>(inner_sleeper{}));
        steps += got;
        TRY
            AWAIT(lasti::sleep(1));
            RAISE(too_large{1});
        EXCEPT(too_large)
            steps += 100;
        END_TRY
        END;
    }
};

CASE("coroutines as the tasks of a fixed loop: they await each other, and sleep") {
    const heapless here;
    board_clock clock;
    lasti::static_frame<sleeper> frame(sleeper{0});
    lasti::fixed_loop<4, board_clock, lasti::coroutine<>> loop(clock);
    loop.add(frame.handle());
    loop.run();
    CHECK(steps == 108);
    CHECK(clock.time == std::chrono::milliseconds(2500));
}

CASE("frames in one memory cannot get another") {
#if LASTI_HAS_EXCEPTIONS
    bool told = false;
    try {
        lasti::set_frame_memory(memory.functions());
    } catch (lasti::runtime_error const&) {
        told = true;
    }
    CHECK(told);
    bool no_memory = false;
    try {
        struct large {
            char bytes[9000];
            GENERATOR_BODY(int) { BEGIN; YIELD(bytes[0]); END; }
        };
        const lasti::generator<int> g = large{};
    } catch (std::bad_alloc const&) {
        no_memory = true;
    }
    CHECK(no_memory);
#else
    CHECK(checks::contains(checks::told_to_handler([] { lasti::set_frame_memory(memory.functions()); }),
                           "set_frame_memory"));
#endif
}

} // namespace
