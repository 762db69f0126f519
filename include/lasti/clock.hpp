// The clock of an event loop, which is a part of it: real time by default, virtual time for tests.
//
// Python: loop.time(). With a virtual_clock a program that sleeps for an hour runs in a
// millisecond, with the same order of events:
//
//     lasti::virtual_clock clock;
//     lasti::event_loop loop(clock);
#ifndef LASTI_CLOCK_HPP_INCLUDED
#define LASTI_CLOCK_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <chrono>

#include <lasti/delay.hpp>
#include <lasti/export.hpp>

namespace lasti {

/// Where an event loop reads the time. It must outlive the loop. Only the loop's thread calls it.
class LASTI_API loop_clock {
public:
    typedef delay::nanoseconds time_point;  ///< Time since the clock's own beginning.

    virtual ~loop_clock();
    virtual time_point now() const = 0;
    /// Asked when nothing can happen before `deadline`: true if the clock went there itself, so
    /// that the loop need not wait. The default is real time, which cannot be hurried: false.
    virtual bool jump_to(time_point deadline);
};

/// Real time that never goes back (std::chrono::steady_clock), from the clock's construction.
class LASTI_API steady_clock final : public loop_clock {
public:
    steady_clock();
    ~steady_clock() override;
    time_point now() const override;

private:
    std::chrono::steady_clock::time_point start_;
};

/// Time that stands still while tasks run and jumps to the next deadline when all of them sleep.
class LASTI_API virtual_clock final : public loop_clock {
public:
    virtual_clock();
    ~virtual_clock() override;
    time_point now() const override;
    bool jump_to(time_point deadline) override;
    /// Moves the time by hand, as code that takes long would. Negative: value_error.
    void advance(delay time);

private:
    time_point now_;
};

}  // namespace lasti

#endif
