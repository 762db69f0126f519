// What the tests of how async generators end have in common: notes, and bodies that take their time to tidy up.
#pragma once

#include <lasti/async_generator.hpp>
#include <lasti/sleep.hpp>

#include "awaiting.hpp"
#include "trace.hpp"

#include <lasti/keywords.hpp>

struct tidying_stage : awaiting_stage {
    trace done;

    /// Two sleeps, and a note.
    lasti::coroutine<> tidy_up() const {
        const trace note = done;
        return COROUTINE(void) {
            BEGIN;
            AWAIT(lasti::sleep(0.01));
            AWAIT(lasti::sleep(0.01));
            note("DONE");
            END;
        };
    }
    /// Swallows what is raised at its one yield.
    lasti::async_generator<int> swallows_once(bool yields_again = false) const {
        const trace note = done;
        return ASYNC_GENERATOR(int) {
            BEGIN;
            TRY { YIELD(0); } EXCEPT_ANY {} END_TRY
            if (yields_again) YIELD(1);
            note("DONE");
            END;
        };
    }
};

#include <lasti/no_keywords.hpp>
