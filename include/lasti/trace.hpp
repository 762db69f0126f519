// trace: watching a program run: its generators and coroutines, its tasks, the rounds of its loop.
//
//     lasti::trace::text here(std::cerr);          // a line for each thing that happens, or
//     lasti::trace::chrome here("run.json");       // for chrome://tracing and ui.perfetto.dev, or
//     lasti::trace::html here("run.html");         // a page to step through, forward and back
//
// What is made after that on this thread is observed, as long as `here` lives. Who wants something
// else derives from trace::observer. A program that observes nothing pays a look at one flag where
// a frame is made and one for each round of the loop, and nothing while generators and tasks run.
#ifndef LASTI_TRACE_HPP_INCLUDED
#define LASTI_TRACE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <iosfwd>
#include <memory>
#include <string>

#include <lasti/detail/frame_info.hpp>
#include <lasti/export.hpp>
#include <lasti/task.hpp>

namespace lasti {

namespace detail {
class thread_watcher;
}

namespace trace {

/// A generator, coroutine or async generator that is observed.
struct subject {
    /// To look at, also with <lasti/inspect.hpp>. A copy that outlives the call keeps it alive, but
    /// not in ended().
    frame_info frame;
    std::string name;  ///< That of its function; of the second one made of that, "name#2".
    unsigned number;   ///< From 1, in the order in which they were made on this thread.
};

/// What has its turn in a loop, or makes something ready.
struct actor {
    enum kind {
        task,      ///< A coroutine that the loop runs.
        callback,  ///< Of call_soon(), a future, a combinator.
        timer,     ///< Of a timeout or a cancel scope.
        clock,     ///< The deadline of a sleeper has passed.
        outside,   ///< A descriptor, a signal, another thread.
        program    ///< What runs outside of the loop.
    };
    kind what;
    std::string name;  ///< "Task-1", "a callback for Task-1", "the clock", …
    any_task as_task;  ///< Of a task; else empty.
};

/// Is told what happens on a thread. Each call comes when it happens, except that who was made
/// ready is told at the next event or at the end of the turn that did it. No call may throw or
/// attach observers; what observers run themselves is not observed.
class LASTI_API observer {
public:
    observer() noexcept {}
    observer(observer const&) = delete;
    observer& operator=(observer const&) = delete;
    /// Detaches it.
    virtual ~observer();

    /// From now on it is told what happens on this thread: to frames that are made from now on, and
    /// in loops, whenever they were made. Several can be attached; each is told everything, in the
    /// order of their attachment. runtime_error if it is attached.
    void attach();
    /// On the thread of attach(). Nothing if it is not attached.
    void detach() noexcept;

    /// @name Frames: generators, coroutines, async generators
    /// @{
    virtual void created(subject const&) {}
    /// Its body goes on from f_lasti(). `sent`: the text of what was sent, or empty.
    virtual void resumed(subject const&, std::string const& sent) { (void)sent; }
    /// An exception arrives where it stands: by throw, close, cancellation, or from what it
    /// delegated to in some way. Empty: a GeneratorExit that nobody looks at.
    virtual void thrown_in(subject const&, error const& exception) { (void)exception; }
    /// It is suspended by a YIELD.
    virtual void yielded(subject const&, std::string const& value) { (void)value; }
    /// It is suspended by an AWAIT, with a request to whoever drives it: "sleep 1 s".
    virtual void asked(subject const&, std::string const& request) { (void)request; }
    /// It is suspended until `to` has ended, or yields for it.
    virtual void delegated(subject const&, subject const& to) { (void)to; }
    /// Its body has let an exception out; clauses of its own may still handle it. Empty: a
    /// GeneratorExit that nobody looks at.
    virtual void raised(subject const&, error const& exception) { (void)exception; }
    /// A RETURN, or its end; FINALLY clauses may still have to run.
    virtual void returned(subject const&, std::string const& value) { (void)value; }
    /// It is over; its locals are about to go.
    virtual void ended(subject const&) {}
    /// @}

    /// @name Tasks and callbacks
    /// @{
    virtual void task_created(actor const& made, subject const& coroutine, actor const& by) {
        (void)made, (void)coroutine, (void)by;
    }
    /// `failure`: what its coroutine let out, or a cancelled_error; empty: it returned.
    virtual void task_ended(actor const&, error const& failure) { (void)failure; }
    /// Somebody called cancel().
    virtual void cancel_asked(actor const& of, actor const& by) { (void)of, (void)by; }
    /// It stands in the deque.
    virtual void scheduled(actor const& who, actor const& by) { (void)who, (void)by; }
    /// It stands in the heap, until the loop's time is `deadline`, in seconds.
    virtual void asleep(actor const& who, double deadline) { (void)who, (void)deadline; }
    virtual void turn_begins(actor const&) {}
    /// `waits_for`: the request of a task that is suspended; else empty.
    virtual void turn_ends(actor const&, std::string const& waits_for) { (void)waits_for; }
    /// @}

    /// @name The loop
    /// @{
    /// Nothing is ready at the time `now`: it blocks until `deadline`, or, if that is negative,
    /// until something comes from outside.
    virtual void loop_waits(double now, double deadline) { (void)now, (void)deadline; }
    /// The sleepers whose time has come are in the deque; the first `ready` of it have a turn.
    virtual void round_begins(double now, std::size_t ready) { (void)now, (void)ready; }
    /// @}

private:
    friend class lasti::detail::thread_watcher;
    bool attached_ = false;
};

/// A line of text for each event, indented by what it happens in. The other two show the same.
class LASTI_API text final : public observer {
public:
    /// Attaches itself. `out` must outlive it.
    explicit text(std::ostream& out);
    ~text() override;

    void created(subject const&) override;
    void resumed(subject const&, std::string const& sent) override;
    void thrown_in(subject const&, error const&) override;
    void yielded(subject const&, std::string const& value) override;
    void asked(subject const&, std::string const& request) override;
    void delegated(subject const&, subject const& to) override;
    void raised(subject const&, error const&) override;
    void returned(subject const&, std::string const& value) override;
    void ended(subject const&) override;
    void task_created(actor const&, subject const& coroutine, actor const& by) override;
    void task_ended(actor const&, error const& failure) override;
    void cancel_asked(actor const&, actor const& by) override;
    void scheduled(actor const&, actor const& by) override;
    void asleep(actor const&, double deadline) override;
    void turn_begins(actor const&) override;
    void turn_ends(actor const&, std::string const& waits_for) override;
    void loop_waits(double now, double deadline) override;
    void round_begins(double now, std::size_t ready) override;

private:
    void line(std::string const& what);
    void outdent();
    double since_start(double time);

    std::ostream& out_;
    std::size_t depth_ = 0;
    double start_ = 0;
    bool started_ = false;
    unsigned rounds_ = 0;
    unsigned unwinding_ = 0;  // the number of the frame whose clauses are next, or 0
};

/// A file for ui.perfetto.dev and chrome://tracing: a track for each task, with a slice for each of
/// its turns, and in that for each frame that ran; what it waits for as spans; an arrow from who
/// woke it. Times are those of the loop's clock, and events are at least 1 us apart.
class LASTI_API chrome final : public observer {
public:
    /// Attaches itself, and writes as the program runs: what a crash leaves can be read. Throws
    /// runtime_error if the file can't be written.
    explicit chrome(std::string const& path);
    /// Ends what is open.
    ~chrome() override;

    void resumed(subject const&, std::string const& sent) override;
    void thrown_in(subject const&, error const&) override;
    void yielded(subject const&, std::string const& value) override;
    void asked(subject const&, std::string const& request) override;
    void delegated(subject const&, subject const& to) override;
    void raised(subject const&, error const&) override;
    void returned(subject const&, std::string const& value) override;
    void task_created(actor const&, subject const& coroutine, actor const& by) override;
    void task_ended(actor const&, error const& failure) override;
    void cancel_asked(actor const&, actor const& by) override;
    void scheduled(actor const&, actor const& by) override;
    void turn_begins(actor const&) override;
    void turn_ends(actor const&, std::string const& waits_for) override;
    void loop_waits(double now, double deadline) override;
    void round_begins(double now, std::size_t ready) override;

private:
    class writer;
    std::unique_ptr<writer> to_;
};

class recording;

/// A page that steps through the run, forward and back: one file of HTML, which needs no network.
/// It shows the source with the line where a body stands, its frame, the deque, the heap, the
/// clock, and what was written to std::cout. The source is read from the files that were compiled;
/// where they are not there, it is missing.
class LASTI_API html final : public observer {
public:
    /// Attaches itself. Throws runtime_error if `path` can't be written. No more than `most_steps`
    /// are kept.
    explicit html(std::string const& path, std::size_t most_steps = 3000);
    /// Writes the page.
    ~html() override;

    void created(subject const&) override;
    void resumed(subject const&, std::string const& sent) override;
    void thrown_in(subject const&, error const&) override;
    void yielded(subject const&, std::string const& value) override;
    void asked(subject const&, std::string const& request) override;
    void delegated(subject const&, subject const& to) override;
    void raised(subject const&, error const&) override;
    void returned(subject const&, std::string const& value) override;
    void ended(subject const&) override;
    void task_created(actor const&, subject const& coroutine, actor const& by) override;
    void task_ended(actor const&, error const& failure) override;
    void cancel_asked(actor const&, actor const& by) override;
    void scheduled(actor const&, actor const& by) override;
    void asleep(actor const&, double deadline) override;
    void turn_begins(actor const&) override;
    void turn_ends(actor const&, std::string const& waits_for) override;
    void loop_waits(double now, double deadline) override;
    void round_begins(double now, std::size_t ready) override;

private:
    std::string const path_;
    std::unique_ptr<recording> recorded_;
    unsigned unwinding_ = 0;  // the number of the frame whose clauses are next, or 0
    unsigned rounds_ = 0;
};

}  // namespace trace
}  // namespace lasti

#endif
