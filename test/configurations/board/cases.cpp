// What runs on the board: generators in variables, TRY, delegation, and a loop, by two clocks.
#include <lasti/freestanding.hpp>
#include <lasti/keywords.hpp>

#include "board.hpp"

namespace {

lasti::static_memory<2048> memory;
int failures = 0;

void check(bool holds, const char* what) {
    board::print(holds ? "ok " : "not ok ");
    board::print(what);
    board::print("\n");
    failures += !holds;
}

// [blink]
struct blink {
    int pin;
    int times;
    GENERATOR_BODY(lasti::delay) {
        BEGIN;
        for (; times > 0; --times) {
            board::print("on ");
            board::print(pin);
            board::print("\n");
            YIELD(std::chrono::milliseconds(5 * pin));
        }
        END;
    }
};

lasti::static_frame<blink> red(blink{1, 4});
lasti::static_frame<blink> green(blink{2, 2});

void shine() {
    board::clock clock;
    lasti::fixed_loop<4, board::clock> loop(clock);
    loop.add(red.handle());
    loop.add(green.handle());
    loop.run();
}
// [/blink]

struct countdown {
    int n;
    GENERATOR_BODY(int) {
        BEGIN;
        for (; n > 0; --n) YIELD(n);
        END;
    }
};

struct no_paper {
    int page;
};

struct printer {
    lasti::generator<int> first;
    int item;
    explicit printer(lasti::generator<int> f) : first(f), item(0) {}
    GENERATOR_BODY(int) {
        BEGIN;
        YIELD_FROM(first);
        TRY
            FOR(item, lasti::generator<int>(countdown{2}))
                YIELD(10 * item);
            END_FOR
            RAISE(no_paper{7});
        EXCEPT(no_paper)
            YIELD(CAUGHT(no_paper).page);
            RAISE(lasti::runtime_error("jammed"));
        FINALLY
            YIELD(-1);
        END_TRY
        END;
    }
};

struct doubling {
    int x;
    GENERATOR_BODY(int, int, int) {
        BEGIN;
        YIELD_SET(x, 0);
        while (x > 0) YIELD_SET(x, 2 * x);
        RETURN(5);
        END;
    }
};

struct stepping_clock {
    lasti::delay::nanoseconds time{0};
    lasti::delay::nanoseconds now() const { return time; }
    bool jump_to(lasti::delay::nanoseconds deadline) {
        time = deadline;
        return true;
    }
};

long order = 0;
struct sleeper {
    int id;
    int milliseconds;
    int times;
    GENERATOR_BODY(lasti::delay) {
        BEGIN;
        for (; times > 0; --times) {
            order = 10 * order + id;
            YIELD(std::chrono::milliseconds(milliseconds));
        }
        if (id == 3) RAISE(no_paper{3});
        END;
    }
};
int lost = 0;

void try_all() {
    int sum = 0;
    for (int i : lasti::iterate(countdown{3})) sum = 10 * sum + i;
    check(sum == 321, "iterate");

    lasti::error problem;
    {
        lasti::static_frame<countdown> inner(countdown{1});
        lasti::static_frame<printer> outer(printer(inner.handle()));
        const lasti::generator<int> g = outer.handle();
        long all = 0;
        while (g.resume(problem)) all = 100 * all + g.value();
        check(all == 120100700 - 1 + 1000000000l * 0 && problem.is<lasti::runtime_error>(),
              "YIELD_FROM, FOR, TRY, RAISE, EXCEPT, FINALLY");
        board::print(problem.what());
        board::print("\n");
        check(problem.context().is<no_paper>(), "the context of an exception");
    }
    {
        lasti::static_frame<doubling> frame(doubling{0});
        const lasti::generator<int, int, int> g = frame.handle();
        bool well = g.resume(problem);
        well = well && g.resume_with(4, problem) && g.value() == 8;
        well = well && !g.resume_with(0, problem) && !problem && g.result() == 5;
        well = well && !g.resume_with(1, problem);
        check(well, "send, and a result");
    }
    {
        lasti::static_frame<doubling> frame(doubling{0});
        frame.handle().resume_with(4, problem);
        check(problem.is<lasti::type_error>(), "the wrong use of a generator is told");
        board::print(problem.what());
        board::print("\n");
    }
    {
        stepping_clock clock;
        lasti::static_frame<sleeper> a(sleeper{1, 10, 4});
        lasti::static_frame<sleeper> b(sleeper{2, 20, 2});
        lasti::static_frame<sleeper> c(sleeper{3, 0, 2});
        lasti::set_unraisable_hook([](lasti::error const&, lasti::code const&) { ++lost; });
        lasti::fixed_loop<3, stepping_clock> loop(clock);
        loop.add(a.handle());
        loop.add(b.handle());
        loop.add(c.handle());
        loop.run();
        check(order == 12331211 && clock.time == std::chrono::milliseconds(40), "a loop on a clock that jumps");
        check(lost == 1, "an exception ends its task alone, and is told");
    }
}

} // namespace

int program() {
    lasti::set_frame_memory(memory.functions());
    try_all();
    const std::size_t height = memory.high_water();
    order = lost = 0;
    try_all();
    check(memory.high_water() == height, "the second time needs no more memory");
    shine();
    board::print("memory ");
    board::print(static_cast<long>(height));
    board::print("\n");
    return failures;
}
