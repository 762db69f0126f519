// conjoin: a small backtracking generator, as in CPython's test_generators.py, named in honour of
// Icon's "conjunction". It needs no recursion: a tour of 10,000 squares is no deeper than any other.
#ifndef LASTI_EXAMPLES_CONJOIN_HPP_INCLUDED
#define LASTI_EXAMPLES_CONJOIN_HPP_INCLUDED

#include <functional>
#include <vector>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

// [conjoin]
typedef std::function<lasti::generator<int>()> choices;

/// All ways to choose: what the second choices are may depend on the first one. It yields the same
/// list each time.
inline lasti::generator<std::vector<int> const&> conjoin(std::vector<choices> slots) {
    std::vector<int> values(slots.size());
    std::vector<lasti::generator<int>> open;    // of each slot up to here, the choices that are left
    return GENERATOR(std::vector<int> const&) {
        BEGIN;
        for (;;) {
            if (open.size() < slots.size()) open.push_back(slots[open.size()]());
            else YIELD(values);
            while (!open.empty() && !open.back().resume()) open.pop_back();    // backtrack
            if (open.empty()) RETURN();
            values[open.size() - 1] = open.back().value();
        }
        END;
    };
}
// [/conjoin]

#include <lasti/no_keywords.hpp>

#endif
