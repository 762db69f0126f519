// thread_pool_executor: threads that take work from one queue.
#include <lasti/threads.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include <lasti/frame.hpp>
#include <lasti/detail/loop_core.hpp>

#if defined(__linux__) || defined(__APPLE__)
#include <pthread.h>
#endif

namespace lasti {
namespace detail {

namespace {

void name_this_thread(std::string const& name) {
#if defined(__linux__)
    pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());  // Linux takes no more
#elif defined(__APPLE__)
    pthread_setname_np(name.c_str());
#else
    (void)name;
#endif
}

const code work_of_users = {"executor::execute", __FILE__, __LINE__};

}  // namespace

/// What the threads share with the executor, and keep while they run.
class thread_pool : public std::enable_shared_from_this<thread_pool> {
public:
    thread_pool(unsigned most, std::string prefix) : most_(most), prefix_(std::move(prefix)) {}

    void put(std::function<void()> work) {
        const std::lock_guard<std::mutex> locked(mutex_);
        if (closing_) throw_out(runtime_error("cannot schedule new futures after shutdown"));
        if (queue_.size() >= idle_ && alive_ < most_) add_thread();
        queue_.push_back(std::move(work));
        changed_.notify_one();
    }
    void close(bool drop_queued, std::function<void()> when_ended) {
        std::deque<std::function<void()>> dropped;
        {
            const std::lock_guard<std::mutex> locked(mutex_);
            closing_ = true;
            if (drop_queued) dropped.swap(queue_);
            changed_.notify_all();
            if (alive_ > 0) return when_ended_.push_back(std::move(when_ended));
        }
        when_ended();
    }
    /// After close(). False: some threads did not end in time; nobody joins them any more.
    bool join(delay::nanoseconds time) {
        std::vector<std::thread> threads;
        bool ended = false;
        {
            std::unique_lock<std::mutex> locked(mutex_);
            if (!is_one_of_them())
                ended = ended_.wait_for(locked, time, [this] { return alive_ == 0; });
            threads.swap(threads_);
        }
        for (std::thread& t : threads) {
            if (ended) t.join();
            else t.detach();
        }
        return ended;
    }
    unsigned alive() const {
        const std::lock_guard<std::mutex> locked(mutex_);
        return alive_;
    }

private:
    void add_thread() {
        const std::shared_ptr<thread_pool> self = shared_from_this();
        const std::string name = prefix_ + '_' + std::to_string(threads_.size());
        const error problem = outcome_of([&] {
            threads_.push_back(std::thread([self, name] {
                name_this_thread(name);
                const leaving at_end = {*self};
                self->work();
            }));
        });
        if (!problem) ++alive_;
        else if (alive_ == 0)
            problem.rethrow();  // the system has no thread left, and we none that could do the work
    }

    // Also where a job ends its thread, by pthread_exit().
    struct leaving {
        thread_pool& pool;
        ~leaving() { pool.leave(); }
    };

    void work() {
        std::unique_lock<std::mutex> locked(mutex_);
        for (;;) {
            ++idle_;
            changed_.wait(locked, [this] { return closing_ || !queue_.empty(); });
            --idle_;
            if (queue_.empty()) return;
            std::function<void()> next = std::move(queue_.front());
            queue_.pop_front();
            locked.unlock();
            const error problem = outcome_of(next);
            if (problem) report_unraisable(problem, work_of_users);
            next = nullptr;
            locked.lock();
        }
    }

    void leave() {
        std::vector<std::function<void()>> to_call;
        {
            const std::lock_guard<std::mutex> locked(mutex_);
            --alive_;
            if (alive_ == 0) to_call.swap(when_ended_);
            ended_.notify_all();
        }
        for (std::function<void()> const& call : to_call) call();
    }

    bool is_one_of_them() const {
        const std::thread::id here = std::this_thread::get_id();
        return std::any_of(threads_.begin(), threads_.end(),
                           [&](std::thread const& t) { return t.get_id() == here; });
    }

    mutable std::mutex mutex_;
    std::condition_variable changed_, ended_;
    std::deque<std::function<void()>> queue_;
    std::vector<std::thread> threads_;
    std::vector<std::function<void()>> when_ended_;
    std::size_t idle_ = 0;
    unsigned alive_ = 0;
    unsigned const most_;
    std::string const prefix_;
    bool closing_ = false;
};

}  // namespace detail

namespace {

unsigned default_workers() { return std::min(32u, std::thread::hardware_concurrency() + 4); }

}  // namespace

thread_pool_executor::thread_pool_executor(unsigned max_workers, std::string name_prefix)
    : pool_(std::make_shared<detail::thread_pool>(max_workers ? max_workers : default_workers(),
                                                  std::move(name_prefix))) {}

thread_pool_executor::~thread_pool_executor() { shutdown(); }

void thread_pool_executor::execute(std::function<void()> work) { pool_->put(std::move(work)); }

void thread_pool_executor::shut_down(bool drop_queued, std::function<void()> when_ended) {
    pool_->close(drop_queued, std::move(when_ended));
}

bool thread_pool_executor::shutdown(delay time, bool drop_queued) {
    const delay::nanoseconds limit = detail::real_time(time, "thread_pool_executor::shutdown");
    pool_->close(drop_queued, [] {});
    return pool_->join(limit);
}

unsigned thread_pool_executor::size() const { return pool_->alive(); }

}  // namespace lasti
