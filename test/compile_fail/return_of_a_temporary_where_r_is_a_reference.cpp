// expect: a_temporary_would_dangle
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

struct returns {
    int const* of;
    COROUTINE_BODY(int const&) {
        BEGIN;
#ifdef GOOD
        RETURN(*of);
#else
        RETURN(*of + 1);
#endif
        END;
    }
};
