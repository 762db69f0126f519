// One body in a header, for test_macros.cpp and macros_elsewhere.cpp, which count differently before it.
// `static`: each of the two has its own compilation of it to show.
#pragma once

#include <string>
#include <vector>

#include <lasti/generator.hpp>

static inline lasti::generator<int> same_labels() {
    int x = 0;
    return LASTI_GENERATOR(int) {
        LASTI_BEGIN;
        LASTI_YIELD(1);
        LASTI_TRY
            LASTI_YIELD(2); LASTI_YIELD(3);
            LASTI_RAISE(4);
        LASTI_EXCEPT(int)
            LASTI_YIELD(4);
        LASTI_FINALLY
            LASTI_YIELD(5);
        LASTI_END_TRY
        LASTI_FOR(x, std::vector<int>{6, 7})
            LASTI_YIELD(x);
        LASTI_END_FOR
        LASTI_YIELD_FROM(std::vector<int>{8});
        LASTI_END;
    };
}

/// The labels where it stands, one after the other.
inline std::string labels_of(lasti::generator<int> const& g) {
    std::string labels;
    while (g.resume()) labels += std::to_string(g.gi_frame().f_lasti()) + " ";
    return labels;
}

// In macros_elsewhere.cpp:
std::string labels_elsewhere();
lasti::generator<int> labelled_by_lines(int& first_line);
