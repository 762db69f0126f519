// call_site: the place in the user's code that called a function of the library.
#ifndef LASTI_DETAIL_CALL_SITE_HPP_INCLUDED
#define LASTI_DETAIL_CALL_SITE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <memory>
#include <string>

#include <lasti/export.hpp>

// g++ from 4.8 has them, clang++ from 9. Elsewhere nobody knows.
#if defined(__clang__)
#if __has_builtin(__builtin_FILE) && __has_builtin(__builtin_LINE)
#define LASTI_CALLERS_FILE __builtin_FILE()
#define LASTI_CALLERS_LINE __builtin_LINE()
#endif
#elif defined(__GNUC__)
#define LASTI_CALLERS_FILE __builtin_FILE()
#define LASTI_CALLERS_LINE __builtin_LINE()
#endif
#if !defined(LASTI_CALLERS_FILE)
#define LASTI_CALLERS_FILE nullptr
#define LASTI_CALLERS_LINE 0
#endif

namespace lasti {

/// A place in a source file. As a default argument, `call_site where = call_site::here()`, it is
/// the caller's.
struct call_site {
    const char* file;  ///< Null: the compiler cannot tell.
    int line;

    static constexpr call_site here(const char* f = LASTI_CALLERS_FILE,
                                    int l = LASTI_CALLERS_LINE) noexcept {
        return call_site{f, l};
    }
};

namespace detail {

/// Where something was made, and by whom; kept only in debug mode.
struct creation {
    call_site where;
    std::string by;  // "task 'main' at 'main' (main.cpp:12)"; empty: no task
};

/// Made there, by the task that runs on this thread.
LASTI_API std::unique_ptr<creation> creation_at(call_site where);

}  // namespace detail
}  // namespace lasti

#endif
