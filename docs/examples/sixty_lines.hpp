// Tutorial 6: an event loop in sixty lines, of generators, a deque and a heap.
#ifndef LASTI_SIXTY_LINES_HPP_INCLUDED
#define LASTI_SIXTY_LINES_HPP_INCLUDED

#include <deque>
#include <iostream>
#include <queue>
#include <tuple>

#include <lasti/generator.hpp>

#include "little_clock.hpp"

// [loop]
typedef lasti::generator<double> coroutine;     // yields for how many seconds it wants to sleep,
const double parked = -1;                       // or this: until somebody adds it again

class event_loop {
public:
    explicit event_loop(little_clock& clock) : clock_(clock) {}

    void add(coroutine c) { ready_.push_back(c); }
    coroutine current() const { return current_; }

    void run() {
        while (!ready_.empty() || !sleeping_.empty()) {
            if (ready_.empty()) clock_.wait(sleeping_.top().deadline - clock_.now());
            wake_sleepers();
            run_ready();
        }
    }

private:
    struct sleeper {
        double deadline;
        int sequence;               // of two with one deadline, who went to sleep first
        coroutine who;
        bool operator<(sleeper const& other) const {    // the greatest is on top: so, turned round
            return std::tie(other.deadline, other.sequence) < std::tie(deadline, sequence);
        }
    };

    void wake_sleepers() {
        while (!sleeping_.empty() && sleeping_.top().deadline <= clock_.now()) {
            ready_.push_back(sleeping_.top().who);
            sleeping_.pop();
        }
    }
    void run_ready() {
        for (std::size_t n = ready_.size(); n > 0; --n) {   // who is added now has to wait a round
            current_ = ready_.front();
            ready_.pop_front();
            try {
                if (current_.resume()) put_aside(current_, current_.value());
            } catch (std::exception const& e) {
                std::cout << "failed: " << e.what() << '\n';
            }
        }
    }
    void put_aside(coroutine c, double seconds) {
        if (seconds > 0) sleeping_.push(sleeper{clock_.now() + seconds, sequence_++, c});
        else if (seconds == 0) ready_.push_back(c);
    }

    little_clock& clock_;
    std::deque<coroutine> ready_;
    std::priority_queue<sleeper> sleeping_;
    int sequence_ = 0;
    coroutine current_;
};
// [/loop]

#endif
