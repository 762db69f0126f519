// The trace in Chrome's trace event format, an array of JSON objects, one a line:
// https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
//
// X is a slice, b and e a span of a wait, s and f the ends of an arrow, i an instant, M a name.
#include <lasti/trace.hpp>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>
#include <vector>

#include "trace_watcher.hpp"
#include "trace_words.hpp"

namespace lasti {
namespace trace {

class chrome::writer {
public:
    enum track : long { of_program = 1, of_loop = 2, of_callbacks = 3, of_first_task = 4 };

    typedef std::chrono::steady_clock real_clock;

    explicit writer(std::string const& path) : out_(path.c_str()) {
        if (!out_) detail::throw_out(runtime_error("trace::chrome: can't write to " + path));
        out_ << "[\n";
        name_track(of_program, "the program");
        name_track(of_loop, "the loop");
        name_track(of_callbacks, "callbacks and timers");
        turns_.push_back(of_program);
    }
    ~writer() {
        while (!slices_.empty()) end_slice("");
        end_waiting();
        while (!waits_.empty()) end_wait(waits_.begin()->first);
        out_ << "\n]\n";
    }

    /// Now, in us: later than at the last call.
    long long tick() {
        using std::chrono::duration_cast;
        detail::thread_watcher* const watcher = detail::thread_watcher::here();
        const detail::loop_core* const loop = watcher ? watcher->loop() : nullptr;
        const long long clock =
            duration_cast<std::chrono::microseconds>(
                loop ? watcher->now() : std::chrono::nanoseconds(real_clock::now() - start_))
                .count();
        if (loop != loop_) offset_ = last_ - clock;
        loop_ = loop;
        last_ = std::max(last_ + 1, clock + offset_);
        return last_;
    }

    long current() const { return turns_.back(); }
    long track_of(actor const& who) {
        if (who.what == actor::task) {
            long& number = tracks_[who.as_task.shared_state().get()];
            if (number == 0) {
                number = of_first_task + tasks_++;
                name_track(number, who.name);
            }
            return number;
        }
        return who.what == actor::program                               ? of_program
               : who.what == actor::clock || who.what == actor::outside ? of_loop
                                                                        : of_callbacks;
    }
    /// What is made where that one was has a track of its own.
    void forget(actor const& task) { tracks_.erase(task.as_task.shared_state().get()); }

    void begin_turn(actor const& who) {
        const long on = track_of(who);
        end_wait(on);
        turns_.push_back(on);
        begin_slice(who.name);
        const auto arrow = arrows_.find(on);
        if (arrow == arrows_.end()) return;
        for (long id : arrow->second)
            event("f", "woken", on, slices_.back().start,
                  ",\"id\":" + std::to_string(id) + ",\"bp\":\"e\",\"cat\":\"wake\"");
        arrows_.erase(arrow);
    }
    void end_turn() {
        end_slice("");
        if (turns_.size() > 1) turns_.pop_back();
    }
    void begin_slice(std::string const& name) { slices_.push_back(slice{name, current(), tick()}); }
    void end_slice(std::string const& how) {
        if (slices_.empty()) return;
        const slice s = slices_.back();
        slices_.pop_back();
        write_slice(s, tick(), how);
    }
    void begin_wait(actor const& who, std::string const& what) {
        const long on = track_of(who);
        waits_[on] = what;
        wait_event("b", on);
    }
    void end_wait(long on) {
        const auto found = waits_.find(on);
        if (found == waits_.end()) return;
        wait_event("e", on);
        waits_.erase(found);
    }
    /// An arrow from who wakes it to its next turn.
    void wake(actor const& who, actor const& by) {
        const long to = track_of(who), from = track_of(by);
        end_wait(to);
        long long at = tick();
        if (turns_.size() == 1) {  // an arrow begins in a slice
            end_waiting();
            at = tick();
            const slice s = {by.name + " wakes " + who.name, from, at};
            write_slice(s, tick(), "");
        }
        arrows_[to].push_back(++ids_);
        event("s", "woken", from, at, ",\"id\":" + std::to_string(ids_) + ",\"cat\":\"wake\"");
    }
    void instant(long on, std::string const& name) { event("i", name, on, tick(), ",\"s\":\"t\""); }
    void begin_waiting(std::string const& name) {
        waiting_ = slice{name, of_loop, tick()};
        is_waiting_ = true;
    }
    void end_waiting() {
        if (is_waiting_) write_slice(waiting_, tick(), "");
        is_waiting_ = false;
    }

private:
    struct slice {
        std::string name;
        long on;
        long long start;
    };

    void name_track(long on, std::string const& name) {
        event("M", "thread_name", on, 0, ",\"args\":{\"name\":" + json(name) + "}");
        event("M", "thread_sort_index", on, 0,
              ",\"args\":{\"sort_index\":" + std::to_string(on) + "}");
    }
    void write_slice(slice const& s, long long end, std::string const& how) {
        event("X", s.name, s.on, s.start,
              ",\"dur\":" + std::to_string(end - s.start) +
                  (how.empty() ? "" : ",\"args\":{\"then\":" + json(how) + "}"));
    }
    void wait_event(const char* phase, long on) {
        event(phase, waits_[on], on, tick(), ",\"id\":" + std::to_string(on) + ",\"cat\":\"wait\"");
    }
    void event(const char* phase, std::string const& name, long on, long long at,
               std::string const& more) {
        out_ << (is_first_ ? "" : ",\n") << "{\"ph\":\"" << phase << "\",\"name\":" << json(name)
             << ",\"pid\":1,\"tid\":" << on << ",\"ts\":" << at << more << '}';
        is_first_ = false;
    }

    std::ofstream out_;
    real_clock::time_point const start_ = real_clock::now();
    detail::loop_core const* loop_ = nullptr;
    long long offset_ = 0;
    long long last_ = 0;
    long tasks_ = 0;
    long ids_ = 0;
    bool is_first_ = true;
    bool is_waiting_ = false;
    slice waiting_;
    std::map<detail::future_state const*, long> tracks_;
    std::vector<long> turns_;    // the tracks of those that are under way
    std::vector<slice> slices_;  // that are open; they nest
    std::map<long, std::string> waits_;
    std::map<long, std::vector<long>> arrows_;  // to the next turn on a track
};

chrome::chrome(std::string const& path) : to_(new writer(path)) { attach(); }

chrome::~chrome() {}

void chrome::resumed(subject const& f, std::string const&) { to_->begin_slice(f.name); }

void chrome::thrown_in(subject const& f, error const& exception) {
    to_->instant(to_->current(), f.name + " is thrown " + words(exception));
}

void chrome::yielded(subject const&, std::string const& value) {
    to_->end_slice("yields " + value);
}

void chrome::asked(subject const&, std::string const& request) {
    to_->end_slice("awaits " + request);
}

void chrome::delegated(subject const&, subject const& to) {
    to_->end_slice("delegates to " + to.name);
}

void chrome::raised(subject const&, error const& exception) {
    to_->end_slice("raises " + words(exception));
}

void chrome::returned(subject const&, std::string const& value) {
    to_->end_slice("returns " + value);
}

void chrome::task_created(actor const& made, subject const& coroutine, actor const&) {
    to_->instant(to_->track_of(made), "made of " + coroutine.name);
}

void chrome::task_ended(actor const& of, error const& failure) {
    to_->instant(to_->track_of(of), failure ? words(failure) : "done");
    to_->forget(of);
}

void chrome::cancel_asked(actor const& of, actor const& by) {
    to_->instant(to_->track_of(of), "cancelled by " + by.name);
}

void chrome::scheduled(actor const& who, actor const& by) { to_->wake(who, by); }

void chrome::turn_begins(actor const& who) { to_->begin_turn(who); }

void chrome::turn_ends(actor const& who, std::string const& waits_for) {
    to_->end_turn();
    if (!waits_for.empty()) to_->begin_wait(who, waits_for);
}

void chrome::loop_waits(double, double deadline) {
    to_->begin_waiting(deadline < 0 ? "waits for what is outside" : "waits for the next deadline");
}

void chrome::round_begins(double, std::size_t) { to_->end_waiting(); }

}  // namespace trace
}  // namespace lasti
