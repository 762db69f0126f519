// thread_watcher: what a thread's frames and its loop tell, made into events for the observers that
// are attached there.
//
// The loop tells little: who is put into the deque is found by looking at it, before each event and
// at the end of each turn. So nothing that makes somebody ready has code for it.
#ifndef LASTI_TRACE_WATCHER_HPP_INCLUDED
#define LASTI_TRACE_WATCHER_HPP_INCLUDED

#include <cstddef>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include <lasti/detail/loop_core.hpp>
#include <lasti/detail/watching.hpp>
#include <lasti/trace.hpp>

namespace lasti {
namespace detail {

class thread_watcher final : public frame_watcher {
public:
    /// Null: nobody is attached on this thread.
    static thread_watcher* here() noexcept { return static_cast<thread_watcher*>(watcher_here()); }
    static void attach(trace::observer& who);
    static void detach(trace::observer& who) noexcept;

    // ---- frames ----
    void created(frame& f, frame_shows const& how) noexcept override;
    void entering(frame& f) noexcept override;
    void left(frame& f, step why) noexcept override;
    void thrown_in(frame& f, error const& thrown) noexcept override;
    void ended(frame& f) noexcept override;
    void gone(frame& f) noexcept override;

    // ---- the loop ----
    void run_begins(loop_core& core) noexcept;
    void task_created(task_state& made) noexcept;
    void cancel_asked(task_state& of) noexcept;
    void asleep(runnable& who, loop_clock::time_point deadline) noexcept;
    void turn_begins(runnable& who) noexcept;
    /// Inside of another turn, and not from the deque.
    void eager_turn_begins(task_state& who) noexcept;
    void turn_ends(runnable& who) noexcept;
    void task_destroyed(task_state& ended) noexcept;
    void loop_waits(loop_clock::time_point deadline) noexcept;
    void round_begins() noexcept;

    // ---- for those who take snapshots ----
    struct known {
        unsigned number;
        std::string name;
        frame_shows const* shows;
    };
    std::map<unsigned, frame*> const& living() const noexcept { return living_; }
    /// Null: it was made before somebody was attached.
    known const* find(frame const& f) const noexcept;
    /// The loop that runs here, or ran last; null: none did.
    loop_core* loop() const noexcept { return loop_.get(); }
    /// Its time; once its event_loop is gone, with which its clock may go, the last one seen.
    loop_clock::time_point now() noexcept;
    static trace::actor actor_of(runnable& who);

private:
    template <class Event>
    void tell(Event const& event) noexcept;
    void tell_scheduled();
    trace::subject subject_of(frame& f);
    trace::actor cause_of(runnable& who);
    trace::actor by_whom() const;

    std::vector<trace::observer*> observers_;
    std::unordered_map<frame const*, known> frames_;
    std::map<unsigned, frame*> living_;
    std::map<std::string, unsigned> made_of_name_;
    unsigned frames_made_ = 0;
    counted<loop_core> loop_;
    loop_clock::time_point now_ = loop_clock::time_point::zero();
    std::size_t known_ready_ = 0;      // how many of the deque were told
    std::vector<trace::actor> turns_;  // that are under way: eager tasks nest
    std::unordered_map<runnable const*, loop_clock::time_point> sleeping_;
    bool in_round_ = false;
    bool telling_ = false;
    frame const* again_ = nullptr;  // it is only entered once more
};

}  // namespace detail
}  // namespace lasti

#endif
