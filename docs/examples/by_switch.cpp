// Tutorial 1, the exercise: a generator without the library.
#include <iostream>

// [by_switch]
struct countdown {
    int n;
    int f_lasti = -1;                   // where to go on: the whole trick
    int value = 0;                      // what was yielded

    explicit countdown(int from) : n(from) {}

    bool resume() {
        switch (f_lasti) {
        case -1:
            for (; n > 0; --n) {
                value = n;
                f_lasti = 1;            // YIELD(n): note where we are,
                return true;            // leave,
        case 1:;                        // and come back to here
            }
            f_lasti = -2;
        }
        return false;
    }
};

int main() {
    countdown g(3);
    while (g.resume()) std::cout << g.value << " (f_lasti " << g.f_lasti << ")\n";
    std::cout << "end (f_lasti " << g.f_lasti << ")\n";
}
// [/by_switch]
