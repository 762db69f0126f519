// YIELD_FROM: what can stand behind it, and how each becomes a frame to delegate to.
//
// A generator of the same Y and S is linked as it is. One of other types gets an adapter frame in
// front that converts; any other range gets a frame that iterates it.
#ifndef LASTI_DETAIL_YIELD_FROM_HPP_INCLUDED
#define LASTI_DETAIL_YIELD_FROM_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <type_traits>
#include <utility>

#include <lasti/detail/iterated_range.hpp>
#include <lasti/generator.hpp>

namespace lasti {
namespace detail {

enum { adapter_suspended = 1 };  // the one label of an adapter

/// What was sent to an adapter goes on to what it adapts, if that can take it.
template <class S, class S2>
struct relay_sent {
    template <class Y, class Inner>
    static bool to(channel<Y, S>& self, Inner const& inner) {
        if (!self.has_incoming) return true;
        inner.give(S2(self.incoming.take()));
        self.discard_sent();
        return true;
    }
};
template <class S>
struct relay_sent<S, void> {
    template <class Y, class Inner>
    static bool to(channel<Y, S>& self, Inner const&) {
        const bool sent = self.has_incoming;
        self.discard_sent();
        return !sent;
    }
};
template <class S2>
struct relay_sent<void, S2> {
    template <class Y, class Inner>
    static bool to(channel<Y, void>&, Inner const&) {
        return true;
    }
};
template <>
struct relay_sent<void, void> : relay_sent<void, int> {};

/// The body that iterates a range. An rvalue is moved in; an lvalue is referred to and must outlive
/// the delegation.
template <class Y, class S, class Range>
class range_body {
public:
    explicit range_body(Range&& range) : at_(std::forward<Range>(range)) {}

    step operator()(generator_frame<Y, S, void>& self) {
        const int label = self.enter();
        if (label != frame::created) {
            if (label != adapter_suspended) return self.refuse(label);
            if (!relay_sent<S, void>::to(self, nothing_to_give()))
                return self.raise(attribute_error("a plain iterator has no attribute 'send'"));
        }
        if (!at_.next()) return self.set_result();
        self.yield(at_.item());
        self.f_lasti = adapter_suspended;
        return step::yielded;
    }

    static const char* lasti_file() noexcept { return "a range"; }
    static int lasti_line() noexcept { return 0; }

    range_body copy(relocation const& outer) {
        return range_body(iterated_range<Range>::copy(at_, outer));
    }
    void settle(range_body& of, relocation const& outer) { at_.settle(of.at_, outer); }

private:
    struct nothing_to_give {};

    iterated_range<Range> at_;
};

template <class Y, class S, class Range>
struct copying_of<range_body<Y, S, Range>> : std::integral_constant<copied_by, copied_by::itself> {
};

/// The frame in front of a generator of other types: it relays what comes and goes, converted.
template <class Y, class S, class Inner>
class converting_frame final : public generator_frame<Y, S, typename Inner::return_type> {
public:
    explicit converting_frame(Inner inner)
        : generator_frame<Y, S, typename Inner::return_type>(&inner.gi_code()),
          inner_(std::move(inner)) {}

    // Conversions are code of the user's, and may throw.
    step run() override {
        return catching(*this, [this] { return resume_inner(); });
    }
    step inject(error thrown) override {
        return catching(*this, [&] { return inject_inner(std::move(thrown)); });
    }

private:
    typedef typename Inner::yield_type inner_yield;

    frame& inner() const { return *inner_.shared_frame(); }

    step resume_inner() {
        const int at = this->enter();
        if (at != frame::created && at != adapter_suspended) return this->refuse(at);
        if (inner().executing()) return this->raise_error(inner().already_executing());
        if (!relay_sent<S, typename Inner::send_type>::to(*this, inner_))
            return this->raise(
                attribute_error(detail::wording("nothing can be sent into ") + inner().place()));
        inner().resumed_for = this;
        const step why = inner().resume_chain();
        inner().resumed_for = nullptr;
        return relay(why);
    }
    step inject_inner(error thrown) {
        if (this->is_over()) return frame::inject(std::move(thrown));
        if (inner().executing()) return this->raise_error(inner().already_executing());
        if (!thrown || thrown.is<generator_exit>()) {
            const step why = inner().close();
            if (why == step::yielded)
                return this->raise(runtime_error(
                    detail::wording("generator ignored GeneratorExit: ") + inner().place()));
            const error problem = std::move(inner().in_flight);
            if (why == step::raised && problem && !problem.is<generator_exit>())
                return this->raise_error(problem);
        } else if (!inner().is_over()) {
            return relay(inner().throw_in(std::move(thrown)));
        }
        return frame::inject(std::move(thrown));
    }
    step relay(step why) {
        if (why == step::yielded) {
            pass_on(std::is_void<inner_yield>());
            this->f_lasti = adapter_suspended;
        } else if (why == step::raised) {
            this->in_flight = std::move(inner().in_flight);
        } else {
            const bool fresh = inner().result_is == result_state::fresh;
            inner().result_is = result_state::none;
            if (fresh) return take_result(std::is_void<typename Inner::return_type>());
            return step::returned;
        }
        return why;
    }
    void pass_on(std::true_type) { this->yield(); }
    void pass_on(std::false_type) { this->yield(static_cast<inner_yield&&>(inner_.value())); }
    step take_result(std::true_type) { return this->set_result(); }
    step take_result(std::false_type) { return this->set_result(inner_.result()); }
    void destroy_locals() noexcept override { inner_ = Inner(); }
    counted<frame> copy_alone(relocation const&, relocation& locals) override {
        converting_frame* const made = new converting_frame(inner_.copy());
        return this->copy_to(made, nullptr, nullptr, 0, locals);
    }
    bool only_relays() const noexcept override { return true; }

    Inner inner_;
};

/// How `Operand` becomes a frame: a range, unless one of the specialisations below knows better.
template <class Y, class S, class Operand, class Decayed = typename std::decay<Operand>::type,
          class = void>
struct delegation {
    typedef generator_frame<Y, S, void> frame_type;
    static counted<frame> to(Operand&& range) {
        static_assert(
            is_range<typename std::remove_reference<Operand>::type>::value,
            "YIELD_FROM: this cannot be iterated: it is no generator, and has no begin()");
        typedef range_body<Y, S, Operand> body;
        return counted<frame>(
            new_frame<frame_type>(code_of_struct<body>(), body(std::forward<Operand>(range))));
    }
};

template <class Y, class S, class Operand, class R>
struct delegation<Y, S, Operand, generator<Y, S, R>> {
    typedef generator_frame<Y, S, R> frame_type;
    static counted<frame> to(generator<Y, S, R> const& g) {
        return counted<frame>(g.shared_frame().get());
    }
    static counted<frame> to(generator<Y, S, R>&& g) {
        return counted<frame>::adopt(std::move(g).detach());
    }
};

template <class Y, class S, class Operand, class Y2, class S2, class R>
struct delegation<Y, S, Operand, generator<Y2, S2, R>> {
    typedef generator_frame<Y, S, R> frame_type;
    static counted<frame> to(generator<Y2, S2, R> const& g) {
        return counted<frame>(new converting_frame<Y, S, generator<Y2, S2, R>>(g));
    }
};

// The struct form, not made into a generator yet.
template <class Y, class S, class Operand, class Body>
struct delegation<Y, S, Operand, Body,
                  typename make_void<typename frame_of_body<Body>::yield_type>::type> {
    typedef frame_of_body<Body> frame_type;
    typedef generator<typename frame_type::yield_type, typename frame_type::send_type,
                      typename frame_type::return_type>
        generator_type;
    static counted<frame> to(Operand&& body) {
        return delegation<Y, S, generator_type>::to(generator_type(std::forward<Operand>(body)));
    }
};

}  // namespace detail

template <class Y, class S, class R>
template <class X, class Operand>
void generator_frame<Y, S, R>::yield_from(X*, Operand&& operand) {
    typedef detail::delegation<Y, S, Operand> how;
    this->delegate_to(how::to(std::forward<Operand>(operand)),
                      &detail::deliver_result<typename how::frame_type, X>::to);
}

template <class Y, class S, class R>
template <class Operand>
void generator_frame<Y, S, R>::yield_from(std::nullptr_t, Operand&& operand) {
    this->delegate_to(detail::delegation<Y, S, Operand>::to(std::forward<Operand>(operand)),
                      nullptr);
}

}  // namespace lasti

#endif
