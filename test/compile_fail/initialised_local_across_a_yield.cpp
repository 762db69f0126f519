// expect: jump to case label|cannot jump from switch statement to this case label
// A local that is declared in the body is not saved: where it has an initialiser, the label behind it cannot be reached.
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

lasti::generator<int> counts() {
#ifdef GOOD
    int n = 3; // before the body: a local of the frame
    return GENERATOR(int) {
        BEGIN;
#else
    return GENERATOR(int) {
        BEGIN;
        int n = 3;
#endif
        for (; n > 0; --n) YIELD(n);
        END;
    };
}
