// expect: lasti/keywords.hpp: BEGIN, END, .* is a macro already
#ifndef GOOD
#define BEGIN 1
#endif
#include <lasti/keywords.hpp>

#ifndef BEGIN
#error "BEGIN is defined"
#endif
