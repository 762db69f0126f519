// The version, as numbers to compare. meson.build refuses to configure when it disagrees.
//
//     #if LASTI_VERSION >= 200      // 0.2.0 or newer
//
// LASTI_VERSION is that of the headers a program was compiled with, lasti::version() that of the
// library it runs with: with a shared library they can differ.
#ifndef LASTI_VERSION_HPP_INCLUDED
#define LASTI_VERSION_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <lasti/export.hpp>  // LASTI_API

#define LASTI_VERSION_MAJOR 0
#define LASTI_VERSION_MINOR 1
#define LASTI_VERSION_PATCH 0
#define LASTI_VERSION                                                                              \
    (LASTI_VERSION_MAJOR * 10000 + LASTI_VERSION_MINOR * 100 + LASTI_VERSION_PATCH)

namespace lasti {

LASTI_API int version() noexcept;

}  // namespace lasti

#endif
