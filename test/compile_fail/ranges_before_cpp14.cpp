// expect: lasti/ranges.hpp needs C\+\+14
#ifdef GOOD
#include <lasti/itertools.hpp>
#else
#include <lasti/ranges.hpp>
#endif

int main() {}
