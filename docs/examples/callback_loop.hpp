// Tutorial 7: an event loop of callbacks; futures; and tasks, which are callbacks too.
#ifndef LASTI_CALLBACK_LOOP_HPP_INCLUDED
#define LASTI_CALLBACK_LOOP_HPP_INCLUDED

#include <deque>
#include <functional>
#include <iostream>
#include <memory>
#include <queue>
#include <string>
#include <tuple>
#include <vector>

#include <lasti/generator.hpp>

#include "little_clock.hpp"

// [loop]
class event_loop {                      // it knows nothing of coroutines
public:
    typedef std::function<void()> callback;

    explicit event_loop(little_clock& clock) : clock_(clock) {}
    virtual ~event_loop() {}

    void call_soon(callback f) { ready_.push_back(f); }
    void call_later(double seconds, callback f) {
        sleeping_.push(timer{clock_.now() + seconds, sequence_++, f});
    }
    void run() {
        while (!ready_.empty() || !sleeping_.empty() || watches()) {
            wait(!ready_.empty() ? 0 : sleeping_.empty() ? 1e9 : sleeping_.top().deadline - clock_.now());
            for (; !sleeping_.empty() && sleeping_.top().deadline <= clock_.now(); sleeping_.pop())
                ready_.push_back(sleeping_.top().f);
            for (std::size_t n = ready_.size(); n > 0; --n) {
                const callback f = ready_.front();
                ready_.pop_front();
                f();
            }
        }
    }

protected:
    virtual void wait(double seconds) { clock_.wait(seconds); }     // chapter 9 waits for more
    virtual bool watches() const { return false; }

    little_clock& clock_;

private:
    struct timer {
        double deadline;
        int sequence;
        callback f;
        bool operator<(timer const& other) const {
            return std::tie(other.deadline, other.sequence) < std::tie(deadline, sequence);
        }
    };
    std::deque<callback> ready_;
    std::priority_queue<timer> sleeping_;
    int sequence_ = 0;
};
// [/loop]

// [future]
class future {                          // a value that comes later, and who wants to be told
public:
    explicit future(event_loop& loop) : loop_(loop) {}

    bool done() const { return done_; }
    std::string const& result() const { return result_; }
    void set_result(std::string result) {
        result_ = result;
        done_ = true;
        for (event_loop::callback const& f : callbacks_) loop_.call_soon(f);    // calls nobody
        callbacks_.clear();
    }
    void add_done_callback(event_loop::callback f) {
        if (done_) loop_.call_soon(f);
        else callbacks_.push_back(f);
    }

private:
    event_loop& loop_;
    bool done_ = false;
    std::string result_;
    std::vector<event_loop::callback> callbacks_;
};
typedef std::shared_ptr<future> future_ptr;
// [/future]

// [task]
// A coroutine yields the future it waits for, and is sent nothing: it asks that for its result.
typedef lasti::generator<future_ptr, void, std::string> coroutine;

class task : public future, public std::enable_shared_from_this<task> {
public:
    task(event_loop& loop, coroutine c) : future(loop), coroutine_(c) {}

    void step() {
        if (coroutine_.resume()) {
            const std::shared_ptr<task> self = shared_from_this();
            coroutine_.value()->add_done_callback([self] { self->step(); });
        } else {
            set_result(coroutine_.result());
        }
    }

private:
    coroutine coroutine_;
};

inline future_ptr create_task(event_loop& loop, coroutine c) {
    const std::shared_ptr<task> made = std::make_shared<task>(loop, c);
    loop.call_soon([made] { made->step(); });
    return made;
}

inline future_ptr sleep(event_loop& loop, double seconds) {
    const future_ptr done = std::make_shared<future>(loop);
    loop.call_later(seconds, [done] { done->set_result(""); });
    return done;
}
// [/task]

#endif
