// The second translation unit of test_macros.cpp.
enum { counts_before_1 = __COUNTER__, counts_before_2 = __COUNTER__, counts_before_3 = __COUNTER__ };

#include "same_labels.hpp"

std::string labels_elsewhere() { return labels_of(same_labels()); }

// What macros.hpp does where the compiler has no __COUNTER__.
#undef LASTI_LABEL
#undef LASTI_LABEL_BASE
#define LASTI_LABEL __LINE__
#define LASTI_LABEL_BASE 0

lasti::generator<int> labelled_by_lines(int& first_line) {
    first_line = __LINE__ + 1;
    return LASTI_GENERATOR(int) {
        LASTI_BEGIN;
        LASTI_YIELD(1);
        LASTI_TRY
            LASTI_YIELD(2);
            LASTI_RAISE(0);
        LASTI_EXCEPT(int)
            LASTI_YIELD(3);
        LASTI_END_TRY
        LASTI_END;
    };
}
