// generator<Y, S, R>: yields Ys, is sent Ss, returns an R. Python's generator (PEP 255, 342, 380,
// 479).
//
// The order of the parameters is that of typing.Generator; S and R are void by default.
// Header-only.
//
//     lasti::generator<int> countdown(int n) {
//         return GENERATOR(int) { BEGIN; for (; n > 0; --n) YIELD(n); END; };
//     }
//     for (int i : countdown(3)) std::cout << i;   // 321
//
// A generator is created, suspended, running or closed, as inspect.getgeneratorstate() tells it. A
// handle is a counted pointer with Python's reference semantics: a copy is another name for the
// same generator. The last handle of a suspended one closes it. Not thread-safe: a generator stays
// on one thread at a time.
#ifndef LASTI_GENERATOR_HPP_INCLUDED
#define LASTI_GENERATOR_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <type_traits>
#include <utility>

#include <lasti/detail/body_frame.hpp>
#include <lasti/detail/frame_info.hpp>
#include <lasti/detail/generator_frame.hpp>
#include <lasti/detail/generator_iterator.hpp>
#include <lasti/macros.hpp>

namespace lasti {

template <class Y, class S = void, class R = void>
class generator {
public:
    typedef generator_frame<Y, S, R> frame_type;
    typedef generator_iterator<generator> iterator;
    typedef Y yield_type;
    typedef S send_type;
    typedef R return_type;

    /// Empty: falsy, and every use is a type_error.
    generator() noexcept {}
    /// Makes a generator of a struct with a GENERATOR_BODY(Y, S, R). One allocation; runs none of
    /// its code.
    template <class Body, class Decayed = typename std::decay<Body>::type,
              class = typename std::enable_if<
                  std::is_same<detail::frame_of_body<Decayed>, frame_type>::value>::type>
    generator(Body&& body)
        : frame_(detail::new_frame<frame_type>(detail::code_of_struct<Decayed>(),
                                               std::forward<Body>(body))) {}
    /// Takes a frame that somebody made. For adapters.
    explicit generator(frame_type* frame) : frame_(frame) {}

    explicit operator bool() const noexcept { return static_cast<bool>(frame_); }
    /// Whether both name the same generator.
    bool operator==(generator const& other) const noexcept { return frame_ == other.frame_; }
    bool operator!=(generator const& other) const noexcept { return frame_ != other.frame_; }

    // ---- C++: nothing of its own is thrown at the end ----

    /// Runs the body to its next yield. True: value() is what it yielded. False: it ended, and
    /// result() is what it returned. Throws what the body let out; value_error if the generator is
    /// running. Control is in the body until it yields or ends. O(1) at any depth of delegation;
    /// allocates nothing.
    bool resume() const {
        frame_type& f = get();
        if (LASTI_UNLIKELY(f.has_detour)) return resume_chain(f);
        const step why = f.run();
        if (LASTI_UNLIKELY(why != step::yielded)) return go_on(f, why);
        if (LASTI_UNLIKELY(f.references == 0)) f.dispose();
        return true;
    }
    /// The same, with `value` as the value of the YIELD_SET where it stands (Python's send). Throws
    /// type_error if it was not started: there is no yield yet that could receive a value. Not
    /// there where S is void.
    template <class T = S>
    bool resume_with(typename std::enable_if<!std::is_void<T>::value, T>::type value) const {
        error problem;
        const bool yielded = resume_with(std::forward<T>(value), problem);
        return yielded_unless(problem, yielded);
    }
    /// The same, with `exception` raised where it stands (Python's throw; see throw_()).
    template <class E>
    bool resume_raising(E&& exception) const {
        error problem;
        const bool yielded = resume_raising(std::forward<E>(exception), problem);
        return yielded_unless(problem, yielded);
    }
    /// @name The same without C++ exceptions
    /// What would be thrown becomes `problem`, which is empty otherwise. An empty handle is bad use
    /// all the same.
    /// @{
    bool resume(error& problem) const {
        frame_type& f = get();
        if (!can_run(f, problem)) return false;
        return f.is_over() ? over(f) : after(f, f.resume(), problem);
    }
    template <class T = S>
    bool resume_with(typename std::enable_if<!std::is_void<T>::value, T>::type value,
                     error& problem) const {
        frame_type& f = get();
        if (!can_run(f, problem)) return false;
        if (f.is_over()) return over(f);
        if (f.f_lasti == frame::created) {
            problem = error::make(type_error(
                detail::wording("can't send non-None value to a just-started generator: ") +
                f.place()));
            return false;
        }
        give(std::forward<T>(value));
        return after(f, f.resume_chain(), problem);
    }
    template <class E>
    bool resume_raising(E&& exception, error& problem) const {
        frame_type& f = get();
        error thrown = error::make(std::forward<E>(exception));
        if (!can_run(f, problem)) return false;
        if (!thrown)
            problem = error::make(
                type_error(detail::wording("exceptions must be exceptions, not an empty error: ") +
                           f.place()));
        else if (f.is_over()) problem = std::move(thrown);
        else return after(f, f.throw_in(std::move(thrown)), problem);
        return false;
    }
    /// @}
    /// What it yielded last. Good until it is resumed, closed or destroyed.
    typename detail::slot<Y>::reference value() const { return source().yielded.get(); }
    /// What the body returned: a copy, or the value itself if it can only be moved (then once).
    /// Throws invalid_state_error if the body did not return.
    R result() const {
        frame_type& f = get();
        if (!f.returned)
            detail::throw_out(
                invalid_state_error(detail::wording("the generator has no result: ") + f.place()));
        return f.get_result();
    }
    /// True once it has ended, however it did (Python's GEN_CLOSED).
    bool done() const { return get().is_over(); }

    // ---- Python: the end is an exception ----

    /// Python's __next__(): the next yielded value; throws stop_iteration at the end, once with the
    /// returned value.
    Y next() const {
        const generator held(*this);  // the body may drop the caller's handle
        return held.yielded_or_stop(held.resume());
    }
    /// Python's send(). Returns the next yielded value; throws stop_iteration at the end, and
    /// type_error if it was not started. Not there where S is void.
    template <class T = S>
    Y send(typename std::enable_if<!std::is_void<T>::value, T>::type value) const {
        const generator held(*this);
        return held.yielded_or_stop(held.resume_with(std::forward<T>(value)));
    }
    /// Python's throw(): raises `exception` (any object, an error, or a std::exception_ptr) where
    /// it stands.
    /// 1. Not started, or ended: it ends, and the exception is thrown here.
    /// 2. Delegating: the innermost generator gets it; a generator_exit closes that one first.
    /// 3. If the body yields in answer, that is the result; if it returns, stop_iteration is
    /// thrown.
    template <class E>
    Y throw_(E&& exception) const {
        const generator held(*this);
        return held.yielded_or_stop(held.resume_raising(std::forward<E>(exception)));
    }
    /// Python's close(): raises generator_exit where it stands. Returns true if the body answered
    /// by returning; result() is then its value (Python 3.13 returns it). Throws what else the body
    /// let out, and runtime_error "generator ignored GeneratorExit" if it yielded, in which case it
    /// stays suspended. One that was not started ends without running; one that has ended is left
    /// alone. Without a TRY on its way nothing is thrown or allocated.
    bool close() const {
        error problem;
        const bool returned = close(problem);
        if (problem) problem.rethrow();
        return returned;
    }
    /// The same without C++ exceptions: what would be thrown becomes `problem`.
    bool close(error& problem) const {
        const generator held(*this);
        frame_type& f = get();
        if (!can_run(f, problem)) return false;
        const step why = f.close();
        error raised = std::move(f.in_flight);
        if (why == step::yielded)
            problem = error::make(
                runtime_error(detail::wording("generator ignored GeneratorExit: ") + f.place()));
        if (why == step::raised && raised && !raised.is<generator_exit>())
            problem = std::move(raised);
        return why == step::returned;
    }

    /// A generator that stands where this one stands, and goes on for itself: its locals, its TRY
    /// and FOR statements and all that it delegates to are copied. Not in Python, whose frames
    /// cannot be copied. The locals are copied by their copy constructors: handles in them name the
    /// same object as before, as in Python; a pointer or an iterator into another local still
    /// points into the old one. One that has ended is its own copy. Throws type_error if it cannot
    /// be copied: a struct of which nobody said copyable(), control in a WITH, a range that can be
    /// iterated only once, a yielded value that can only be moved; value_error while it runs.
    /// O(depth of delegation + size of the locals).
    generator copy() const {
        frame_type& f = get();
        if (f.is_over()) return *this;
        return generator(static_cast<frame_type*>(f.copy_chain().get()));
    }

    /// A single pass, as in Python: begin() is a next(), and a second loop goes on where the first
    /// one left.
    LASTI_ALWAYS_INLINE iterator begin() const { return iterator(*this, resume()); }
    /// begin() without C++ exceptions; see resume(problem).
    iterator begin(error& problem) const { return iterator(*this, resume(problem)); }
    iterator end() const noexcept { return iterator(); }

    // ---- looking inside ----

    code const& gi_code() const { return *get().gi_code; }
    /// Falsy once it has ended, as gi_frame is None then.
    frame_info gi_frame() const { return done() ? frame_info() : frame_info(&get()); }
    bool gi_running() const { return get().executing(); }
    bool gi_suspended() const { return get().f_lasti >= 0 && !get().executing(); }
    /// What it delegates to; falsy while it runs or delegates to nothing.
    frame_info gi_yieldfrom() const {
        return gi_suspended() ? frame_info(get().gi_yieldfrom.get()) : frame_info();
    }

    // ---- for adapters and tools ----

    /// The frame, shared with this handle.
    detail::counted<frame_type> const& shared_frame() const {
        get();
        return frame_;
    }
    /// The frame, with the reference that this handle had: it is empty then.
    frame_type* detach() && {
        get();
        return frame_.detach();
    }
    /// resume(), for an iterator: the body cannot let go of the handle in it meanwhile.
    LASTI_ALWAYS_INLINE bool resume_held() const {
        frame_type& f = get();
        if (LASTI_UNLIKELY(f.has_detour)) return resume_chain(f);
        const step why = f.run();
        return LASTI_LIKELY(why == step::yielded) || go_on(f, why);
    }
    /// Puts `value` where the innermost generator takes what was sent; the next resume delivers it.
    template <class T = S>
    void give(typename std::enable_if<!std::is_void<T>::value, T>::type value) const {
        error busy;
        frame* const at = get().innermost(busy);
        if (busy) return;
        detail::channel<Y, S>& leaf = static_cast<detail::channel<Y, S>&>(*at);
        leaf.incoming.set(std::forward<T>(value));
        leaf.has_incoming = true;
    }

private:
    frame_type& get() const {
        if (LASTI_UNLIKELY(!frame_)) no_generator();
        return *frame_;
    }
    [[noreturn]] LASTI_COLD static void no_generator() {
        detail::throw_out(
            type_error("this generator handle is empty: default-constructed or moved from"));
    }
    static void check_not_executing(frame_type& f) {
        if (LASTI_UNLIKELY(f.executing())) f.already_executing().rethrow();
    }
    /// False: it is executing.
    static bool can_run(frame_type& f, error& problem) {
        problem = f.executing() ? f.already_executing() : error();
        return !problem;
    }
    detail::yields<Y>& source() const {
        frame_type& f = get();
        if (LASTI_LIKELY(!f.has_detour)) return f;
        frame* const known = f.known_innermost();
        return LASTI_LIKELY(known) ? static_cast<detail::yields<Y>&>(*known) : far_source(f);
    }
    LASTI_NOINLINE static detail::yields<Y>& far_source(frame_type& f) {
        error busy;
        return static_cast<detail::yields<Y>&>(*f.innermost(busy));
    }
    static bool resume_chain(frame_type& f) {
        frame* const known = f.known_innermost();
        if (LASTI_UNLIKELY(!known)) return find_and_resume(f);
        const step why = f.resume_from(known);
        return LASTI_LIKELY(why == step::yielded && f.references != 0) || after(f, why);
    }
    LASTI_NOINLINE static bool find_and_resume(frame_type& f) {
        check_not_executing(f);
        if (f.is_over()) return over(f);
        return after(f, f.find_and_resume());
    }
    // Entered directly, the body did something else than to yield.
    LASTI_NOINLINE static bool go_on(frame_type& f, step why) {
        if (why == step::refused) {
            check_not_executing(f);
            if (f.is_over()) return over(f);
        }
        return after(f, f.drive(&f, why));
    }
    static bool over(frame_type& f) {
        f.result_is = result_state::none;
        return false;
    }
    // What the driver said.
    LASTI_NOINLINE static bool after(frame_type& f, step why) {
        error problem;
        const bool yielded = after(f, why, problem);
        return yielded_unless(problem, yielded);
    }
    static bool after(frame_type& f, step why, error& problem) {
        error raised = std::move(f.in_flight);
        if (why == step::returned) f.result_is = result_state::handed_out;
        if (LASTI_UNLIKELY(f.references == 0)) f.dispose();
        if (LASTI_UNLIKELY(why == step::raised))
            problem = raised ? std::move(raised) : error::make(generator_exit());
        return why == step::yielded;
    }
    static bool yielded_unless(error const& problem, bool yielded) {
        if (LASTI_UNLIKELY(static_cast<bool>(problem))) problem.rethrow();
        return yielded;
    }
    Y yielded_or_stop(bool yielded) const {
        if (LASTI_UNLIKELY(!yielded)) stop();
        return source().yielded.take();
    }
    [[noreturn]] LASTI_COLD void stop() const {
        frame_type& f = get();
        const bool first = f.result_is == result_state::handed_out;
        f.result_is = result_state::none;
        if (first)
            detail::throw_stop_iteration(
                f, static_cast<typename std::remove_reference<R>::type*>(nullptr));
        detail::throw_out(stop_iteration());
    }

    detail::counted<frame_type> frame_;
};

/// Python's next(): the next yielded value; throws stop_iteration at the end, once with the
/// returned value.
template <class Y, class S, class R>
Y next(generator<Y, S, R> const& g) {
    return g.next();
}
/// Python's next() with a default, which is returned at the end instead.
template <class Y, class S, class R>
Y next(generator<Y, S, R> const& g, typename std::enable_if<true, Y>::type fallback) {
    const generator<Y, S, R> held(g);
    if (!held.resume()) return std::forward<Y>(fallback);
    return std::forward<Y>(held.value());
}

namespace detail {

/// What GENERATOR(…) assigns its lambda to.
template <class Y, class S = void, class R = void>
struct generator_maker {
    code const* where;
    template <class Body>
    generator<Y, S, R> operator=(Body&& body) const {
        typedef generator_frame<Y, S, R> frame_type;
        typedef copyable_body<typename std::decay<Body>::type> copyable;
        return generator<Y, S, R>(new_frame<frame_type>(where, copyable(std::forward<Body>(body))));
    }
};

}  // namespace detail
}  // namespace lasti

#include <lasti/detail/iteration.hpp>
#include <lasti/detail/yield_from.hpp>

#endif
