// expect: cannot convert .* to 'lasti::step'|cannot initialize return object of type '::lasti::step'
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

lasti::coroutine<int> returns() {
    return COROUTINE(int) {
        BEGIN;
#ifdef GOOD
        RETURN(42);
#else
        return 42;
#endif
        END;
    };
}
