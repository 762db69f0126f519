// The driver: resumes frames and acts on why they stopped. The eval loop of this library.
//
// One loop serves a whole chain of delegation, so depth costs no C++ stack: a child that ends hands
// its result or its exception one frame back, and that frame goes on. Every exception is routed
// here, by block stacks; C++ unwinding ends in body_frame::run().
#ifndef LASTI_DETAIL_DRIVE_HPP_INCLUDED
#define LASTI_DETAIL_DRIVE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <lasti/frame.hpp>

namespace lasti {

// ---- exceptions in one frame --------------------------------------------------------------------

LASTI_DRIVER detail::wording frame::place() const {
    const int line = f_lineno ? f_lineno : gi_code->first_line;
    return detail::wording("'") + gi_code->name + "' (" + gi_code->file + ':' +
           detail::in_digits(line) + ')';
}

LASTI_DRIVER error frame::already_executing() const {
    return error::make(value_error(detail::wording(kind()) + " already executing: " + place()));
}

LASTI_DRIVER error frame::handled() const noexcept {
    for (int i = blocks.size(); i-- > 0;) {
        detail::block const& b = blocks[i];
        if (b.exception &&
            (b.at == detail::phase::handler || b.at == detail::phase::finally_running))
            return b.exception;
    }
    return error();
}

// What is being handled where a new exception is raised: in this frame, else in those that it is
// resumed through. throw() goes past those that delegate: CPython does not see what they handle
// until control comes back to them.
LASTI_DRIVER error frame::handled_in_chain() const noexcept {
    error found = handled();
    if (found) return found;
    for (const frame* f = this; f;) {
        const bool outermost = f->driving || f->thrown_into;
        if (outermost && (found || !f->resumed_for)) return found;
        f = outermost ? f->resumed_for : f->back;
        if (f && !found) found = f->handled();
    }
    // None of them is driving: it was resumed directly, and those outside wait.
    return !back && resumed_for ? resumed_for->handled_in_chain() : error();
}

LASTI_DRIVER step frame::raise_error(error exception) {
    if (!exception)
        exception = error::make(type_error(
            detail::wording("exceptions must be exceptions, not an empty error: ") + place()));
    exception.set_context(handled_in_chain());
    in_flight = std::move(exception);
    return step::raised;
}

LASTI_DRIVER step frame::reraise() {
    in_flight = handled_in_chain();
    if (in_flight) return step::raised;
    return raise(runtime_error(detail::wording("No active exception to reraise: ") + place()));
}

LASTI_DRIVER step frame::stray_break() {
    return raise(runtime_error(
        detail::wording("break or continue outside of a loop, or a jump out of the body: ") +
        place()));
}

LASTI_DRIVER step frame::caught_in_flight(const std::exception* known) {
#if LASTI_HAS_EXCEPTIONS
    std::exception_ptr thrown = std::current_exception();
    if (!thrown) {
        // No C++ exception: pthread_exit or pthread_cancel unwinds the stack so, and nobody may
        // swallow that.
        f_lasti = finished;
        throw;
    }
    return raise_error(error::caught(std::move(thrown), known));
#else
    (void)known;
    return step::raised;
#endif
}

// True: a clause takes over, f_lasti is its label. False: nothing in this frame handles it.
LASTI_DRIVER bool frame::unwind(error& exception) noexcept {
    for (; !blocks.empty(); blocks.pop()) {
        detail::block& b = blocks.top();
        if (!b.has_clauses_left()) continue;
        if (b.at == detail::phase::awaiting_next) {
            if (!exception.is<stop_async_iteration>()) continue;
            b.how = detail::leave::break_;
            exception = error();
            f_lasti = b.handler;
            return true;
        }
        if (b.at == detail::phase::body) {
            b.at = detail::phase::raised;
        } else {
            b.how = detail::leave::raise;
            b.at = detail::phase::finally_;
        }
        b.exception = std::move(exception);
        f_lasti = b.handler;
        return true;
    }
    return false;
}

LASTI_DRIVER bool frame::unwind_return() noexcept {
    for (; !blocks.empty(); blocks.pop()) {
        detail::block& b = blocks.top();
        if (!b.has_clauses_left()) continue;
        b.how = detail::leave::return_;
        b.at = detail::phase::finally_;
        b.exception = error();
        f_lasti = b.handler;
        return true;
    }
    return false;
}

LASTI_DRIVER void frame::exit_with() {
    const detail::block& held = blocks.top();
    const error raised = held.how == detail::leave::raise ? held.exception : error();
    error now = held.held->exit(raised);
    if (now == raised) return;
    if (now && raised) now.set_context(raised);
    // Looked up again: the manager may have pushed blocks of its own frames, but not of this one.
    detail::block& b = blocks.top();
    b.how = now ? detail::leave::raise : detail::leave::normal;
    b.exception = std::move(now);
}

LASTI_DRIVER step frame::inject(error thrown) {
    if (is_over()) {
        // What a finished generator throws back is the StopIteration that who delegates to it takes
        // for its end.
        if (thrown && thrown.is<stop_iteration>()) return step::refused;
        in_flight = std::move(thrown);
        return step::raised;
    }
    bool has_clauses = false;
    for (int i = blocks.size(); i-- > 0 && !has_clauses;)
        has_clauses = blocks[i].has_clauses_left();
    // A generator that stands in no TRY is closed without making an exception at all.
    if (!thrown && has_clauses) thrown = error::make(generator_exit());
    if (thrown) thrown.set_context(thrown_into ? handled_in_chain() : handled());
    in_flight = std::move(thrown);
    return step::raised;
}

LASTI_DRIVER step frame::raise_here(error thrown) {
    if (detail::frame_watcher* const who = watcher()) who->thrown_in(*this, thrown);
    return inject(std::move(thrown));
}

// The watcher may go, and another come, while the body runs.
LASTI_DRIVER step frame::run_watched() {
    if (detail::frame_watcher* const who = watcher()) who->entering(*this);
    const step why = run();
    if (detail::frame_watcher* const who = watcher()) who->left(*this, why);
    return why;
}

// ---- the chain of delegation --------------------------------------------------------------------

LASTI_ALWAYS_INLINE void frame::let_go_of_child() noexcept {
    frame* const child = gi_yieldfrom.detach();
    leaf = nullptr;
    has_detour = watched;
    if (child->back == this) {
        child->back = nullptr;
        child->leaf = nullptr;  // its chain may have changed while it was resumed from further out
    }
    if (child->f_lasti >= 0 && child->references == 1 && !child->driving)
        child->resumed_for = is_over() ? resumed_for : this;  // it is going to be closed
    child->release();
}

LASTI_DRIVER void frame::drop_child() noexcept { let_go_of_child(); }

LASTI_DRIVER void frame::end_delegation(void* target) {
    if (!deliver) {
        gi_yieldfrom->result_is = result_state::none;
        return let_go_of_child();
    }
    // The child goes first into a local: delivering may throw, and then this frame must not
    // delegate any more.
    struct release_child {
        frame& parent;
        ~release_child() {
            parent.gi_yieldfrom->result_is = result_state::none;
            parent.drop_child();
        }
    } const at_exit = {*this};
    deliver(*gi_yieldfrom, target);
}

// The chain below some frames has changed, or is about to: the roots above them must look anew.
LASTI_DRIVER void frame::forget_caches_above() noexcept {
    for (frame* f = back; f; f = f->back) f->leaf = nullptr;
}

LASTI_DRIVER void frame::adopt_by(frame* parent) noexcept {
    if (back == parent) return;
    forget_caches_above();
    back = parent;
}

LASTI_DRIVER frame* frame::innermost(error& busy) {
    if (!gi_yieldfrom) return this;
    if (frame* const known = known_innermost()) return known;
    frame* at = this;
    while (frame* const child = at->gi_yieldfrom.get()) {
        const bool is_busy =
            child->back == at ? child->f_lasti == running || child->driving : child->executing();
        if (is_busy) {
            busy = child->already_executing();
            break;
        }
        child->adopt_by(at);
        at = child;
    }
    return at;
}

/// While drive() of a frame is on the C++ stack; entered again by drive() itself from throw_in().
/// From here on nobody may find the innermost frame by a cache.
struct frame::being_driven {
    explicit being_driven(frame& f) noexcept : root(f), driving(f.driving), guarded(f.guarded) {
        root.driving = root.guarded = true;
        root.forget_caches_above();
        root.leaf = nullptr;
    }
    being_driven(being_driven const&) = delete;
    ~being_driven() {
        root.driving = driving;
        root.guarded = guarded;
    }
    frame& root;
    bool const driving;
    bool const guarded;
};

// What could not be resumed is not delegated to any more: `at` gets the error in its place.
LASTI_DRIVER step frame::refuse_child(frame* at, error busy) {
    if (at->gi_yieldfrom) at->drop_child();
    busy.set_context(at->handled_in_chain());
    return at->raise_here(std::move(busy));
}

// Runs `at`, then whom that one delegates to, or who gets its result, as long as there is no more
// to it: most steps of most chains. `at` becomes who stopped for what drive() knows better.
LASTI_ALWAYS_INLINE step frame::run_along(frame*& at) {
    for (;;) {
        const step why = LASTI_LIKELY(!at->watched) ? at->run() : at->run_watched();
        if (why == step::delegated) {
            frame* const child = at->gi_yieldfrom.get();
            if (child->back || child->gi_yieldfrom || child->driving || child->f_lasti == running)
                return why;
            child->back = at;
            at = child;
        } else if (why == step::returned && at != this && at->blocks.empty() && !at->thrown_into &&
                   !at->answers) {
            at->returned = true;
            if (!at->finish_plainly()) at->finish();
            at = at->back;
        } else {
            return why;
        }
    }
}

LASTI_DRIVER step frame::resume_from(frame* at) {
    const being_driven marked(*this);
    const step why = run_along(at);
    if (LASTI_UNLIKELY(why != step::yielded)) return drive(at, why);
    leaf = at;
    return step::yielded;
}

LASTI_DRIVER step frame::find_and_resume() {
    error busy;
    frame* const at = innermost(busy);
    if (!busy) return drive(at, step::again);
    const being_driven marked(*this);
    return drive(at, refuse_child(at, std::move(busy)));
}

LASTI_DRIVER step frame::go_on(step why) { return drive(this, why); }

LASTI_DRIVER step frame::throw_in(error thrown) {
    error busy;
    frame* const at = innermost(busy);
    const being_driven marked(*this);  // an adapter's inject() runs code already
    at->thrown_into = true;
    at->resumed_for = resumed_for;
    // PEP 380: GeneratorExit closes what this frame delegates to, from the inside out, and is
    // raised here last.
    if (!thrown || thrown.is<generator_exit>())
        for (frame* f = at; f != this; f = f->back) f->closing = true;
    const step why =
        busy ? refuse_child(at, std::move(busy)) : at->raise_here(at->closing ? error() : thrown);
    return drive(at, why, std::move(thrown), at);
}

LASTI_DRIVER step frame::raise_in(error raised) {
    error busy;
    frame* const at = innermost(busy);
    const being_driven marked(*this);
    if (busy) return drive(at, refuse_child(at, std::move(busy)));
    raised.set_context(at->handled_in_chain());
    return drive(at, at->raise_here(std::move(raised)));
}

LASTI_DRIVER step frame::close() {
    if (is_over()) return step::refused;
    if (f_lasti == created) {
        finish();
        return step::refused;
    }
    const step why = throw_in(error());
    // It goes to who closed it, and to nobody else; of one that yielded on its way to a return it is
    // still to come.
    if (why != step::yielded) result_is = result_state::none;
    return why;
}

LASTI_DRIVER step frame::drive(frame* at, step why, error thrown, frame* target) {
    const being_driven marked(*this);
    const bool closes = at->closing;

    for (;;) {
        switch (why) {
        case step::again:
            why = run_along(at);
            break;

        case step::yielded: {
            frame* const ignorant = closes ? at->closing_above(this) : this;
            if (ignorant == this) {
                if (target) throw_moves(target, this)->thrown_into = false;
                leaf = at;
                return step::yielded;
            }
            // It stays suspended where it yielded, but nobody delegates to it any more.
            error wrong =
                error::make(runtime_error(detail::wording(ignorant->kind()) +
                                          " ignored GeneratorExit: " + ignorant->place()));
            ignorant->closing = false;
            at = ignorant->back;
            target = throw_moves(target, at);
            why = refuse_child(at, std::move(wrong));
            break;
        }

        case step::produced: {
            if (at == this) {
                if (target) throw_moves(target, this)->thrown_into = false;
                return step::yielded;
            }
            frame* const parent = at->back;
            if (at == target) target = throw_moves(target, parent);
            const bool was_closed = at->closing;
            at->closing = false;
            why = at->answer(*parent);
            if (was_closed && why == step::again) {
                parent->drop_child();
                why = parent->raise_here(parent == this ? thrown : error());
            }
            at = parent;
            break;
        }

        case step::delegated:
        case step::thrown_in: {
            frame* const child = at->gi_yieldfrom.get();
            error busy;
            if (child->executing()) {
                busy = child->already_executing();
            } else {
                frame* const next = child->innermost(busy);
                child->adopt_by(at);
                at = next;
            }
            if (busy) why = refuse_child(at, std::move(busy));
            else
                why = why == step::delegated ? step::again
                                             : at->raise_here(std::move(child->in_flight));
            break;
        }

        case step::returned:
        case step::raised:
        case step::refused: {
            if (why == step::refused && !at->is_over())
                why = at->raise(runtime_error(
                    detail::wording("the saved program counter is no label of this body: ") +
                    at->place()));
            if (why == step::returned ? at->unwind_return()
                                      : why == step::raised && at->unwind(at->in_flight)) {
                why = step::again;
                break;
            }
            bool failed = why == step::raised;
            if (!at->is_over()) failed = at->end(failed);
            error problem = std::move(at->in_flight);
            if (at == this) {
                thrown_into = false;
                in_flight = std::move(problem);
                return failed ? step::raised : step::returned;
            }
            frame* const parent = at->back;
            const bool was_closed =
                at->closing && (!failed || !problem || problem.is<generator_exit>());
            at->closing = false;
            const bool was_passed = at == target;
            if (was_passed) target = throw_moves(target, parent);
            if (was_closed) {
                at->result_is = result_state::none;
                parent->drop_child();
                why = parent->raise_here(parent == this ? thrown : error());
            } else if (failed) {
                parent->drop_child();
                if (was_passed && problem) problem.set_context(parent->handled());
                parent->in_flight = std::move(problem);
            } else if (LASTI_UNLIKELY(at->answers)) {
                why = at->answer(*parent);
            } else {
                why = step::again;  // its statement takes the result, and then lets go of the child
            }
            at = parent;
        }
        }
    }
}

LASTI_DRIVER frame* frame::throw_moves(frame* from, frame* to) noexcept {
    from->thrown_into = false;
    to->thrown_into = true;
    if (from != to) {
        to->resumed_for = from->resumed_for;
        from->resumed_for = nullptr;
    }
    return to;
}

// The nearest frame, from this one outward to `root`, that is being closed; `root` if there is
// none.
LASTI_DRIVER frame* frame::closing_above(frame* root) noexcept {
    frame* f = this;
    while (f != root && !f->closing) f = f->back;
    return f;
}

// True: it failed.
LASTI_DRIVER bool frame::end(bool failed) noexcept {
    failed = failed && let_out(in_flight);
    returned = !failed;
    if (failed) result_is = result_state::none;
    finish();
    return failed;
}

// PEP 479: a StopIteration that leaves a body would look like its end to whoever iterates. One
// thrown into a body that has not started does not come from it, and goes back as it is
// (CPython 3.12; 3.11 converts it, too).
LASTI_DRIVER bool frame::let_out(error& failure) noexcept {
    if (f_lasti != created && failure && failure.is<stop_iteration>())
        convert(failure, "StopIteration");
    return true;
}

LASTI_DRIVER void frame::convert(error& failure, const char* name) const {
    error converted =
        error::make(runtime_error(detail::wording(kind()) + " raised " + name + ": " + place()));
    converted.set_cause(failure);
    converted.set_context(failure);
    failure = std::move(converted);
}

LASTI_DRIVER step frame::answer(frame&) { return step::again; }

}  // namespace lasti

#endif
