// expect: jump to case label|cannot jump from switch statement to this case label
// Its iterators are hidden locals. FOR keeps them in the frame.
#include <vector>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

lasti::generator<int> all_of(std::vector<int> numbers) {
    int n = 0;
    return GENERATOR(int) {
        BEGIN;
#ifdef GOOD
        FOR(n, numbers) {
            YIELD(n);
        } END_FOR
#else
        for (int each : numbers) {
            n = each;
            YIELD(n);
        }
#endif
        END;
    };
}
