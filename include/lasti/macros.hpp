// The statements of a body, with the LASTI_ prefix. <lasti/keywords.hpp> gives them their short names.
//
// A body is one flat switch over the saved program counter. BEGIN opens it, END closes it; a statement that
// suspends saves a label, returns why, and puts `case label:` right behind the return:
//
//     YIELD(v)   self.yield(v); self.f_lasti = 1; return step::yielded; case 1:
//
// There is no C++ `try` in a body, since no `case` may stand in one: TRY pushes a block on the frame's block
// stack, and the driver (detail/drive.hpp) enters the body again at the block's label when an exception arrives.
// docs/internals.md prints the expansions; docs/pitfalls.md says what cannot be written, and what to write instead.
#ifndef LASTI_MACROS_HPP_INCLUDED
#define LASTI_MACROS_HPP_INCLUDED

// What these macros put into the user's functions (shadowed names in nested bodies, labels behind a return) is
// deliberate: warnings about it would be about this file, and errors still point at the user's line.
#if defined(__GNUC__)
#pragma GCC system_header
#endif

#include <lasti/detail/operands.hpp>
#include <lasti/frame.hpp>

// Labels count the suspension points of a body from 1. The counter itself differs from one translation unit to the
// next, its distance from BEGIN does not, so an inline body has the same labels everywhere. Clang from 22 on calls
// __COUNTER__ an extension; lines do as well there, but for two statements on one line.
#if defined(__COUNTER__) && !(defined(__clang_major__) && __clang_major__ >= 22)
#define LASTI_LABELS_ARE_COUNTED 1
#define LASTI_LABEL_BASE __COUNTER__
#define LASTI_LABEL (__COUNTER__ - lasti_base)
#define LASTI_SECOND_LABEL LASTI_LABEL
#else
#define LASTI_LABELS_ARE_COUNTED 0
#define LASTI_LABEL_BASE 0
#define LASTI_LABEL __LINE__
#define LASTI_SECOND_LABEL (__LINE__ + 0x1000000)  // of a statement that has two
#endif
#define LASTI_CASE(label) case static_cast< ::lasti::yield_cannot_stand_in_a_nested_switch>(label)
// A label that only the driver goes to; control that comes from above passes by.
#define LASTI_ENTRY(label) \
    if (false) { \
        LASTI_CASE(label):; \
    }

// ---- the head of a function ----------------------------------------------------------------------------------------

// They stand here, not beside what they name: `self` in a body inside a body shadows the outer one.

/// Opens the body of a generator in a function: `return GENERATOR(Y, S, R) { BEGIN; … END; };`
/// The parameters and the locals declared before it are captured by value: they become the frame's locals.
#define LASTI_GENERATOR(...) \
    ::lasti::detail::generator_maker<__VA_ARGS__>{LASTI_CODE} = \
        [=](::lasti::generator_frame<__VA_ARGS__>& self) mutable -> ::lasti::step
/// Opens the body of a generator in a struct, whose members are the frame's locals.
#define LASTI_GENERATOR_BODY(...) \
    LASTI_STRUCT_CODE \
    ::lasti::step operator()(::lasti::generator_frame<__VA_ARGS__>& self)

/// Opens the body of a coroutine in a function: `return COROUTINE(R) { BEGIN; … END; };`
#define LASTI_COROUTINE(...) \
    ::lasti::detail::coroutine_maker<__VA_ARGS__>{LASTI_CODE} = \
        [=](::lasti::coroutine_frame<__VA_ARGS__>& self) mutable -> ::lasti::step
/// Opens the body of a coroutine in a struct, whose members are the frame's locals.
#define LASTI_COROUTINE_BODY(...) \
    LASTI_STRUCT_CODE \
    ::lasti::step operator()(::lasti::coroutine_frame<__VA_ARGS__>& self)

/// Opens the body of an async generator in a function: `return ASYNC_GENERATOR(Y, S) { BEGIN; … END; };`
#define LASTI_ASYNC_GENERATOR(...) \
    ::lasti::detail::async_generator_maker<__VA_ARGS__>{LASTI_CODE} = \
        [=](::lasti::async_generator_frame<__VA_ARGS__>& self) mutable -> ::lasti::step
/// Opens the body of an async generator in a struct, whose members are the frame's locals.
#define LASTI_ASYNC_GENERATOR_BODY(...) \
    LASTI_STRUCT_CODE \
    ::lasti::step operator()(::lasti::async_generator_frame<__VA_ARGS__>& self)

/// Lists members of a struct form, in the struct: they can be looked at by name. With <lasti/inspect.hpp>.
#define LASTI_LOCALS(...) \
    void lasti_locals(::lasti::inspect::locals& lasti_found) const { \
        lasti_found.read(#__VA_ARGS__, __VA_ARGS__); \
    }

// ---- a body and its end ------------------------------------------------------------------------------------------

#define LASTI_CODE \
    ([](const char* lasti_function) -> ::lasti::code const* { \
        static ::lasti::code const lasti_code = {lasti_function, __FILE__, __LINE__}; \
        return &lasti_code; \
    }(__func__))

#define LASTI_STRUCT_CODE \
    static const char* lasti_file() noexcept { return __FILE__; } \
    static int lasti_line() noexcept { return __LINE__; }

#define LASTI_BEGIN \
    enum { lasti_base = LASTI_LABEL_BASE }; \
    do { \
        int const lasti_at = self.enter(); \
        switch (static_cast< ::lasti::yield_cannot_stand_in_a_nested_switch>(lasti_at)) { \
            LASTI_CASE(-1):

#define LASTI_END \
            return self.fall_off(); \
        default: \
            return self.refuse(lasti_at); \
        } \
    } while (false); \
    return self.stray_break()

#define LASTI_RETURN(...) \
    do { \
        self.f_lineno = __LINE__; \
        return self.set_result(__VA_ARGS__); \
    } while (false)

// ---- yield -------------------------------------------------------------------------------------------------------

#define LASTI_YIELD(...) LASTI_YIELD_AT(LASTI_LABEL, __VA_ARGS__)
#define LASTI_YIELD_AT(label, ...) \
    do { \
        self.f_lineno = __LINE__; \
        self.yield(__VA_ARGS__); \
        self.f_lasti = (label); \
        return self.after_yield; \
        LASTI_CASE(label): \
        self.discard_sent(); \
    } while (false)

// YIELD_SET(x) yields nothing (Y is void), YIELD_SET(x, v) yields v: the tail tells them apart.
#define LASTI_HEAD(x, ...) x
#define LASTI_TAIL(x, ...) __VA_ARGS__
#define LASTI_YIELD_SET(...) \
    LASTI_YIELD_SET_AT(LASTI_LABEL, LASTI_HEAD(__VA_ARGS__, ), LASTI_TAIL(__VA_ARGS__, ::lasti::detail::tail()))
#define LASTI_YIELD_SET_AT(label, x, ...) \
    do { \
        self.f_lineno = __LINE__; \
        self.yield_tail(__VA_ARGS__); \
        self.f_lasti = (label); \
        return self.after_yield; \
        LASTI_CASE(label): \
        self.take_sent(x); \
    } while (false)

#define LASTI_YIELD_FROM(...) LASTI_YIELD_FROM_AT(LASTI_LABEL, nullptr, __VA_ARGS__)
#define LASTI_YIELD_FROM_SET(x, ...) LASTI_YIELD_FROM_AT(LASTI_LABEL, &(x), __VA_ARGS__)
#define LASTI_YIELD_FROM_AT(label, target, ...) \
    do { \
        self.f_lineno = __LINE__; \
        self.yield_from(target, __VA_ARGS__); \
        self.f_lasti = (label); \
        return ::lasti::step::delegated; \
        LASTI_CASE(label): \
        self.end_delegation(target); \
    } while (false)

// ---- await -------------------------------------------------------------------------------------------------------

#define LASTI_AWAIT(...) LASTI_AWAIT_AT(LASTI_LABEL, nullptr, __VA_ARGS__)
#define LASTI_AWAIT_SET(x, ...) LASTI_AWAIT_AT(LASTI_LABEL, &(x), __VA_ARGS__)
#define LASTI_AWAIT_AT(label, target, ...) \
    do { \
        self.f_lineno = __LINE__; \
        if (self.await(target, __VA_ARGS__)) { \
            self.f_lasti = (label); \
            return self.awaiting(); \
            LASTI_CASE(label):; \
        } \
        self.end_await(target); \
    } while (false)

// ---- exceptions --------------------------------------------------------------------------------------------------

#define LASTI_RAISE(...) \
    do { \
        self.f_lineno = __LINE__; \
        return self.raise(__VA_ARGS__); \
    } while (false)
#define LASTI_RERAISE \
    do { \
        self.f_lineno = __LINE__; \
        return self.reraise(); \
    } while (false)

// The clauses are one if-chain in a hidden loop that goes round until the statement is done. A clause that ends
// calls section_done(); one left by the user's `continue` does not, and the loop's own step sees it; the user's
// `break` leaves the inner loop, and broke() sees that. So both run FINALLY first and are said again behind it.
#define LASTI_TRY LASTI_TRY_AT(LASTI_LABEL)
#define LASTI_TRY_AT(label) \
    { \
    self.f_lineno = __LINE__; \
    if (self.push_block(label)) return ::lasti::step::again; \
    LASTI_CLAUSES(label)
#define LASTI_CLAUSES(label) \
    LASTI_ENTRY(label) \
    for (;;) { \
        for (; self.block_running(); self.section_end()) \
            if (self.in_body()) {

#define LASTI_EXCEPT(...) \
        self.section_done(); \
    } else if (self.except(::lasti::detail::type<__VA_ARGS__>())) {
#define LASTI_EXCEPT_AS(e, ...) \
        self.section_done(); \
    } else if (self.except(::lasti::detail::type<__VA_ARGS__>(), &(e))) {
#define LASTI_EXCEPT_ANY \
        self.section_done(); \
    } else if (self.except_any()) {
#define LASTI_ELSE \
        self.section_done(); \
    } else if (self.in_else()) {
#define LASTI_FINALLY \
        self.section_done(); \
    } else if (self.in_finally()) {
#define LASTI_END_TRY \
        self.section_done(); \
    } else \
        self.pass(); \
    LASTI_LEAVE_BLOCK

#define LASTI_LEAVE_BLOCK \
        if (self.broke()) continue; \
        break; \
    } \
    ::lasti::detail::leave const lasti_how = self.pop_block(); \
    if (lasti_how == ::lasti::detail::leave::break_) break; \
    if (lasti_how == ::lasti::detail::leave::continue_) continue; \
    if (lasti_how != ::lasti::detail::leave::normal) return self.leaving(lasti_how); \
    }

#define LASTI_CAUGHT(...) (self.caught(::lasti::detail::type<__VA_ARGS__>()))

// ---- for and with: their operands outlive every yield inside -----------------------------------------------------

#define LASTI_FOR(x, ...) \
    { \
        self.f_lineno = __LINE__; \
        for (self.push_for(::lasti::detail::make_for(x, __VA_ARGS__)); self.for_next(&(x));) {
#define LASTI_END_FOR \
        } \
        LASTI_IF_FOR_FAILED \
        self.pop_for(); \
    }
#if LASTI_HAS_EXCEPTIONS
#define LASTI_IF_FOR_FAILED
#else
#define LASTI_IF_FOR_FAILED if (self.for_failed()) return ::lasti::step::raised;
#endif

// The label stands where each round goes on when its item has come, and where the loop ends.
#define LASTI_ASYNC_FOR(x, ...) LASTI_ASYNC_FOR_AT(LASTI_LABEL, x, __VA_ARGS__)
#define LASTI_ASYNC_FOR_AT(label, x, ...) \
    { \
        self.f_lineno = __LINE__; \
        for (self.begin_async_for(label, x, __VA_ARGS__);;) { \
            self.f_lineno = __LINE__; \
            if (self.await_next(&(x))) { \
                self.f_lasti = (label); \
                return self.awaiting(); \
                LASTI_CASE(label):; \
            } \
            if (!self.end_next(&(x))) break;
#define LASTI_END_ASYNC_FOR \
        } \
        self.pop_for(); \
    }

#define LASTI_WITH(...) LASTI_WITH_AT(LASTI_LABEL, ::lasti::detail::make_with(__VA_ARGS__))
#define LASTI_WITH_SET(x, ...) LASTI_WITH_AT(LASTI_LABEL, ::lasti::detail::make_with_set(x, __VA_ARGS__))
#define LASTI_WITH_AT(label, ...) \
    { \
    self.f_lineno = __LINE__; \
    if (self.push_block(label, __VA_ARGS__)) return ::lasti::step::again; \
    LASTI_CLAUSES(label)
#define LASTI_END_WITH \
        self.section_done(); \
    } else if (self.in_finally()) { \
        self.exit_with(); \
        self.section_done(); \
    } \
    LASTI_LEAVE_BLOCK

// Two labels: one to wait for aenter(), and the block's; END_ASYNC_WITH has one more, to wait for aexit().
#define LASTI_ASYNC_WITH(...) LASTI_ASYNC_WITH_AT(LASTI_LABEL, LASTI_SECOND_LABEL, nullptr, __VA_ARGS__)
#define LASTI_ASYNC_WITH_SET(x, ...) LASTI_ASYNC_WITH_AT(LASTI_LABEL, LASTI_SECOND_LABEL, &(x), __VA_ARGS__)
#define LASTI_ASYNC_WITH_AT(entering, label, target, ...) \
    { \
    self.f_lineno = __LINE__; \
    if (self.begin_async_with(target, __VA_ARGS__)) { \
        self.f_lasti = (entering); \
        return self.awaiting(); \
        LASTI_CASE(entering):; \
    } \
    if (self.entered_async_with(label, target)) return ::lasti::step::again; \
    LASTI_CLAUSES(label)
#define LASTI_END_ASYNC_WITH LASTI_END_ASYNC_WITH_AT(LASTI_LABEL)
#define LASTI_END_ASYNC_WITH_AT(label) \
        self.section_done(); \
    } else if (self.in_finally()) { \
        if (self.begin_async_exit()) { \
            self.f_lasti = (label); \
            return self.awaiting(); \
            LASTI_CASE(label):; \
        } \
        self.end_async_exit(); \
        self.section_done(); \
    } \
    LASTI_LEAVE_BLOCK

#endif
