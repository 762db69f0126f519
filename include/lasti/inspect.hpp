// inspect: looking at generators, coroutines and async generators: their state, the statements they
// stand in, their locals, and their source with an arrow where they stand. Python's inspect and
// dis.
//
//     lasti::inspect::getgeneratorstate(g);    // GEN_SUSPENDED
//     lasti::inspect::dis(g);                  // its body, the labels of the switch, an arrow
//     for (auto& b : g.gi_frame().f_blockstack()) std::cout << b.statement << b.f_lineno;
//     for (auto& l : g.gi_frame().f_locals()) std::cout << l.name << " = " << l.value;
//
// Frames are looked at, not copied, and nothing is noted for this while a program runs. Not
// thread-safe.
#ifndef LASTI_INSPECT_HPP_INCLUDED
#define LASTI_INSPECT_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <iostream>  // dis() writes to std::cout, unless told otherwise
#include <string>
#include <utility>
#include <vector>

#include <lasti/detail/frame_info.hpp>
#include <lasti/detail/listing.hpp>
#include <lasti/detail/text_of.hpp>
#include <lasti/exceptions.hpp>

namespace lasti {

template <class Y, class S, class R>
class generator;
template <class R>
class coroutine;
template <class Y, class S>
class async_generator;

namespace inspect {

/// The states of a generator, a coroutine, an async generator; written to a stream by these names.
enum state : int {
    GEN_CREATED,
    GEN_RUNNING,
    GEN_SUSPENDED,
    GEN_CLOSED,
    CORO_CREATED,
    CORO_RUNNING,
    CORO_SUSPENDED,
    CORO_CLOSED,
    AGEN_CREATED,
    AGEN_RUNNING,
    AGEN_SUSPENDED,
    AGEN_CLOSED
};

/// "GEN_CREATED", …
inline const char* name_of(state which) noexcept {
    static const char* const names[] = {"GEN_CREATED",    "GEN_RUNNING",    "GEN_SUSPENDED",
                                        "GEN_CLOSED",     "CORO_CREATED",   "CORO_RUNNING",
                                        "CORO_SUSPENDED", "CORO_CLOSED",    "AGEN_CREATED",
                                        "AGEN_RUNNING",   "AGEN_SUSPENDED", "AGEN_CLOSED"};
    return names[which];
}
inline std::ostream& operator<<(std::ostream& out, state which) { return out << name_of(which); }

/// inspect.getgeneratorstate(): GEN_CREATED, GEN_RUNNING, GEN_SUSPENDED or GEN_CLOSED.
template <class Y, class S, class R>
state getgeneratorstate(generator<Y, S, R> const& g) {
    return g.gi_frame() ? g.gi_frame().state() : GEN_CLOSED;
}
/// inspect.getcoroutinestate(): CORO_CREATED, CORO_RUNNING, CORO_SUSPENDED or CORO_CLOSED.
template <class R>
state getcoroutinestate(coroutine<R> const& c) {
    return c.cr_frame() ? c.cr_frame().state() : CORO_CLOSED;
}
/// inspect.getasyncgenstate(): AGEN_CREATED, AGEN_RUNNING, AGEN_SUSPENDED or AGEN_CLOSED. It runs
/// while an operation on it is under way, also where that waits for something.
template <class Y, class S>
state getasyncgenstate(async_generator<Y, S> const& a) {
    return a.ag_frame() ? a.ag_frame().state() : AGEN_CLOSED;
}

// ---- locals
// --------------------------------------------------------------------------------------

/// A local of a frame, as text: numbers and what can be written to a stream as they are, strings
/// and characters in quotes, ranges in brackets, anything else as the name of its type in angles.
struct local {
    std::string name;
    std::string value;
};

/// The locals that LOCALS lists, in that order.
class locals {
public:
    typedef std::vector<local>::const_iterator const_iterator;

    const_iterator begin() const noexcept { return all_.begin(); }
    const_iterator end() const noexcept { return all_.end(); }
    std::size_t size() const noexcept { return all_.size(); }
    bool empty() const noexcept { return all_.empty(); }
    /// The value of the one of that name; value_error if LOCALS lists none.
    std::string const& operator[](std::string const& name) const {
        for (local const& l : all_)
            if (l.name == name) return l.value;
        throw_missing(name);
    }

    /// For LOCALS: notes `values`, whose names stand in `names` with commas between them.
    template <class... T>
    void read(const char* names, T const&... values) {
        for (std::string const& value : {detail::text_of(values)...})
            all_.push_back(local{detail::cut_name(names), value});
    }

private:
    [[noreturn]] LASTI_COLD static void throw_missing(std::string const& name) {
        detail::throw_out(value_error("LOCALS lists no '" + name + "'"));
    }

    std::vector<local> all_;
};

/// inspect.getgeneratorlocals(): none once it has ended, and of the lambda form.
template <class Y, class S, class R>
locals getgeneratorlocals(generator<Y, S, R> const& g) {
    return g.gi_frame().f_locals();
}
/// inspect.getcoroutinelocals()
template <class R>
locals getcoroutinelocals(coroutine<R> const& c) {
    return c.cr_frame().f_locals();
}
/// inspect.getasyncgenlocals()
template <class Y, class S>
locals getasyncgenlocals(async_generator<Y, S> const& a) {
    return a.ag_frame().f_locals();
}

// ---- the block stack
// -----------------------------------------------------------------------------

/// A statement that a frame stands in.
struct block {
    const char* statement;  ///< "TRY", "WITH", "FOR", "ASYNC_FOR", "ASYNC_WITH"
    int f_lineno;           ///< Where it begins; 0: not known.
    /// Where in it: "body", "EXCEPT", "ELSE", "FINALLY"; of an ASYNC_FOR "next" while it waits for
    /// an item, of a WITH "exit", of an ASYNC_WITH "enter" and "exit".
    const char* clause;
    error exception;  ///< What its EXCEPT handles, or what goes on behind its FINALLY; or empty.
    const char* why;  ///< How it goes on behind its FINALLY, if not normally: "raise", "return",
                      ///< "break", "continue"; or "".
};

/// The statements that a frame stands in, from the outermost to the innermost.
class block_stack {
public:
    typedef std::vector<block>::const_iterator const_iterator;

    const_iterator begin() const noexcept { return all_.begin(); }
    const_iterator end() const noexcept { return all_.end(); }
    std::size_t size() const noexcept { return all_.size(); }
    bool empty() const noexcept { return all_.empty(); }
    /// The outermost has index 0.
    block const& operator[](std::size_t index) const { return all_[index]; }

private:
    friend class lasti::frame_info;
    std::vector<block> all_;
};

// ---- dis
// -----------------------------------------------------------------------------------------

/// dis.disco(): the source of a body with the labels of its switch beside it, and an arrow on the
/// line of the label `lasti`: `disco(g.gi_code(), g.gi_frame().f_lasti())`. It is read from the
/// file that gi_code names; where that is not there, the text says so.
inline void disco(code const& of, int lasti = frame::finished, std::ostream& out = std::cout) {
    detail::listing(of, lasti, 0).write(out, nullptr);
}
/// The same of a frame, with its state, the arrow where it stands. A type_error for a falsy one.
inline void dis(frame_info const& f, std::ostream& out = std::cout) {
    if (!f) detail::throw_out(type_error("dis: there is no frame: it has ended"));
    detail::listing(f.f_code(), f.f_lasti(), f.f_lineno()).write(out, name_of(f.state()));
}
/// dis.dis() of a generator: no arrow once it has ended.
template <class Y, class S, class R>
void dis(generator<Y, S, R> const& g, std::ostream& out = std::cout) {
    if (g.gi_frame()) dis(g.gi_frame(), out);
    else detail::listing(g.gi_code(), frame::finished, 0).write(out, name_of(GEN_CLOSED));
}
/// Of a coroutine.
template <class R>
void dis(coroutine<R> const& c, std::ostream& out = std::cout) {
    if (c.cr_frame()) dis(c.cr_frame(), out);
    else detail::listing(c.cr_code(), frame::finished, 0).write(out, name_of(CORO_CLOSED));
}
/// Of an async generator.
template <class Y, class S>
void dis(async_generator<Y, S> const& a, std::ostream& out = std::cout) {
    if (a.ag_frame()) dis(a.ag_frame(), out);
    else detail::listing(a.ag_code(), frame::finished, 0).write(out, name_of(AGEN_CLOSED));
}

}  // namespace inspect

// ---- what frame_info declares
// --------------------------------------------------------------------

inline inspect::state frame_info::state() const noexcept {
    using namespace inspect;
    const char first = *kind();
    const bool running = frame_->executing() || (first == 'a' && frame_->back);
    const int at = running                              ? GEN_RUNNING
                   : frame_->f_lasti == frame::created  ? GEN_CREATED
                   : frame_->f_lasti == frame::finished ? GEN_CLOSED
                                                        : GEN_SUSPENDED;
    return static_cast<inspect::state>(at + (first == 'g'   ? GEN_CREATED
                                             : first == 'c' ? CORO_CREATED
                                                            : AGEN_CREATED));
}

inline inspect::locals frame_info::f_locals() const {
    inspect::locals found;
    if (frame_ && !frame_->locals_gone && f_code().read_locals)
        f_code().read_locals(*frame_, found);
    return found;
}

inline inspect::block_stack frame_info::f_blockstack() const {
    inspect::block_stack found;
    for (int i = 0; frame_ && i < frame_->blocks.size(); ++i) {
        detail::block const& b = frame_->blocks[i];
        const int line = b.line ? f_code().first_line + b.line - 1 : 0;
        found.all_.push_back(inspect::block{detail::name_of(b.kind()), line, detail::clause_of(b),
                                            b.exception, detail::why_of(b)});
    }
    return found;
}

}  // namespace lasti

#endif
