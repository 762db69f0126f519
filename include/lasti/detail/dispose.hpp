// How frames end and die: locals destroyed at once, suspended generators closed, no recursion
// however deep.
#ifndef LASTI_DETAIL_DISPOSE_HPP_INCLUDED
#define LASTI_DETAIL_DISPOSE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstdio>  // the default unraisable hook
#include <cstdlib>

#include <lasti/detail/weakly_held.hpp>
#include <lasti/frame.hpp>

namespace lasti {
namespace detail {

LASTI_DRIVER void print_unraisable(error const& what, code const& where) noexcept {
#if LASTI_FREESTANDING
    (void)what;
    (void)where;
    std::abort();  // nobody is told: the program is to set a hook
#else
    std::fprintf(stderr, "lasti: exception ignored in '%s' (%s:%d): %s: %s\n", where.name,
                 where.file, where.first_line, what.type_name().c_str(), what.what().c_str());
#endif
}

/// Frames that die inside other frames' deaths. A few levels nest, so that the order is that of a
/// Python program; deeper ones wait here for the outermost (CPython calls this the trashcan).
struct graveyard {
    static constexpr int deepest = 40;
    int depth;
    frame* pending;        // linked by `back`
    unraisable_hook hook;  // null: print_unraisable
};

// One per thread, also where a shared liblasti and the program have this header compiled in.
LASTI_VISIBLE inline graveyard& this_threads_graveyard() noexcept {
    static LASTI_THREAD_LOCAL graveyard of_this_thread = {0, nullptr, nullptr};
    return of_this_thread;
}

LASTI_DRIVER void report_unraisable(error const& what, code const& where) noexcept {
    const unraisable_hook hook = this_threads_graveyard().hook;
    (hook ? hook : &print_unraisable)(what, where);
}

}  // namespace detail

LASTI_DRIVER unraisable_hook set_unraisable_hook(unraisable_hook hook) noexcept {
    unraisable_hook& current = detail::this_threads_graveyard().hook;
    const unraisable_hook old = current ? current : &detail::print_unraisable;
    current = hook;
    return old;
}

LASTI_DRIVER void frame::end_locals() noexcept {
    detail::frame_watcher* const who = locals_gone ? nullptr : watcher();
    if (who) who->ended(*this);
    destroy_locals();
}

LASTI_DRIVER void frame::finish() noexcept {
    if (blocks.empty() && !gi_yieldfrom && finish_plainly()) return;
    f_lasti = finished;
    detail::graveyard& graves = detail::this_threads_graveyard();
    ++graves.depth;
    blocks.clear();
    if (gi_yieldfrom) drop_child();
    end_locals();
    --graves.depth;
    bury_pending();
}

LASTI_DRIVER void frame::dispose() noexcept {
    // Whoever runs it finds the count at zero afterwards and comes here again.
    if (f_lasti == running || driving) return;
    detail::forget_weak_handles(*this);
    if (is_plain && !watched && is_over() && !in_flight) {
        delete this;
        return;
    }
    detail::graveyard& graves = detail::this_threads_graveyard();
    if (graves.depth >= detail::graveyard::deepest) {
        resumed_for = nullptr;
        back = graves.pending;
        graves.pending = this;
        return;
    }
    ++graves.depth;
    destroy();
    --graves.depth;
    bury_pending();
}

LASTI_DRIVER void frame::bury_pending() noexcept {
    detail::graveyard& graves = detail::this_threads_graveyard();
    if (graves.depth != 0) return;
    while (frame* const next = graves.pending) {
        graves.pending = next->back;
        next->back = nullptr;
        ++graves.depth;
        next->destroy();
        --graves.depth;
    }
}

LASTI_DRIVER void frame::destroy() noexcept {
    if (!is_over()) {
        if (f_lasti == created) never_started();
        references = 1;  // its code may make handles to it and drop them
        if (!only_relays()) close_and_report();
        if (--references != 0) {
            resumed_for = nullptr;
            return;  // somebody kept it: it lives on
        }
        abandon();
    }
    if (detail::frame_watcher* const who = watcher()) who->gone(*this);
    delete this;
}

LASTI_DRIVER void frame::close_and_report() noexcept {
    const step why = close();
    error problem = std::move(in_flight);
    if (why == step::yielded)
        problem = error::make(
            runtime_error(detail::wording(kind()) + " ignored GeneratorExit: " + place()));
    if (why == step::yielded || (why == step::raised && problem && !problem.is<generator_exit>()))
        detail::report_unraisable(problem, *gi_code);
}

// Its locals die first, then what its statements hold, as a CPython frame is cleared from the
// bottom of its stack.
LASTI_DRIVER void frame::abandon() noexcept {
    if (is_over()) return;
    f_lasti = finished;
    end_locals();
    blocks.clear_from_outside();
    if (gi_yieldfrom) drop_child();
}

}  // namespace lasti

#endif
