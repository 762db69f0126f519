// expect: reversed: this goes only forward
#include <vector>

#include <lasti/itertools.hpp>

int main() {
    std::vector<int> v = {1, 2};
#ifdef GOOD
    for (int n : lasti::reversed(v)) (void)n;
#else
    for (int n : lasti::reversed(lasti::filter(nullptr, v))) (void)n;
#endif
}
