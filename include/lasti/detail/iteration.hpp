// iterate(body): a generator held by value. No heap, no count, no virtual call, and no catch on the
// way.
#ifndef LASTI_DETAIL_ITERATION_HPP_INCLUDED
#define LASTI_DETAIL_ITERATION_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <utility>

#include <lasti/generator.hpp>

namespace lasti {

/// What iterate() gives: a struct's generator body, run in place. It stays where it was made.
template <class Body>
class iteration {
public:
    typedef detail::frame_of_body<Body> frame_type;
    typedef typename frame_type::yield_type yield_type;
    typedef typename frame_type::return_type return_type;

    template <class B, class = typename std::enable_if<
                           !std::is_same<typename std::decay<B>::type, iteration>::value>::type>
    explicit iteration(B&& body) : frame_(detail::code_of_struct<Body>(), std::forward<B>(body)) {
        frame_.references = 1;  // its own: nobody frees it
        frame_.guarded = false;
    }
    /// Only of one that was not started, since a body may point into itself once it runs.
    iteration(iteration&& other) : iteration(std::move(other.frame_.body())) {}
    ~iteration() {
        if (LASTI_UNLIKELY(frame_.f_lasti == elsewhere)) close();
    }

    /// Runs the body to its next yield; false at the end. Throws what the body let out, which ends
    /// it.
    LASTI_ALWAYS_INLINE bool resume() {
        const step why = frame_.enter_body();
        if (LASTI_LIKELY(why == step::yielded)) return true;
        if (LASTI_LIKELY(why == step::returned) && frame_.blocks.empty()) {
            frame_.f_lasti = frame::finished;
            frame_.returned = true;
            return false;
        }
        return drive(why);
    }
    /// The same without C++ exceptions: what would be thrown becomes `problem`, which is empty
    /// otherwise. It can go on with the other one. It has a catch on its way, and so is slower.
    bool resume(error& problem) {
        problem = error();
        if (done()) return false;
        if (frame_.f_lasti != elsewhere) label_ = frame_.f_lasti;
        return go_on(resume_guarded(), problem);
    }
    /// What it yielded last.
    LASTI_ALWAYS_INLINE typename detail::slot<yield_type>::reference value() {
        return LASTI_LIKELY(frame_.f_lasti != elsewhere) ? frame_.yielded.get() : far_value();
    }
    /// What it returned. Throws invalid_state_error if it did not return.
    return_type result() {
        if (!frame_.returned)
            detail::throw_out(invalid_state_error(detail::wording("the generator has no result: ") +
                                                  frame_.place()));
        return frame_.get_result();
    }
    bool done() const noexcept {
        return frame_.f_lasti == frame::finished || frame_.f_lasti == frame::running;
    }

    /// What an iterator resumes: the iteration, by its address.
    class pointer {
    public:
        typedef typename iteration::yield_type yield_type;
        explicit pointer(iteration* target = nullptr) noexcept : target_(target) {}
        bool resume_held() const { return target_->resume(); }
        typename detail::slot<yield_type>::reference value() const { return target_->value(); }

    private:
        iteration* target_;
    };
    typedef generator_iterator<pointer> iterator;
    LASTI_ALWAYS_INLINE iterator begin() { return iterator(pointer(this), resume()); }
    /// begin() without C++ exceptions; see resume(problem).
    iterator begin(error& problem) { return iterator(pointer(this), resume(problem)); }
    iterator end() { return iterator(); }

private:
    // A saved program counter that is no label: the body refuses it, and the driver takes over. So
    // a body that uses no TRY and no YIELD_FROM is not asked whether it stands in one.
    enum : int { elsewhere = -4 };

    LASTI_NOINLINE bool drive(step why) {
        if (why == step::refused) {
            if (frame_.f_lasti != elsewhere)
                return false;  // it had ended, or an exception had left it
            why = resume_guarded();
        }
        error problem;
        const bool yielded = go_on(why, problem);
        if (problem) problem.rethrow();
        return yielded;
    }
    bool go_on(step why, error& problem) {
        if (why != step::yielded) why = frame_.drive(&frame_, why);
        if (why == step::raised) problem = std::move(frame_.in_flight);
        if (why != step::yielded) return false;
        if (frame_.gi_yieldfrom || !frame_.blocks.empty()) {
            label_ = frame_.f_lasti;
            frame_.f_lasti = elsewhere;
        }
        return true;
    }
    // Where f_lasti says elsewhere, or a label that `label_` has as well.
    step resume_guarded() {
        frame_.f_lasti = label_;
        if (frame_.gi_yieldfrom) return frame_.resume_chain();
        frame_.guarded = true;
        const step why = frame_.run();
        frame_.guarded = false;
        return why;
    }
    LASTI_NOINLINE typename detail::slot<yield_type>::reference far_value() {
        error busy;
        return static_cast<detail::yields<yield_type>&>(*frame_.innermost(busy)).yielded.get();
    }
    LASTI_NOINLINE void close() noexcept {
        frame_.f_lasti = label_;
        frame_.close_and_report();
        frame_.abandon();
    }

    detail::body_frame<frame_type, Body> frame_;
    int label_ = 0;  // the saved program counter, while f_lasti says elsewhere
};

/// Runs a struct's generator body where it stands: `for (int v : lasti::iterate(countdown{3})) …`.
/// As fast as a hand-written loop where the compiler sees the body; docs/internals.md says why.
template <class Body>
iteration<typename std::decay<Body>::type> iterate(Body&& body) {
    return iteration<typename std::decay<Body>::type>(std::forward<Body>(body));
}

}  // namespace lasti

#endif
