// error: a counted box with one exception in it, the one type in which exceptions travel through
// frames.
//
// Python: a reference to an exception object, with its `__context__` and `__cause__`. A box is made
// without a C++ throw (RAISE, throw_(), close(), cancel()) or from one that a body let out; only
// rethrow() throws.
//
//     lasti::error e = lasti::error::make(std::out_of_range("no such page"));
//     if (const std::exception* x = e.as<std::exception>()) std::cout << x->what();
//
// Where the compiler was told -fno-exceptions nothing is thrown: what would be goes to the
// throw_handler.
#ifndef LASTI_ERROR_HPP_INCLUDED
#define LASTI_ERROR_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <atomic>
#include <cstdio>  // last words where exceptions are switched off
#include <cstdlib>
#include <exception>
#include <initializer_list>
#include <type_traits>
#include <utility>

#include <lasti/code.hpp>
#include <lasti/detail/counted.hpp>
#include <lasti/detail/exception_family.hpp>
#include <lasti/detail/frame_pool.hpp>
#include <lasti/detail/wording.hpp>

namespace lasti {

class error;

/// Gets what would have to be thrown, in code that was compiled with -fno-exceptions: the end of a
/// generator from next(), the exception of a task from result(), the report of bad use. It must not
/// return.
typedef void (*throw_handler)(error const& what);
/// Replaces the program's handler, which prints the exception to stderr; returns the old one. Null:
/// the default. If the handler returns, std::abort() is called. Any thread may call it.
throw_handler set_throw_handler(throw_handler handler) noexcept;

namespace detail {

/// What is known of an exception type without RTTI: one static record each, so its address is its
/// identity.
struct exception_type {
    const exception_type* parent;           // what it declares as `lasti_parent`; null: nothing
    const void* (*to_parent)(const void*);  // the object seen as its declared parent
    const char* (*name)();
    description (*describe)(const void*);  // its what(), or empty
    bool closed;                           // no base classes but the declared one
};

template <class E>
struct LASTI_VISIBLE exception_type_of {
    static const exception_type record;
};

/// What the record of E says of the one class that it is derived from; void: nothing.
template <class E, class = void>
struct declared_parent {
    typedef known_parent_of<E> parent;
    static constexpr bool declared = false;
    static constexpr const exception_type* record() {
        return record_of(static_cast<parent*>(nullptr));
    }
    template <class P>
    static constexpr const exception_type* record_of(P*) {
        return &exception_type_of<P>::record;
    }
    static constexpr const exception_type* record_of(void*) { return nullptr; }
    static const void* upcast(const void* object) {
        return static_cast<parent const*>(static_cast<E const*>(object));
    }
};

template <class E>
struct declared_parent<E, typename make_void<typename E::lasti_parent>::type> {
    typedef typename E::lasti_parent parent;
    static constexpr bool declared = true;
    template <class P>
    static constexpr const exception_type* record_of(P*) {
        return &exception_type_of<P>::record;
    }
    static constexpr const exception_type* record_of(void*) { return nullptr; }
    static constexpr const exception_type* record() {
        return record_of(static_cast<parent*>(nullptr));
    }
    static const void* upcast(const void* object) {
        return static_cast<parent const*>(static_cast<E const*>(object));
    }
};

template <class E>
auto describe_object(E const& object, int) -> decltype(description(object.what())) {
    return object.what();
}
template <class E>
description describe_object(E const&, long) {
    return "";
}
template <class E>
description describe(const void* object) {
    return describe_object(*static_cast<E const*>(object), 0);
}

template <class E>
const exception_type exception_type_of<E>::record = {
    declared_parent<E>::record(), &declared_parent<E>::upcast, &type_name<E>, &describe<E>,
    declared_parent<E>::declared || !std::is_class<E>::value};

/// The object that an `error` refers to.
class error_box : public in_frame_memory {
public:
    void retain() noexcept { ++references; }
    void release() noexcept {
        if (--references == 0) destroy(this);
    }
    virtual ~error_box() {}
    virtual void rethrow() const = 0;
#if !LASTI_FREESTANDING
    virtual std::exception_ptr pointer() const = 0;
#endif

    unsigned references = 0;
    // Null: C++ threw it, and it is known by `standard` alone.
    const exception_type* type = nullptr;
    const void* object = nullptr;              // the exception itself, of the type `type`
    const std::exception* standard = nullptr;  // the same seen as a std::exception, or null
    counted<error_box> context;                // Python's __context__
    counted<error_box> cause;                  // Python's __cause__

private:
    // Contexts and causes form chains of any length: who dies with a box waits in a list for its
    // turn, rather than in nested destructors.
    LASTI_NOINLINE static void destroy(error_box* box) noexcept {
        error_box* dead = box;
        while (dead) {
            error_box* const next = dead;
            dead = next->next_dead;
            for (error_box* const link : {next->context.detach(), next->cause.detach()}) {
                if (!link || --link->references != 0) continue;
                link->next_dead = dead;
                dead = link;
            }
            delete next;
        }
    }

    error_box* next_dead = nullptr;
};

/// Gives it to the throw_handler.
[[noreturn]] void hand_to_handler(error_box const& box);

/// An exception object that was handed over, not thrown.
template <class E>
class boxed_error final : public error_box {
public:
    template <class A>
    explicit boxed_error(A&& argument) : value(std::forward<A>(argument)) {
        type = &exception_type_of<E>::record;
        object = &value;
        standard = as_standard(&value);
    }
    void rethrow() const override {
#if LASTI_HAS_EXCEPTIONS
        throw value;
#else
        hand_to_handler(*this);
#endif
    }
#if !LASTI_FREESTANDING
    std::exception_ptr pointer() const override {
        // Kept, so that whoever matches by rethrowing gets a pointer that lives as long as the box.
        if (!thrown) thrown = std::make_exception_ptr(value);
        return thrown;
    }
#endif

private:
    static const std::exception* as_standard(const std::exception* e) { return e; }
    static const std::exception* as_standard(const void*) { return nullptr; }

    E value;
#if !LASTI_FREESTANDING
    mutable std::exception_ptr thrown;
#endif
};

#if !LASTI_FREESTANDING

/// An exception that C++ threw.
class caught_error final : public error_box {
public:
    caught_error(std::exception_ptr what, const std::exception* known) : thrown(std::move(what)) {
        standard = known;
    }
    void rethrow() const override {
#if LASTI_HAS_EXCEPTIONS
        std::rethrow_exception(thrown);
#else
        hand_to_handler(*this);
#endif
    }
    std::exception_ptr pointer() const override { return thrown; }

private:
    std::exception_ptr thrown;
};
#endif

// EXCEPT(T) for the types C++ knows and we do not: let C++ itself decide.
template <class T>
T const* match_by_rethrow(error_box const& box) {
#if LASTI_HAS_EXCEPTIONS
    try {
        std::rethrow_exception(box.pointer());
    } catch (T const& match) {
        return &match;
    } catch (...) {
        return nullptr;
    }
#else
    (void)box;
    return nullptr;
#endif
}

template <class T, bool Polymorphic>
struct matcher {
    static T const* in_standard(const std::exception*) { return nullptr; }
};
#if LASTI_HAS_RTTI
template <class T>
struct matcher<T, true> {
    static T const* in_standard(const std::exception* standard) {
        return dynamic_cast<T const*>(standard);
    }
};
#endif
template <>
struct matcher<std::exception, true> {
    static std::exception const* in_standard(const std::exception* standard) { return standard; }
};

}  // namespace detail

/// A reference to an exception. Copies refer to the same one; not thread-safe (the count is plain).
class error {
public:
    /// Refers to nothing.
    error() noexcept {}

    /// Boxes `exception` without throwing it. One allocation.
    template <class E>
    static error make(E&& exception) {
        return error(
            new detail::boxed_error<typename std::decay<E>::type>(std::forward<E>(exception)));
    }
    static error make(error exception) noexcept { return exception; }
#if !LASTI_FREESTANDING
    static error make(std::exception_ptr exception) { return from(std::move(exception)); }

    /// The exception that a `catch (...)` is handling. To be called inside one.
    static error current() { return from(std::current_exception()); }

    /// The same exception, boxed.
    static error from(std::exception_ptr exception) {
        if (!exception) return error();
        const std::exception* standard = nullptr;
#if LASTI_HAS_EXCEPTIONS
        try {
            std::rethrow_exception(exception);
        } catch (std::exception const& known) {
            standard = &known;
        } catch (...) {
        }
#endif
        return caught(std::move(exception), standard);
    }
    /// The same, where the caller has caught it as a std::exception already (or knows that it is
    /// none: null).
    static error caught(std::exception_ptr exception, const std::exception* standard) {
        return error(new detail::caught_error(std::move(exception), standard));
    }
#endif

    explicit operator bool() const noexcept { return static_cast<bool>(box_); }
    bool operator==(error const& other) const noexcept { return box_ == other.box_; }
    bool operator!=(error const& other) const noexcept { return box_ != other.box_; }

    /// The exception as a T, or null if it is none: the rule by which EXCEPT(T) chooses. The same
    /// type, then what a type declares as its `lasti_parent`, then std::exception's family by
    /// dynamic_cast, and only for types unknown to all of these by rethrowing. The pointer is good
    /// while this error is referred to.
    template <class T>
    T const* as() const {
        if (!box_) return nullptr;
        detail::exception_type const* const wanted = &detail::exception_type_of<T>::record;
        const void* object = box_->object;
        for (detail::exception_type const* t = box_->type; t;
             object = t->to_parent(object), t = t->parent)
            if (t == wanted) return static_cast<T const*>(object);
        if (box_->standard) {
            typedef detail::matcher<T, std::is_polymorphic<T>::value> matcher;
            if (T const* match = matcher::in_standard(box_->standard)) return match;
            if (LASTI_HAS_RTTI && std::is_polymorphic<T>::value) return nullptr;
        }
        // What is derived from a T with a declared parent has that parent declared, too, and is
        // closed.
        if (box_->type && (box_->type->closed || detail::declared_parent<T>::declared))
            return nullptr;
        return detail::match_by_rethrow<T>(*box_);
    }
    template <class T>
    bool is() const {
        return as<T>() != nullptr;
    }

    /// Throws the exception as C++ does. With -fno-exceptions: gives it to the throw_handler.
    [[noreturn]] void rethrow() const {
        box_->rethrow();
        std::abort();  // rethrow() does not come back
    }
#if !LASTI_FREESTANDING
    std::exception_ptr pointer() const { return box_ ? box_->pointer() : std::exception_ptr(); }
#endif

    /// The exception that was being handled when this one was raised (Python's `__context__`).
    error context() const noexcept { return box_ ? error(box_->context) : error(); }
    /// The exception that this one was made from (Python's `__cause__`).
    error cause() const noexcept { return box_ ? error(box_->cause) : error(); }

    /// Links what was being handled behind this one, as a raise statement does; breaks a cycle that
    /// would arise.
    void set_context(error const& handled) noexcept {
        if (!handled || handled == *this || box_->context == handled.box_) return;
        for (detail::error_box* o = handled.box_.get(); o; o = o->context.get())
            if (o->context == box_) {
                o->context = nullptr;
                break;
            }
        box_->context = handled.box_;
    }
    /// The same in place of the context it has; empty: it has none from now on.
    void replace_context(error const& handled) noexcept {
        box_->context = nullptr;
        set_context(handled);
    }
    void set_cause(error const& cause) noexcept { box_->cause = cause.box_; }

    /// Its what(), or an empty string.
#if !LASTI_FREESTANDING
    std::string what() const {
        if (!box_) return std::string();
        if (box_->standard) return box_->standard->what();
        return box_->type ? box_->type->describe(box_->object) : std::string();
    }
    /// The name of its type as far as it is known.
    std::string type_name() const;
#else
    const char* what() const {
        return box_ && box_->type ? box_->type->describe(box_->object) : "";
    }
#endif

private:
    friend void detail::hand_to_handler(detail::error_box const& box);

    explicit error(detail::error_box* box) : box_(box) {}
    explicit error(detail::counted<detail::error_box> const& box) noexcept : box_(box) {}

    detail::counted<detail::error_box> box_;
};

namespace detail {

inline void print_unthrown(error const& what) {
#if LASTI_FREESTANDING
    (void)what;  // nobody is told: the program is to set a handler
#else
    std::fprintf(stderr,
                 "lasti: an exception had to be thrown, but exceptions are switched off: %s: %s\n",
                 what.type_name().c_str(), what.what().c_str());
#endif
}

// One for the program and a shared liblasti.
LASTI_VISIBLE inline std::atomic<throw_handler>& current_throw_handler() noexcept {
    static std::atomic<throw_handler> handler(&print_unthrown);
    return handler;
}

inline void hand_to_handler(error_box const& box) {
    const error what(counted<error_box>(const_cast<error_box*>(&box)));
    current_throw_handler().load()(what);
    std::abort();
}

/// `throw exception;`, or where exceptions are switched off, a call of the throw_handler.
template <class E>
[[noreturn]] LASTI_COLD void throw_out(E exception) {
#if LASTI_HAS_EXCEPTIONS
    throw exception;
#else
    error::make(std::move(exception)).rethrow();
#endif
}

}  // namespace detail

inline throw_handler set_throw_handler(throw_handler handler) noexcept {
    return detail::current_throw_handler().exchange(handler ? handler : &detail::print_unthrown);
}

}  // namespace lasti

#if !LASTI_FREESTANDING
#include <lasti/detail/error_name.hpp>
#endif

#endif
