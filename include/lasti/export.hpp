// LASTI_API marks what a shared liblasti exports; everything else in it stays hidden.
//
// What the library and its users must agree on by address or by type (exceptions, statics of
// templates and of inline functions) carries it as well, or each side would have its own copy.
// A copy of the sources in another program needs no define: without LASTI_SHARED nothing is
// imported.
#ifndef LASTI_EXPORT_HPP_INCLUDED
#define LASTI_EXPORT_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#if defined(_WIN32) && defined(LASTI_SHARED)
#if defined(LASTI_BUILDING)
#define LASTI_API __declspec(dllexport)
#else
#define LASTI_API __declspec(dllimport)
#endif
#elif defined(__GNUC__) && !defined(_WIN32)
#define LASTI_API __attribute__((visibility("default")))
#else
#define LASTI_API
#endif

#endif
