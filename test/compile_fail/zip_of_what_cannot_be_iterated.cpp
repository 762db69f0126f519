// expect: this cannot be iterated: it is no generator, and has no begin
#include <vector>

#include <lasti/itertools.hpp>

int main() {
    std::vector<int> v = {1, 2};
#ifdef GOOD
    for (auto both : lasti::zip(v, v)) (void)both;
#else
    for (auto both : lasti::zip(v, 3)) (void)both;
#endif
}
