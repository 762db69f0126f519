// What anext(), asend(), athrow() and aclose() return: objects to be awaited once.
//
// They are values, which a lambda may capture, but stand for one operation: a copy takes it over, and what it was
// copied from is as good as awaited. One that nobody awaits is reported, as a coroutine is.
#ifndef LASTI_DETAIL_ASYNC_OPERATIONS_HPP_INCLUDED
#define LASTI_DETAIL_ASYNC_OPERATIONS_HPP_INCLUDED

#include <string>
#include <tuple>        // keeps references, too
#include <type_traits>
#include <utility>

#include <lasti/detail/async_generator_frame.hpp>

namespace lasti {
namespace detail {

class pending_operation {
public:
    pending_operation(pending_operation const& other) noexcept
        : generator_(std::move(other.generator_)), asked_(other.asked_) {}
    pending_operation& operator=(pending_operation const&) = delete;
    ~pending_operation() {
        if (LASTI_UNLIKELY(generator_)) report();
    }

protected:
    pending_operation(async_generating& generator, async_operation asked) noexcept
        : generator_(&generator), asked_(asked) {}

    /// What async_generating::begin() tells.
    step begin(awaiting_frame& awaiter, void (*take)(frame&, void*), error thrown = error()) const {
        if (LASTI_LIKELY(generator_))
            return async_generating::begin(std::move(generator_), awaiter, asked_, take, std::move(thrown));
        return awaiter.raise(runtime_error(std::string("cannot reuse already awaited ") +
                                           (asked_ == async_operation::throw_ || asked_ == async_operation::close
                                                ? "aclose()/athrow()"
                                                : "__anext__()/asend()") +
                                           ": " + awaiter.place()));
    }
    /// Null once it was awaited.
    async_generating* generator() const noexcept { return generator_.get(); }
    void spend() const noexcept { generator_ = nullptr; }

private:
    LASTI_COLD void report() const noexcept {
        static const char* const names[] = {"anext", "anext", "asend", "athrow", "aclose"};
        report_unraisable(error::make(never_awaited(std::string("coroutine method '") + names[static_cast<int>(asked_)] +
                                                    "' of " + generator_->place() + " was never awaited")),
                          *generator_->gi_code);
    }

    mutable counted<async_generating> generator_;  // null once it was awaited or copied
    async_operation asked_;
};

/// How a value goes to the target of AWAIT_SET. X: its type; void: nobody wants it.
template <class Frame, class X>
struct take_produced {
    static void to(frame& child, void* target) {
        static_assert(!std::is_void<typename Frame::yield_type>::value,
                      "AWAIT_SET: this async generator yields nothing, its Y is void: use AWAIT");
        *static_cast<X*>(target) = static_cast<Frame&>(child).yielded.take();
    }
    // Python's None: there was nothing any more to throw into.
    static void none(frame&, void* target) {
        deliver_result<Frame, X, int>::none(*static_cast<X*>(target), std::is_default_constructible<X>());
    }
    static void (*value())(frame&, void*) { return &to; }
    static void (*nothing())(frame&, void*) { return &none; }
};
template <class Frame>
struct take_produced<Frame, void> {
    static void (*value())(frame&, void*) { return nullptr; }
    static void (*nothing())(frame&, void*) { return nullptr; }
};

/// What an operation keeps until it begins: moved on by copies, as the operation is. V may be a reference.
template <class V>
class moved_on {
public:
    explicit moved_on(V&& value) : value_(std::forward<V>(value)) {}
    moved_on(moved_on const& other) : value_(std::move(other.value_)) {}
    V&& take() const { return std::forward<V>(std::get<0>(value_)); }

private:
    mutable std::tuple<V> value_;
};

/// The default of an anext(), kept in the frame that awaits it.
template <class Y>
class kept_default final : public request {
public:
    explicit kept_default(Y&& v) : value(std::forward<Y>(v)) {}
    std::string describe() const override { return "an async generator"; }
    void arm(task_state&) override {}
    bool cancel(task_state&, std::string const&) override { return false; }
    void disarm(task_state&) noexcept override {}

    Y value;
};

/// The same for an anext() with a default.
template <class Frame, class X, class Y = typename Frame::yield_type>
struct take_or_default {
    static void from_child(frame& child, void* target) {
        if (!child.is_over()) return take_produced<Frame, X>::to(child, target);
        from_self(*child.back, target);
        static_cast<awaiting_frame&>(*child.back).waits_for.clear();
    }
    static void from_self(frame& self, void* target) {
        request* const kept = static_cast<awaiting_frame&>(self).waits_for.get();
        *static_cast<X*>(target) = std::forward<Y>(static_cast<kept_default<Y>*>(kept)->value);
    }
    static void (*value())(frame&, void*) { return &from_child; }
    static void (*fallback())(frame&, void*) { return &from_self; }
};
template <class Frame, class Y>
struct take_or_default<Frame, void, Y> {
    static void (*value())(frame&, void*) { return nullptr; }
    static void (*fallback())(frame&, void*) { return nullptr; }
};

} // namespace detail

/// What anext() of an async generator returns, for AWAIT.
template <class Y, class S>
class anext_operation : public detail::pending_operation {
public:
    typedef Y awaited_type;
    typedef async_generator_frame<Y, S> frame_type;

    explicit anext_operation(frame_type& generator) noexcept : pending_operation(generator, detail::async_operation::next) {}

    template <class X>
    step begin_await(detail::awaiting_frame& self, X*) const {
        return this->begin(self, detail::take_produced<frame_type, X>::value());
    }
};

/// What anext() with a default returns, for AWAIT.
template <class Y, class S>
class anext_or_operation : public detail::pending_operation {
public:
    typedef Y awaited_type;
    typedef async_generator_frame<Y, S> frame_type;

    anext_or_operation(frame_type& generator, Y&& fallback)
        : pending_operation(generator, detail::async_operation::next_or_default), fallback_(std::forward<Y>(fallback)) {}

    template <class X>
    step begin_await(detail::awaiting_frame& self, X*) const {
        typedef detail::take_or_default<frame_type, X> take;
        if (this->generator()) self.waits_for.template emplace<detail::kept_default<Y>>(fallback_.take());
        const step why = this->begin(self, take::value());
        if (why == step::returned) self.deliver = take::fallback();
        return why;
    }

private:
    detail::moved_on<Y> fallback_;
};

/// What asend() returns, for AWAIT.
template <class Y, class S>
class asend_operation : public detail::pending_operation {
public:
    typedef Y awaited_type;
    typedef async_generator_frame<Y, S> frame_type;

    asend_operation(frame_type& generator, S&& value)
        : pending_operation(generator, detail::async_operation::send), value_(std::forward<S>(value)) {}

    template <class X>
    step begin_await(detail::awaiting_frame& self, X*) const {
        frame_type* const f = static_cast<frame_type*>(this->generator());
        if (f && f->f_lasti == frame::created && !f->is_in_use()) {
            this->spend();
            return self.raise(type_error("can't send non-None value to a just-started async generator: " + f->place()));
        }
        const step why = this->begin(self, detail::take_produced<frame_type, X>::value());
        if (why == step::delegated) {
            f->incoming.set(value_.take());
            f->has_incoming = true;
        }
        return why;
    }

private:
    detail::moved_on<S> value_;
};

/// What athrow() returns, for AWAIT. Its result is Y() where the generator had ended before.
template <class Y, class S>
class athrow_operation : public detail::pending_operation {
public:
    typedef Y awaited_type;
    typedef async_generator_frame<Y, S> frame_type;

    athrow_operation(frame_type& generator, error thrown) noexcept
        : pending_operation(generator, detail::async_operation::throw_), thrown_(std::move(thrown)) {}

    template <class X>
    step begin_await(detail::awaiting_frame& self, X*) const {
        typedef detail::take_produced<frame_type, X> take;
        const step why = this->begin(self, take::value(), thrown_);
        if (why == step::returned) self.deliver = take::nothing();
        return why;
    }

private:
    error thrown_;
};

/// What aclose() returns, for AWAIT.
class aclose_operation : public detail::pending_operation {
public:
    typedef void awaited_type;

    explicit aclose_operation(detail::async_generating& generator) noexcept
        : pending_operation(generator, detail::async_operation::close) {}

    template <class X>
    step begin_await(detail::awaiting_frame& self, X*) const {
        static_assert(std::is_void<X>::value, "AWAIT_SET: aclose() has no result: use AWAIT");
        self.deliver = nullptr;
        return this->begin(self, nullptr);
    }
};

} // namespace lasti

#endif
