// How much a program grows by what it uses: freestanding.py compiles it with PART = 0, 1, … and
// compares the sizes.
#include <lasti/freestanding.hpp>
#include <lasti/keywords.hpp>

#include "board.hpp"

namespace {

volatile int sink;

template <int Which>
struct counting {
    int n;
    GENERATOR_BODY(int) {
        BEGIN;
        for (; n > 0; --n) YIELD(n + Which);
        END;
    }
};

template <int Which>
struct task {
    int n;
    GENERATOR_BODY(lasti::delay) {
        BEGIN;
        for (; n > 0; --n) {
            sink = Which;
            YIELD(std::chrono::milliseconds(Which));
        }
        END;
    }
};

struct failing {
    int n;
    GENERATOR_BODY(int) {
        BEGIN;
        TRY
            YIELD(n);
            RAISE(n);
        EXCEPT(int)
            YIELD(CAUGHT(int));
        FINALLY
            n = 0;
        END_TRY
        END;
    }
};

// What a protothread of Contiki is, by hand: an integer and a switch.
struct protothread {
    unsigned short at;
};
template <int Which>
int counting_protothread(protothread& self, int& n) {
    switch (self.at) {
    case 0:
        for (; n > 0; --n) {
            self.at = 1;
            return n + Which;
        case 1:;
        }
    }
    self.at = 2;
    return 0;
}
protothread threads[PART == 9 ? 2 : 1];

template <int Which>
void by_protothread() {
    int n = 3;
    while (const int i = counting_protothread<Which>(threads[PART == 9 ? Which - 1 : 0], n)) sink = i;
}

template <int Which>
void by_value() {
    for (int i : lasti::iterate(counting<Which>{3})) sink = i;
}

#if PART >= 3 && PART <= 5
lasti::static_frame<counting<1>> first(counting<1>{3});
#endif
#if PART == 4
lasti::static_frame<counting<2>> second(counting<2>{3});
#endif
#if PART == 5
lasti::static_frame<failing> fails(failing{3});
lasti::static_memory<128> memory;
#endif
#if PART == 6 || PART == 7
lasti::static_frame<task<1>> task_1(task<1>{3});
#endif
#if PART == 7
lasti::static_frame<task<2>> task_2(task<2>{3});
#endif
#if PART == 6 || PART == 7
board::clock clock;
lasti::fixed_loop<PART - 5, board::clock> loop(clock);
#endif

void drive(lasti::generator<int> const& g) {
    lasti::error problem;
    while (g.resume(problem)) sink = g.value();
}

} // namespace

int program() {
#if PART == 0
    sink = 1;
#elif PART == 1
    by_value<1>();
#elif PART == 2
    by_value<1>();
    by_value<2>();
#elif PART >= 8
    by_protothread<1>();
#if PART == 9
    by_protothread<2>();
#endif
#elif PART <= 5
    drive(first.handle());
#if PART == 4
    drive(second.handle());
#endif
#if PART == 5
    lasti::set_frame_memory(memory.functions());
    drive(fails.handle());
#endif
#else
    loop.add(task_1.handle());
#if PART == 7
    loop.add(task_2.handle());
#endif
    loop.run();
#endif
    (void)&by_value<1>;
    (void)&by_protothread<1>;
    (void)&drive;
    return 0;
}
