// expect: enters 'try' block|jump bypasses initialization of try block|enters try block|into (a )?try
// No C++ try in a body: the label behind the yield could not be reached. TRY is for that.
#include <stdexcept>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

lasti::generator<int> tries() {
    return GENERATOR(int) {
        BEGIN;
#ifdef GOOD
        TRY {
            YIELD(1);
        } EXCEPT(std::exception) {
            YIELD(2);
        } END_TRY
#else
        try {
            YIELD(1);
        } catch (std::exception const&) {
        }
#endif
        END;
    };
}
