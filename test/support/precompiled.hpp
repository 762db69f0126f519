// What nearly every test includes, compiled once for all of them (see ../meson.build). The tests
// include what they use all the same: this is for speed alone.
#ifndef LASTI_TEST_PRECOMPILED_HPP_INCLUDED
#define LASTI_TEST_PRECOMPILED_HPP_INCLUDED

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <lasti/event_loop.hpp>
#include <lasti/generator.hpp>

#include "counted.hpp"
#include "trace.hpp"
#include "virtual_loop.hpp"

#endif
