// What anext(), asend(), athrow() and aclose() return: objects to be awaited once.
//
// They are values, which a lambda may capture, but stand for one operation: a copy takes it over,
// and what it was copied from is as good as awaited. One that nobody awaits is reported, as a
// coroutine is.
#ifndef LASTI_DETAIL_ASYNC_OPERATIONS_HPP_INCLUDED
#define LASTI_DETAIL_ASYNC_OPERATIONS_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <string>
#include <tuple>  // keeps references, too
#include <type_traits>
#include <utility>

#include <lasti/detail/async_generator_frame.hpp>
#include <lasti/detail/body_frame.hpp>  // catching

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

    /// Null once it was awaited.
    async_generating* generator() const noexcept { return generator_.get(); }
    const char* name() const noexcept {
        static const char* const names[] = {"anext", "anext", "asend", "athrow", "aclose"};
        return names[static_cast<int>(asked_)];
    }
    /// Nobody awaited it.
    LASTI_COLD void report() const noexcept {
        report_unraisable(
            error::make(never_awaited(std::string("coroutine method '") + name() + "' of " +
                                      generator_->place() + " was never awaited")),
            *generator_->gi_code);
    }
    void spend() const noexcept { generator_ = nullptr; }

protected:
    pending_operation(async_generating& generator, async_operation asked) noexcept
        : generator_(&generator), asked_(asked) {}

    /// What async_generating::begin() tells; or if `instead` is given, throw_instead().
    step begin(awaiting_frame& awaiter, void (*take)(frame&, void*), error const* instead,
               error thrown = error()) const {
        if (LASTI_LIKELY(generator_ && !instead))
            return async_generating::begin(std::move(generator_), awaiter, asked_, take,
                                           std::move(thrown));
        if (generator_)
            return async_generating::throw_instead(std::move(generator_), awaiter, asked_, take,
                                                   *instead);
        return awaiter.raise(
            runtime_error(std::string("cannot reuse already awaited ") +
                          (asked_ == async_operation::throw_ || asked_ == async_operation::close
                               ? "aclose()/athrow()"
                               : "__anext__()/asend()") +
                          ": " + awaiter.place()));
    }

private:
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
        deliver_result<Frame, X, int>::none(*static_cast<X*>(target),
                                            std::is_default_constructible<X>());
    }
    static void (*value())(frame&, void*) { return &to; }
    static void (*nothing())(frame&, void*) { return &none; }
};
template <class Frame>
struct take_produced<Frame, void> {
    static void (*value())(frame&, void*) { return nullptr; }
    static void (*nothing())(frame&, void*) { return nullptr; }
};

/// What an operation keeps until it begins: moved on by copies, as the operation is. V may be a
/// reference.
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

}  // namespace detail

/// What anext() of an async generator returns, for AWAIT.
template <class Y, class S>
class anext_operation : public detail::pending_operation {
public:
    typedef Y awaited_type;
    typedef async_generator_frame<Y, S> frame_type;

    explicit anext_operation(frame_type& generator) noexcept
        : pending_operation(generator, detail::async_operation::next) {}

    template <class X>
    step begin_await(detail::awaiting_frame& self, X*, error const* instead = nullptr) const {
        return this->begin(self, detail::take_produced<frame_type, X>::value(), instead);
    }
};

/// What anext() with a default returns, for AWAIT.
template <class Y, class S>
class anext_or_operation : public detail::pending_operation {
public:
    typedef Y awaited_type;
    typedef async_generator_frame<Y, S> frame_type;

    anext_or_operation(frame_type& generator, Y&& fallback)
        : pending_operation(generator, detail::async_operation::next_or_default),
          fallback_(std::forward<Y>(fallback)) {}

    template <class X>
    step begin_await(detail::awaiting_frame& self, X*, error const* instead = nullptr) const {
        typedef detail::take_or_default<frame_type, X> take;
        if (this->generator())
            self.waits_for.template emplace<detail::kept_default<Y>>(fallback_.take());
        const step why = this->begin(self, take::value(), instead);
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
        : pending_operation(generator, detail::async_operation::send),
          value_(std::forward<S>(value)) {}

    template <class X>
    step begin_await(detail::awaiting_frame& self, X*, error const* instead = nullptr) const {
        frame_type* const f = static_cast<frame_type*>(this->generator());
        if (f && f->f_lasti == frame::created && !f->is_in_use() && !instead) {
            this->spend();
            return self.raise(type_error(
                "can't send non-None value to a just-started async generator: " + f->place()));
        }
        const step why = this->begin(self, detail::take_produced<frame_type, X>::value(), instead);
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
        : pending_operation(generator, detail::async_operation::throw_),
          thrown_(std::move(thrown)) {}

    template <class X>
    step begin_await(detail::awaiting_frame& self, X*, error const* instead = nullptr) const {
        typedef detail::take_produced<frame_type, X> take;
        const step why = this->begin(self, take::value(), instead, thrown_);
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
    step begin_await(detail::awaiting_frame& self, X*, error const* instead = nullptr) const {
        static_assert(std::is_void<X>::value, "AWAIT_SET: aclose() has no result: use AWAIT");
        self.deliver = nullptr;
        return this->begin(self, nullptr, instead);
    }
};

namespace detail {

/// The coroutine of an operation. What is thrown into it before it starts is raised in the
/// generator, as CPython's object hands it on: the task of an aclose() that is cancelled at once
/// still ends the generator.
template <class Operation, class R = typename Operation::awaited_type>
class operation_frame final : public coroutine_frame<R> {
public:
    explicit operation_frame(Operation operation)
        : coroutine_frame<R>(&code_),
          code_{operation.name(), operation.generator() ? operation.generator()->gi_code->file : "",
                operation.generator() ? operation.generator()->gi_code->first_line : 0},
          operation_(std::move(operation)) {}

    step run() override {
        return catching(*this, [this] { return go_on(); });
    }
    step inject(error thrown) override {
        if (this->f_lasti != frame::created || !thrown)
            return coroutine_frame<R>::inject(std::move(thrown));
        this->f_lasti = suspended;
        return operation_.begin_await(*this, target(&result_), &thrown);
    }

private:
    enum { suspended = 1 };  // its one label

    step go_on() {
        const int at = this->enter();
        if (at == frame::created) {
            if (this->await(&result_, operation_)) {
                this->f_lasti = suspended;
                return this->awaiting();
            }
        } else if (at != suspended) {
            return this->refuse(at);
        }
        this->end_await(&result_);
        return result_.give_to(*this);
    }
    static void* target(kept<void>*) noexcept { return nullptr; }
    template <class X>
    static X* target(X* to) noexcept {
        return to;
    }

    void never_started() noexcept override {
        if (operation_.generator()) operation_.report();
    }
    void destroy_locals() noexcept override { operation_.spend(); }

    code const code_;
    Operation operation_;
    kept<R> result_;
};

template <class A>
struct coroutine_of<A,
                    typename std::enable_if<std::is_base_of<pending_operation, A>::value>::type> {
    static coroutine<typename A::awaited_type> make(A operation) {
        return coroutine<typename A::awaited_type>(new operation_frame<A>(std::move(operation)));
    }
};

}  // namespace detail
}  // namespace lasti

#endif
