// What the tests of cancelling tasks look with: a coroutine that sleeps, and what cancelled it.
#pragma once

#include <exception>
#include <string>

#include <lasti/coroutine.hpp>
#include <lasti/exceptions.hpp>
#include <lasti/sleep.hpp>

#include "trace.hpp"

/// "cancelled(message)", or the type of what it is instead.
inline std::string message_of(lasti::error const& e) {
    const lasti::cancelled_error* const c = e.as<lasti::cancelled_error>();
    return c ? "cancelled(" + c->message() + ")" : e.type_name();
}

/// Sleeps, and notes how that ended. Catches nothing.
inline lasti::coroutine<int> sleeps(trace note, double time) {
    return LASTI_COROUTINE(int) {
        LASTI_BEGIN;
        LASTI_TRY {
            note("began");
            LASTI_AWAIT(lasti::sleep(time));
            note("slept");
        } LASTI_EXCEPT(std::exception) {
            note("std::exception");
        } LASTI_EXCEPT_ANY {
            note(message_of(self.handled()));
            LASTI_RERAISE;
        } LASTI_FINALLY {
            note("finally");
        } LASTI_END_TRY
        LASTI_RETURN(1);
        LASTI_END;
    };
}
