// Tasks without a heap: their frames are variables, the loop has room for a fixed number of them.
#include <iostream>

#include <lasti/fixed_loop.hpp>
#include <lasti/frame_memory.hpp>
#include <lasti/static_frame.hpp>
#include <lasti/keywords.hpp>

// [tasks]
struct lamp {
    const char* name;
    double period;                                      // in seconds
    int times;
    GENERATOR_BODY(lasti::delay) {                      // yields how long it wants to sleep
        BEGIN;
        for (; times > 0; --times) {
            std::cout << name << " on\n";
            YIELD(period / 2);
            std::cout << name << " off\n";
            YIELD(period / 2);
        }
        END;
    }
};

struct fixed_clock {                                    // a board's would read a timer, and wait for interrupts
    lasti::delay::nanoseconds time{0};
    lasti::delay::nanoseconds now() const { return time; }
    bool jump_to(lasti::delay::nanoseconds deadline) { return time = deadline, true; }
};

lasti::static_frame<lamp> red(lamp{"red", 2, 2});
lasti::static_frame<lamp> green(lamp{"green", 3, 1});

void shine() {
    fixed_clock clock;
    lasti::fixed_loop<4, fixed_clock> loop(clock);      // room for 4 tasks
    loop.add(red.handle());
    loop.add(green.handle());
    loop.run();
}
// [/tasks]

// [memory]
lasti::static_memory<1024> memory;                      // for block stacks, exceptions, and frames

struct out_of_paper { int page; };

struct printer {
    int page;
    GENERATOR_BODY(int) {
        BEGIN;
        TRY
            for (; page <= 2; ++page) YIELD(page);
            RAISE(out_of_paper{page});
        EXCEPT(out_of_paper)
            std::cout << "no paper for page " << CAUGHT(out_of_paper).page << '\n';
        END_TRY
        END;
    }
};

int main() {
    lasti::set_frame_memory(memory.functions());        // before the first frame gets memory
    shine();
    for (int page : lasti::iterate(printer{1})) std::cout << "page " << page << '\n';
    for (int page : lasti::generator<int>(printer{2})) std::cout << "page " << page << '\n';
    return memory.high_water() <= 1024 ? 0 : 1;
}
// [/memory]
