// fixed_loop: the article's loop, a deque of ready tasks and a heap of sleeping ones, of a fixed
// size and without a heap.
//
// Its tasks are generators that yield how long they want to sleep, as the article's do:
//
//     struct blink { GENERATOR_BODY(lasti::delay) { BEGIN; for (;;) { toggle(); YIELD(0.5); } END;
//     } }; static lasti::static_frame<blink> blinking(blink{}); lasti::fixed_loop<8, board_clock>
//     loop(clock); loop.add(blinking.handle()); loop.run();
//
// A delay of nothing gives way for one round. Nothing is allocated: the frames are where the caller
// has put them, the deque and the heap are arrays in the loop. Where there is an operating system,
// event_loop does more; this one is for where there is none, and for where nothing may be
// allocated.
#ifndef LASTI_FIXED_LOOP_HPP_INCLUDED
#define LASTI_FIXED_LOOP_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <cstdint>
#include <utility>

#include <lasti/delay.hpp>
#include <lasti/generator.hpp>

namespace lasti {

namespace detail {

/// Runs a task of a fixed_loop to where it sleeps next, and says how long; false: it has ended,
/// with a `problem` if it failed. Coroutines have their own, in <lasti/coroutine.hpp>.
template <class Task>
struct fixed_step;
template <class S, class R>
struct fixed_step<generator<delay, S, R>> {
    static bool run(generator<delay, S, R> const& task, delay& time, error& problem) {
        if (!task.resume(problem)) return false;
        time = task.value();
        return true;
    }
};

/// A task that sleeps. Earlier deadlines first, then those that were asked for first.
template <class Task>
struct fixed_sleeper {
    delay::nanoseconds due;
    std::uint32_t number;
    Task task;

    bool operator<(fixed_sleeper const& other) const noexcept {
        return due < other.due ||
               (due == other.due && static_cast<std::int32_t>(number - other.number) < 0);
    }
};

}  // namespace detail

/// `Capacity`: tasks at a time. `Clock`: anything with
///     delay::nanoseconds now()
///     bool jump_to(delay::nanoseconds deadline)
/// as a loop_clock has them: the second is called when all tasks sleep, and waits until then or for
/// a part of it (for an interrupt, say); false: it cannot wait, and the loop asks for the time
/// again.
template <std::size_t Capacity, class Clock, class Task = generator<delay>>
class fixed_loop {
public:
    /// `clock` must outlive the loop.
    explicit fixed_loop(Clock& clock) noexcept : clock_(clock) {}
    fixed_loop(fixed_loop const&) = delete;
    fixed_loop& operator=(fixed_loop const&) = delete;

    /// Its first step runs in the next round, in the order of the calls. Throws runtime_error if
    /// the loop is full, and leaves all as it was; ask full() where that can be.
    void add(Task task) {
        if (full()) detail::throw_out(runtime_error("fixed_loop: it is full; add() no more"));
        push(std::move(task));
        ++size_;
    }
    /// How many tasks have not ended.
    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    bool full() const noexcept { return size_ == Capacity; }
    static constexpr std::size_t capacity() noexcept { return Capacity; }

    /// Wakes the sleepers whose time has come, and runs what was ready at its beginning, in order;
    /// does not wait. What a task lets out ends that task alone, and goes to the unraisable hook.
    void run_once() {
        if (sleeping_ > 0) {
            const delay::nanoseconds now = clock_.now();
            while (sleeping_ > 0 && heap_[0].due <= now) push(pop_sleeper());
        }
        for (std::size_t n = ready_; n > 0; --n) step(pop());
    }
    /// Until all tasks have ended. Where all of them sleep the clock waits.
    void run() {
        while (!empty()) {
            if (ready_ == 0 && sleeping_ > 0) clock_.jump_to(heap_[0].due);
            run_once();
        }
    }
    /// When the next sleeper is due; false: nobody sleeps. For who calls run_once() himself.
    bool next_deadline(delay::nanoseconds& when) const noexcept {
        if (sleeping_ > 0) when = heap_[0].due;
        return sleeping_ > 0;
    }

private:
    typedef detail::fixed_sleeper<Task> sleeper;

    // The task still counts as one of the loop's while it runs, so there is always room for it.
    void step(Task task) {
        error problem;
        delay time(0);
        if (detail::fixed_step<Task>::run(task, time, problem))
            return suspend(std::move(task), time);
        --size_;
        if (problem) detail::report_unraisable(problem, *task.shared_frame()->gi_code);
    }
    void suspend(Task task, delay time) {
        if (time.is_zero() || time.is_negative()) return push(std::move(task));  // NaN, too
        const delay::nanoseconds now = clock_.now();
        const delay::nanoseconds longest = delay::nanoseconds::max();
        sift_up(sleeping_++, sleeper{time.count() > longest - now ? longest : now + time.count(),
                                     sleeps_++, std::move(task)});
    }

    void push(Task task) {
        const std::size_t at = first_ready_ + ready_++;
        deque_[at < Capacity ? at : at - Capacity] = std::move(task);
    }
    Task pop() {
        Task task = std::move(deque_[first_ready_]);
        if (++first_ready_ == Capacity) first_ready_ = 0;
        --ready_;
        return task;
    }
    Task pop_sleeper() {
        Task task = std::move(heap_[0].task);
        if (--sleeping_ > 0) sift_down(0, std::move(heap_[sleeping_]));
        return task;
    }
    void sift_up(std::size_t at, sleeper rising) {
        for (; at > 0 && rising < heap_[(at - 1) / 2]; at = (at - 1) / 2)
            heap_[at] = std::move(heap_[(at - 1) / 2]);
        heap_[at] = std::move(rising);
    }
    void sift_down(std::size_t at, sleeper sinking) {
        for (std::size_t child; (child = 2 * at + 1) < sleeping_; at = child) {
            if (child + 1 < sleeping_ && heap_[child + 1] < heap_[child]) ++child;
            if (!(heap_[child] < sinking)) break;
            heap_[at] = std::move(heap_[child]);
        }
        heap_[at] = std::move(sinking);
    }

    Clock& clock_;
    Task deque_[Capacity];                       // a ring
    sleeper heap_[Capacity > 1 ? Capacity : 2];  // of one, compilers warn that it has no second
    std::size_t size_ = 0;                       // tasks in both, and the one that runs
    std::size_t first_ready_ = 0;
    std::size_t ready_ = 0;
    std::size_t sleeping_ = 0;
    std::uint32_t sleeps_ = 0;
};

}  // namespace lasti

#endif
