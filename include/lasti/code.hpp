// code: the static record of a generator function, one per function however many generators it
// made.
//
// Python: `gi_code` / `cr_code`, of which a traceback shows `co_name`, `co_filename`,
// `co_firstlineno`. The macros that open a body write it; it lives as long as the program.
//
//     lasti::generator<int> g = countdown(3);
//     std::cout << g.gi_code().name << " at " << g.gi_code().file << ':' << g.gi_code().first_line;
#ifndef LASTI_CODE_HPP_INCLUDED
#define LASTI_CODE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <cstring>

#include <lasti/detail/config.hpp>

namespace lasti {

class frame;
namespace inspect {
class locals;
}

/// The code object of a generator function or coroutine function (Python's `gi_code`).
struct code {
    const char* name;  ///< The function that made the body, or the type of the struct form.
    const char* file;  ///< As `__FILE__` spelt it.
    int first_line;    ///< Line of the macro that opens the body, from 1.

    /// Writes down what LOCALS lists, of a frame whose locals are alive; null: nothing is listed
    /// (Python's co_varnames).
    void (*read_locals)(frame& of, inspect::locals& found);

    constexpr code(const char* function, const char* in_file, int line,
                   void (*reader)(frame&, inspect::locals&) = nullptr) noexcept
        : name(function), file(in_file), first_line(line), read_locals(reader) {}
};

namespace detail {

/// T, out of what the compiler calls a function of it: "… [with T = ns::thing]", "… [T =
/// ns::thing]". Of a fixed size: naming allocates nothing.
template <std::size_t Size>
struct name_text {
    explicit name_text(const char* spelling) noexcept : text() {
        const char* const from = std::strstr(spelling, "T = ");
        const char* const name = from ? from + 4 : spelling;
        std::memcpy(text, name, from ? std::strcspn(name, ";]") : std::strlen(name));
    }
    char text[Size];
};

/// The name of a type as the compiler spells it, without RTTI; lives for ever.
template <class T>
const char* type_name() {
#if LASTI_FREESTANDING
    return std::strstr(__PRETTY_FUNCTION__, "T = ") + 4;  // and what stands behind it: no RAM
#else
#if defined(_MSC_VER) && !defined(__clang__)
    static const name_text<sizeof(__FUNCSIG__)> name(__FUNCSIG__);
#else
    static const name_text<sizeof(__PRETTY_FUNCTION__)> name(__PRETTY_FUNCTION__);
#endif
    return name.text;
#endif
}

}  // namespace detail
}  // namespace lasti

#endif
