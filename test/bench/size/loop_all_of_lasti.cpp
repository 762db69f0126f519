// The same with all headers of lasti.
#include <lasti/lasti.hpp>

#include "loop_lasti.cpp"
