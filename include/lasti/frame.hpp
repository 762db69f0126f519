// frame: what a generator or coroutine is made of: a saved program counter, a block stack, and
// links.
//
// Python: the frame object (`gi_frame`: f_lasti, f_lineno, f_back, the block stack). The fast
// locals are the members of the body, which body_frame (detail/body_frame.hpp) keeps behind all
// this. A frame knows nothing of values or loops: generator.hpp and coroutine.hpp add what flows in
// and out, detail/drive.hpp resumes it.
//
// States, told by f_lasti:  -1 created · a label: suspended there · -3 running · -2 finished
#ifndef LASTI_FRAME_HPP_INCLUDED
#define LASTI_FRAME_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstdint>
#include <utility>

#include <lasti/code.hpp>
#include <lasti/detail/block_stack.hpp>
#include <lasti/detail/counted.hpp>
#include <lasti/detail/frame_pool.hpp>
#include <lasti/detail/frame_watcher.hpp>
#include <lasti/detail/wording.hpp>
#include <lasti/error.hpp>
#include <lasti/exceptions.hpp>
#include <lasti/export.hpp>

namespace lasti {

namespace detail {

/// A type as a function argument: macros can name a type with commas in it, and need no `template`
/// keyword.
template <class T>
struct type {};

/// To the hook of this thread, see set_unraisable_hook.
LASTI_API void report_unraisable(error const& what, code const& where) noexcept;

}  // namespace detail

/// Why a body stopped: what it tells whoever resumed it.
enum class step : unsigned char {
    yielded,   ///< A value, or a request to the event loop, is in the frame.
    produced,  ///< An async generator has a value for the frame that awaits it, and stays suspended
               ///< where it is.
    returned,  ///< The result is in the frame; FINALLY clauses may still have to run.
    raised,    ///< The exception is in `in_flight`; clauses of the frame may still handle it.
    delegated,  ///< `gi_yieldfrom` was set: resume that one first.
    thrown_in,  ///< The same, but raise first what is in its `in_flight`, where it stands.
    again,      ///< Nothing to tell: enter the body once more at f_lasti.
    refused     ///< It was running or finished already, and was left as it was.
};

/// Who has the result of a frame that returned. Only the first StopIteration carries it, and only
/// who delegates at that time gets it as the value of YIELD_FROM_SET; later ones find nothing
/// (Python's None).
enum class result_state : unsigned char {
    none,       ///< There is none, or somebody has it.
    fresh,      ///< The body has just returned it.
    handed_out  ///< It goes to whoever resumed the frame, in the StopIteration that comes next.
};

/// The type over which a body switches. A scoped enum of its own, so that a yield inside the user's
/// own `switch` does not compile: its label has the wrong type there, and this is what the compiler
/// names.
enum class yield_cannot_stand_in_a_nested_switch : int {};

/// Called for an exception that no one can be given: it left a generator that was being destroyed
/// (Python's sys.unraisablehook). It must not throw.
typedef void (*unraisable_hook)(error const& what, code const& where);
/// Replaces the hook of this thread, which prints to stderr by default; returns the old one. Null:
/// the default.
LASTI_API unraisable_hook set_unraisable_hook(unraisable_hook hook) noexcept;

class LASTI_API frame : public detail::in_frame_memory {
public:
    enum : int { created = -1, finished = -2, running = -3 };

    frame(frame const&) = delete;
    frame& operator=(frame const&) = delete;

    /// @name The frame as Python shows it
    /// @{
    int f_lasti = created;  ///< The saved program counter; see the states above.
    int f_lineno = 0;       ///< Line of the statement that suspended it last; 0: never.
    code const* gi_code;    ///< Which function this is a frame of.
    detail::counted<frame> gi_yieldfrom;  ///< What it delegates to (YIELD_FROM, AWAIT); owned.
    frame* back = nullptr;                ///< Who delegates to it (f_back); that one owns this one.
    detail::block_stack blocks;           ///< The TRY, FOR and WITH statements it stands in.
    /// @}

    /// True while its code runs, or the code of what it delegates to (Python's `gi_running`).
    bool executing() const noexcept;
    bool is_over() const noexcept { return f_lasti == finished; }
    /// "name (file:line)", the line being where it stands. For messages.
    detail::wording place() const;

    /// @name What the statement macros call
    /// @{
    static constexpr step after_yield = step::yielded;  ///< What YIELD returns.
    int enter() noexcept {
        const int at = f_lasti;
        f_lasti = running;
        return at;
    }
    step refuse(int at) noexcept {
        f_lasti = at;
        return step::refused;
    }
    template <class E>
    step raise(E&& exception) {
        return raise_error(error::make(std::forward<E>(exception)));
    }
    LASTI_COLD step raise_error(error exception);
    LASTI_COLD step reraise();
    LASTI_COLD step stray_break();
    /// Empty if the frame handles none.
    error handled() const noexcept;
    template <class E>
    E const& caught(detail::type<E>) const;

    // TRY and WITH: the clauses ask in turn whether it is theirs.
    bool push_block(int handler, detail::operand* held = nullptr);
    bool block_running() noexcept { return blocks.top().at != detail::phase::done; }
    bool in_body() noexcept { return blocks.top().at == detail::phase::body; }
    template <class E>
    bool except(detail::type<E>, E const** binding = nullptr);
    bool except_any() noexcept;
    bool in_else() noexcept;
    bool in_finally() noexcept;
    void pass() noexcept;
    void section_done() noexcept;
    void section_end() noexcept;
    bool broke() noexcept;
    detail::leave pop_block() noexcept;
    step leaving(detail::leave how) noexcept {
        return how == detail::leave::raise ? step::raised : step::returned;
    }
    // FOR
    void push_for(detail::operand* range);
    bool for_next(void* target) { return blocks.top().held->next(target, in_flight); }
    /// After the loop, where C++ exceptions are switched off: whether its range has raised.
    bool for_failed() const noexcept { return static_cast<bool>(in_flight); }
    void pop_for() noexcept { blocks.pop(); }
    // WITH
    void exit_with();
    // YIELD_FROM, AWAIT
    void delegate_to(detail::counted<frame> child, void (*deliver)(frame&, void*));
    void end_delegation(void* target);
    /// @}

    /// @name What the driver and the handles call; not for bodies
    /// @{
    /// Enters the body. Never throws but to let a thread's forced unwinding through.
    virtual step run() = 0;
    /// An exception arrives where the frame stands (empty: a plain GeneratorExit). The next thing
    /// to do.
    virtual step inject(error thrown);
    /// run() and inject(), told to who watches.
    LASTI_COLD step run_watched();
    step raise_here(error thrown);
    /// An async generator that `parent` awaits has produced or ended: what that one is to do.
    virtual step answer(frame& parent);
    /// Before a value goes out of the body: see async_generating. Of others nobody asks.
    void check_scopes() const noexcept {}
    /// What becomes of an exception that leaves the body (PEP 479). False: nothing, who waits for
    /// it wants no more.
    virtual bool let_out(error& failure) noexcept;
    /// Ends the frame: pops its blocks and destroys its locals.
    void finish() noexcept;
    /// Python's name for what this is a frame of, for messages.
    virtual const char* kind() const noexcept { return "generator"; }

    /// The frame to resume instead of this one: the end of the chain of delegation. If some frame
    /// of it is executing, `busy` becomes the error to raise and the result is who delegates to
    /// that one.
    frame* innermost(error& busy);
    /// Goes on from `at`, which stopped with `why`, until this frame yields, returns or raises.
    /// `thrown` is what this frame is to get once those it delegates to are closed; empty: a plain
    /// GeneratorExit. `target` is the frame that an exception was thrown into, past those outside.
    /// When that one ends, its delegator is the target: an exception gets what it handles as its
    /// context, as if it were thrown in there.
    step drive(frame* at, step why, error thrown = error(), frame* target = nullptr);
    /// innermost() of a chain that has not changed since it was resumed last; null: walk. Whoever
    /// has one is neither executing nor over.
    frame* known_innermost() const noexcept {
        return LASTI_LIKELY(leaf && !back && leaf->f_lasti != running) ? leaf : nullptr;
    }
    /// next() where that is known …
    step resume_from(frame* known);
    /// … and where it may be.
    step resume_chain() {
        frame* const known = known_innermost();
        return LASTI_LIKELY(known) ? resume_from(known) : find_and_resume();
    }
    step find_and_resume();
    /// next(), for who does not know how long the chain is.
    step resume() {
        if (has_detour) return resume_chain();
        const step why = run();
        return LASTI_LIKELY(why == step::yielded) ? why : go_on(why);
    }
    /// It was entered directly, and did something else than to yield.
    step go_on(step why);
    /// throw(). Empty: a plain GeneratorExit, of which no object is made unless some TRY can see
    /// it.
    step throw_in(error thrown);
    /// Resumes the chain with an exception that what its innermost frame waits for has raised: no
    /// throw() brings it, so that it keeps the context it gets there.
    step raise_in(error raised);
    /// close(), of a frame that is not executing. What it tells: yielded (the body ignored
    /// GeneratorExit), returned, raised (`in_flight`; empty or a generator_exit if that came out),
    /// refused (nothing to do).
    step close();

    /// A copy of this frame and of all that it delegates to. Throws type_error if one of them
    /// cannot be copied, value_error if one is executing.
    detail::counted<frame> copy_chain();
    /// A copy of this frame alone. `outer` are the locals of who delegates to it; its own go to
    /// `locals`.
    virtual detail::counted<frame> copy_alone(detail::relocation const& outer,
                                              detail::relocation& locals);
    /// What of a frame is not locals, values or links.
    void copy_position(frame const& of, detail::relocation const& locals);
    static constexpr bool can_copy = false;  ///< Frames of generators can, if their bodies can.
    static constexpr bool has_plain_values = true;  ///< Of its class, see is_plain.

    bool unwind(error& exception) noexcept;
    bool unwind_return() noexcept;
    /// A caught C++ exception becomes the one in flight; `known` is the same seen as a
    /// std::exception, or null.
    LASTI_COLD step caught_in_flight(const std::exception* known);
    error already_executing() const;
    /// What is being handled here, or else in the frames that delegate to this one.
    error handled_in_chain() const noexcept;
    /// Closes the frame as its destruction does: what goes wrong is reported to the unraisable
    /// hook.
    virtual void close_and_report() noexcept;
    /// Ends a frame that would not be closed, without running any more of its code.
    void abandon() noexcept;

    void retain() noexcept { ++references; }
    void release() noexcept {
        if (--references == 0) dispose();
    }
    /// The last reference is gone: closes the frame if it is suspended, and frees it.
    void dispose() noexcept;

    // Handles and delegating frames; a frame held by value keeps one for ever.
    unsigned references = 0;
    bool driving = false;      // drive() of this frame is on the C++ stack
    bool guarded = true;       // run() catches; false: entered directly, TRY asks for run() instead
    bool returned = false;     // it ended by returning
    bool locals_gone = false;  // the body is destroyed
    bool is_plain = false;     // neither its locals nor its values have anything to destroy
    bool has_weak_handles = false;
    bool thrown_into = false;  // the target of a throw that is under way, see drive()
    bool closing = false;      // being closed by who delegates to it: it must not yield
    bool answers = false;      // an async generator: answer() tells who awaits it what became of it
    bool watched = false;      // what it does is told: see watching.hpp
    bool has_detour = false;   // to resume it is not just to run it: it delegates, or is watched
    result_state result_is = result_state::none;
    // Cache of innermost() while gi_yieldfrom is set and back is not; null: walk.
    frame* leaf = nullptr;
    // The adapter that drives it just now, who made the task that it is the eager first step of, or
    // who let go of it and so closes it: what is handled there is seen here.
    frame* resumed_for = nullptr;
    error in_flight;  // raised here and not handled yet
    // Hands the result of gi_yieldfrom to the waiting statement
    void (*deliver)(frame&, void*) = nullptr;
    /// @}

protected:
    explicit frame(code const* where) noexcept : gi_code(where) {}
    virtual ~frame() {}

    void drop_child() noexcept;
    void let_go_of_child() noexcept;
    static step refuse_child(frame* at, error busy);
    /// One that whoever iterates would take for the end of the body.
    void convert(error& failure, const char* name) const;

private:
    virtual void destroy_locals() noexcept = 0;
    void end_locals() noexcept;
    /// Who is to be told what this frame does; null: nobody.
    detail::frame_watcher* watcher() const noexcept {
        return LASTI_LIKELY(!watched) ? nullptr : detail::watcher_here();
    }
    /// True: only relays to another frame, which closing would close. Its destruction just lets go
    /// of that one.
    virtual bool only_relays() const noexcept { return false; }
    /// The last handle of a frame goes that never ran.
    virtual void never_started() noexcept {}

    struct being_driven;
    step run_along(frame*& at);
    bool finish_plainly() noexcept {
        if (LASTI_UNLIKELY(!is_plain || watched)) return false;
        f_lasti = finished;
        return locals_gone = true;
    }
    static frame* throw_moves(frame* from, frame* to) noexcept;
    std::uint16_t line_of_block() const noexcept;
    frame* closing_above(frame* root) noexcept;
    bool end(bool failed) noexcept;
    void forget_caches_above() noexcept;
    void adopt_by(frame* parent) noexcept;
    void destroy() noexcept;
    static void bury_pending() noexcept;
};

// ---- statements ---------------------------------------------------------------------------------

template <class E>
E const& frame::caught(detail::type<E>) const {
    const error exception = handled();
    E const* const match = exception.as<E>();
    if (!match) {
        detail::throw_out(
            runtime_error((exception ? "CAUGHT: the exception being handled is of another type: "
                                     : "CAUGHT: no exception is being handled: ") +
                          place()));
    }
    return *match;
}

template <class E>
bool frame::except(detail::type<E>, E const** binding) {
    detail::block& b = blocks.top();
    if (b.at != detail::phase::raised) return false;
    E const* const match = b.exception.as<E>();
    if (!match) return false;
    if (binding) *binding = match;
    b.at = detail::phase::handler;
    return true;
}

inline bool frame::except_any() noexcept {
    detail::block& b = blocks.top();
    if (b.at != detail::phase::raised) return false;
    b.at = detail::phase::handler;
    return true;
}

inline bool frame::in_else() noexcept {
    detail::block& b = blocks.top();
    if (b.at != detail::phase::or_else) return false;
    b.at = detail::phase::or_else_running;
    return true;
}

// The last clause that can be entered, so whatever is left comes here: an exception that no EXCEPT
// took is pending.
inline bool frame::in_finally() noexcept {
    detail::block& b = blocks.top();
    if (b.at == detail::phase::raised) b.how = detail::leave::raise;
    b.at = detail::phase::finally_running;
    return true;
}

inline void frame::pass() noexcept {
    detail::block& b = blocks.top();
    if (b.at == detail::phase::raised) b.how = detail::leave::raise;
    b.at = detail::phase::done;
}

// Control reached the end of a clause, rather than leaving it by break or continue.
inline void frame::section_done() noexcept {
    detail::block& b = blocks.top();
    switch (b.at) {
    case detail::phase::body:
        b.at = detail::phase::or_else;
        break;
    case detail::phase::finally_running:
        b.at = detail::phase::done;
        break;
    default:
        b.exception = error();
        b.at = detail::phase::finally_;
    }
}

// The hidden loop goes round: after section_done(), or because a clause said `continue`.
inline void frame::section_end() noexcept {
    detail::block& b = blocks.top();
    switch (b.at) {
    case detail::phase::body:
    case detail::phase::handler:
    case detail::phase::or_else_running:
        b.exception = error();
        b.how = detail::leave::continue_;
        b.at = detail::phase::finally_;
        break;
    case detail::phase::finally_running:
        b.how = detail::leave::continue_;
        b.at = detail::phase::done;
        break;
    default:
        break;
    }
}

// The hidden loop was left: normally, or because a clause said `break`. True: FINALLY has still to
// run.
inline bool frame::broke() noexcept {
    detail::block& b = blocks.top();
    if (b.at == detail::phase::done) return false;
    b.how = detail::leave::break_;
    if (b.at == detail::phase::finally_running) {
        b.at = detail::phase::done;
        return false;
    }
    b.exception = error();
    b.at = detail::phase::finally_;
    return true;
}

inline detail::leave frame::pop_block() noexcept {
    detail::block& b = blocks.top();
    const detail::leave how = b.how;
    if (how == detail::leave::raise) in_flight = std::move(b.exception);
    blocks.pop();
    return how;
}

// Counted from the first line of the function, it fits beside the clause.
inline std::uint16_t frame::line_of_block() const noexcept {
    const unsigned line = static_cast<unsigned>(f_lineno - gi_code->first_line) + 1;
    return line <= 0xffff ? static_cast<std::uint16_t>(line) : std::uint16_t();
}

// True: the body is to return `again`, because it was entered without the guard that a TRY needs.
inline bool frame::push_block(int handler, detail::operand* held) {
    std::unique_ptr<detail::operand> owned(held);
    detail::block& b = blocks.push();
    b.handler = handler;
    b.line = line_of_block();
    b.held = std::move(owned);
    if (LASTI_LIKELY(guarded)) return false;
    f_lasti = handler;
    return true;
}

inline void frame::push_for(detail::operand* range) {
    std::unique_ptr<detail::operand> owned(range);
    detail::block& b = blocks.push();
    b.line = line_of_block();
    b.held = std::move(owned);
}

inline void frame::delegate_to(detail::counted<frame> child, void (*how)(frame&, void*)) {
    gi_yieldfrom = std::move(child);
    has_detour = true;
    leaf = nullptr;
    deliver = how;
}

inline bool frame::executing() const noexcept {
    if (f_lasti == running) return true;
    for (const frame* f = this; f; f = f->back)
        if (f->driving) return true;
    return false;
}

}  // namespace lasti

#if !defined(LASTI_COMPILED)
#include <lasti/detail/block_storage.hpp>
#include <lasti/detail/copy_chain.hpp>
#include <lasti/detail/dispose.hpp>
#include <lasti/detail/drive.hpp>
#endif

#endif
