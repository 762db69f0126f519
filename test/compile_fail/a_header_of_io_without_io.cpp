// expect: lasti: this header needs I/O, which this build of lasti is without
#define LASTI_NO_IO
#ifdef GOOD
#include <lasti/lasti.hpp>
#else
#include <lasti/streams.hpp>
#endif
