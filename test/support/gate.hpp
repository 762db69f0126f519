// gate: what one thread of a test opens and another waits for; no test sleeps.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

/// Copies are the same gate.
class gate {
public:
    gate() : state_(std::make_shared<state>()) {}

    void open() const {
        const std::lock_guard<std::mutex> locked(state_->mutex);
        state_->is_open = true;
        state_->changed.notify_all();
    }
    void wait() const {
        std::unique_lock<std::mutex> locked(state_->mutex);
        state_->changed.wait(locked, [this] { return state_->is_open; });
    }

private:
    struct state {
        std::mutex mutex;
        std::condition_variable changed;
        bool is_open = false;
    };
    std::shared_ptr<state> state_;
};

/// Calls `work` on a thread of its own, and joins it.
struct worker {
    std::thread thread;
    explicit worker(std::function<void()> work) : thread(std::move(work)) {}
    worker(worker const&) = delete;
    worker& operator=(worker const&) = delete;
    ~worker() {
        if (thread.joinable()) thread.join();
    }
};
