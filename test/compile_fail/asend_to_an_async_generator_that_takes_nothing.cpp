// expect: no (matching|member|type)
#include <lasti/lasti.hpp>

#ifdef GOOD
void sends(lasti::async_generator<int, int> g) { g.asend(1); }
#else
void sends(lasti::async_generator<int> g) { g.asend(1); }
#endif
