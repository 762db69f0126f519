// body_frame: a frame with a body in it: your struct, or the lambda that GENERATOR or COROUTINE
// made.
#ifndef LASTI_DETAIL_BODY_FRAME_HPP_INCLUDED
#define LASTI_DETAIL_BODY_FRAME_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>  // std::nullptr_t
#include <new>
#include <type_traits>
#include <utility>

#include <lasti/detail/watching.hpp>
#include <lasti/frame.hpp>

namespace lasti {
namespace detail {

/// The frame type that a body is written for: the parameter of its operator().
template <class F>
struct frame_parameter;
template <class B, class F>
struct frame_parameter<step (B::*)(F&)> {
    typedef F type;
};

template <class Body>
using frame_of_body = typename frame_parameter<decltype(&Body::operator())>::type;

/// Runs code of the user's in `f`: what it throws becomes the exception in flight.
template <class Code>
LASTI_ALWAYS_INLINE step catching(frame& f, Code code) {
#if LASTI_HAS_EXCEPTIONS
    try {
        return code();
    } catch (std::exception const& known) {
        return f.caught_in_flight(&known);
    } catch (...) {
        return f.caught_in_flight(nullptr);
    }
#else
    (void)f;
    return code();
#endif
}

template <class Frame, class Body>
Frame* new_frame(code const* where, Body&& body);

/// `Frame` says what flows in and out, `Body` is the code and its locals.
template <class Frame, class Body>
class body_frame : public Frame {
public:
    template <class B>
    body_frame(code const* where, B&& body) : Frame(where) {
        ::new (static_cast<void*>(&body_)) Body(std::forward<B>(body));
        this->is_plain = Frame::has_plain_values && std::is_trivially_destructible<Body>::value;
    }
    ~body_frame() override {
        if (!this->locals_gone) body_.~Body();
    }

    /// Enters the body unguarded: what it throws comes out, and f_lasti says running for ever.
    step enter_body() { return body_(static_cast<Frame&>(*this)); }
    Body& body() noexcept { return body_; }

    step run() override {
        return catching(*this, [this] { return enter_body(); });
    }

    counted<frame> copy_alone(relocation const& outer, relocation& locals) override {
        return copied(outer, locals,
                      copying < Frame::can_copy ? copying_of<Body>::value : copied_by::nobody > ());
    }

protected:
    void destroy_locals() noexcept override {
        if (this->locals_gone) return;
        this->locals_gone = true;
        body_.~Body();
    }

private:
    template <copied_by How>
    using copying = std::integral_constant<copied_by, How>;

    counted<frame> copied(relocation const& outer, relocation& locals, copying<copied_by::nobody>) {
        return frame::copy_alone(outer, locals);
    }
    counted<frame> copied(relocation const&, relocation& locals,
                          copying<copied_by::its_constructor>) {
        Frame* const made = new_frame<Frame>(this->gi_code, static_cast<Body const&>(body_));
        return this->copy_to(made, &body_, &static_cast<body_frame*>(made)->body_, sizeof(Body),
                             locals);
    }
    counted<frame> copied(relocation const& outer, relocation& locals, copying<copied_by::itself>) {
        Frame* const made = new_frame<Frame>(this->gi_code, body_.copy(outer));
        const counted<frame> hold(made);
        Body& its_body = static_cast<body_frame*>(made)->body_;
        its_body.settle(body_, outer);
        return this->copy_to(made, &body_, &its_body, sizeof(Body), locals);
    }

    union {
        Body body_;  // destroyed when the frame ends, which may be long before the last handle goes
    };
};

/// A frame for `body`, on the heap.
template <class Frame, class Body>
Frame* new_frame(code const* where, Body&& body) {
    Frame* const made =
        new body_frame<Frame, typename std::decay<Body>::type>(where, std::forward<Body>(body));
    if (LASTI_UNLIKELY(is_anybody_watching())) begin_watching(*made, shows_of<Frame>::how);
    return made;
}

/// How the locals of a body are read, if it lists them with LOCALS.
template <class Body, class = void>
struct locals_reader {
    static constexpr std::nullptr_t read = nullptr;
};
template <class Body>
struct locals_reader<Body, typename make_void<decltype(&Body::lasti_locals)>::type> {
    static void read(frame& of, inspect::locals& found) {
        static_cast<body_frame<frame_of_body<Body>, Body>&>(of).body().lasti_locals(found);
    }
};

/// What the user wrote.
template <class Body>
struct written_body {
    typedef Body type;
};
template <class Body>
struct written_body<copyable_body<Body>> : written_body<Body> {};

/// The code record of a struct form: named by its type, placed by the macro that opens its body.
template <class Body>
code const* code_of_struct() {
    static const code record = {type_name<typename written_body<Body>::type>(), Body::lasti_file(),
                                Body::lasti_line(), locals_reader<Body>::read};
    return &record;
}

}  // namespace detail
}  // namespace lasti

#endif
