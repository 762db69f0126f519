// The time of the loops that the tutorial builds: it passes, or, told --virtual, it jumps.
#ifndef LASTI_LITTLE_CLOCK_HPP_INCLUDED
#define LASTI_LITTLE_CLOCK_HPP_INCLUDED

#include <chrono>
#include <cstring>
#include <thread>

class little_clock {
public:
    little_clock(int argc, char** argv) : jumps_(argc > 1 && std::strcmp(argv[1], "--virtual") == 0) {}

    bool jumps() const { return jumps_; }
    /// Seconds since the program's beginning.
    double now() const {
        const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start_;
        return jumps_ ? virtual_now_ : passed.count();
    }
    /// Blocks for so many seconds, if they are more than 0: nothing else happens meanwhile.
    void wait(double seconds) {
        if (!jumps_) std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
        else if (seconds > 0) virtual_now_ += seconds;
    }

private:
    bool jumps_;
    double virtual_now_ = 0;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

#endif
