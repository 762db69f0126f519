// What the compiler can do, asked once, so that the other headers read as plain C++11.
#ifndef LASTI_DETAIL_CONFIG_HPP_INCLUDED
#define LASTI_DETAIL_CONFIG_HPP_INCLUDED

// Stands at the top of each header: what a host's compiler is told to warn about is the host's own
// code. lasti itself is built with LASTI_OWN_WARNINGS.
#if defined(__GNUC__) && !defined(LASTI_OWN_WARNINGS)
#define LASTI_SYSTEM_HEADER _Pragma("GCC system_header")
#else
#define LASTI_SYSTEM_HEADER
#endif
LASTI_SYSTEM_HEADER

#if defined(__cpp_exceptions) || defined(__EXCEPTIONS) || defined(_CPPUNWIND)
#define LASTI_HAS_EXCEPTIONS 1
#else
#define LASTI_HAS_EXCEPTIONS 0
#endif

#if defined(__GXX_RTTI) || defined(_CPPRTTI)
#define LASTI_HAS_RTTI 1
#else
#define LASTI_HAS_RTTI 0
#endif

// Descriptors, and what is made of them: sockets, streams, files, subprocesses, signals. A host
// that wants none defines LASTI_NO_IO, for the library and for itself.
#if defined(LASTI_NO_IO)
#define LASTI_HAS_IO 0
#else
#define LASTI_HAS_IO 1
#endif

// Whether that is more than sockets: Windows has no other descriptors that can be waited for, no
// fork() and no signals.
#if LASTI_HAS_IO && !defined(_WIN32)
#define LASTI_HAS_POSIX_IO 1
#else
#define LASTI_HAS_POSIX_IO 0
#endif

// The generators' part alone, for a machine without an operating system: see freestanding.hpp.
#if !defined(LASTI_FREESTANDING)
#define LASTI_FREESTANDING 0
#endif

// One for each thread; where there are none, one.
#if LASTI_FREESTANDING
#define LASTI_THREAD_LOCAL
#else
#define LASTI_THREAD_LOCAL thread_local
#endif

// Whether freed frames wait in lists for the next: see frame_pool.hpp. Not with mingw, which frees
// what is thread_local before its destructors have run.
#if !defined(LASTI_FRAME_POOL)
#if LASTI_FREESTANDING || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) ||         \
    defined(__MINGW32__)
#define LASTI_FRAME_POOL 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define LASTI_FRAME_POOL 0
#endif
#endif
#endif
#if !defined(LASTI_FRAME_POOL)
#define LASTI_FRAME_POOL 1
#endif

// What drives frames is inline, so that generators take nothing but headers; a library that has it
// compiled in its build says LASTI_COMPILED, to itself and to its users.
#if defined(LASTI_COMPILED)
#define LASTI_DRIVER
#else
#define LASTI_DRIVER inline
#endif

#if defined(__GNUC__)
#define LASTI_LIKELY(x) __builtin_expect(static_cast<bool>(x), true)
#define LASTI_UNLIKELY(x) __builtin_expect(static_cast<bool>(x), false)
#define LASTI_NOINLINE __attribute__((noinline))
#if defined(__OPTIMIZE_SIZE__)
#define LASTI_ALWAYS_INLINE inline  // who asked for what is small gets that
#else
#define LASTI_ALWAYS_INLINE inline __attribute__((always_inline))
#endif
#define LASTI_COLD __attribute__((cold))
#define LASTI_VISIBLE __attribute__((visibility("default")))
#else
#define LASTI_LIKELY(x) (x)
#define LASTI_UNLIKELY(x) (x)
#define LASTI_NOINLINE
#define LASTI_ALWAYS_INLINE inline
#define LASTI_COLD
#define LASTI_VISIBLE
#endif

// A class whose values do nothing until they are awaited: the compiler warns where one is dropped.
#if defined(__clang__)
#define LASTI_TO_BE_AWAITED __attribute__((warn_unused_result))
#elif defined(__has_cpp_attribute)
#if __has_cpp_attribute(nodiscard)
#define LASTI_TO_BE_AWAITED [[nodiscard]]
#endif
#endif
#if !defined(LASTI_TO_BE_AWAITED)
#define LASTI_TO_BE_AWAITED
#endif

#endif
