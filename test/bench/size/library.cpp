#define LASTI_IMPLEMENTATION
#include "lasti_single.hpp"
