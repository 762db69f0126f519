// shield(): the waiter goes, the work does not.
#include <iostream>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [shield]
lasti::coroutine<void> commit() {
    return COROUTINE(void) {
        BEGIN;
        std::cout << "writing\n";
        AWAIT(lasti::sleep(2));
        std::cout << "written\n";
        END;
    };
}

lasti::coroutine<void> save() {
    lasti::task<> work;
    return COROUTINE(void) {
        BEGIN;
        work = lasti::create_task(commit());
        TRY
            AWAIT(lasti::shield(work));
        EXCEPT(lasti::cancelled_error)
            std::cout << "cancelled, but not before it is written\n";
            AWAIT(work);
            RERAISE;
        END_TRY
        END;
    };
}

lasti::coroutine<void> impatient() {
    lasti::task<> saving;
    return COROUTINE(void) {
        BEGIN;
        saving = lasti::create_task(save());
        AWAIT(lasti::sleep(1));
        saving.cancel();
        TRY
            AWAIT(saving);
        EXCEPT(lasti::cancelled_error)
            std::cout << "save() is cancelled\n";
        END_TRY
        END;
    };
}
// [/shield]

int main() {
    lasti::virtual_clock clock;
    lasti::run(impatient(), clock);
}
