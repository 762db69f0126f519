// expect: yield_cannot_stand_in_a_nested_switch
// The oldest trap of this technique: the label would belong to the inner switch.
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

lasti::generator<int> chooses(int which) {
    return GENERATOR(int) {
        BEGIN;
#ifdef GOOD
        if (which == 1) YIELD(10);
        else YIELD(20);
#else
        switch (which) {
        case 1:
            YIELD(10);
            break;
        default:
            YIELD(20);
        }
#endif
        END;
    };
}
