// Tutorial 8: a cancellation on its way through the chain.
#include <iostream>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [frame]
lasti::coroutine<void> inner() {
    return COROUTINE(void) {
        BEGIN;
        TRY
            AWAIT(lasti::sleep(3600));
        FINALLY
            std::cout << "inner: finally\n";
        END_TRY
        END;
    };
}

lasti::coroutine<void> outer() {
    return COROUTINE(void) {
        BEGIN;
        TRY
            AWAIT(inner());
        FINALLY
            std::cout << "outer: finally\n";
        END_TRY
        END;
    };
}

int main() {
    lasti::coroutine<void> c = outer();
    std::cout << c.send().describe() << '\n';           // runs it to its first wait
    try {
        c.throw_(lasti::cancelled_error());             // what task.cancel() does in the end
    } catch (lasti::cancelled_error const&) {
        std::cout << "cancelled\n";
    }
}
// [/frame]
