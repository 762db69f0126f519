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

#include <cstddef>
#include <string>

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

template <class T>
const char* spelling_of() noexcept {
#if defined(_MSC_VER) && !defined(__clang__)
    return __FUNCSIG__;
#else
    return __PRETTY_FUNCTION__;
#endif
}

// The compiler spells T inside the name of spelling_of<T>: "… [with T = ns::thing]", "… [T =
// ns::thing]".
inline std::string name_in(const char* spelling) {
    std::string text(spelling);
    const std::size_t from = text.find("T = ");
    if (from == std::string::npos) return text;
    text.erase(0, from + 4);
    const std::size_t to = text.find_first_of(";]");
    return to == std::string::npos ? text : text.substr(0, to);
}

/// The name of a type as the compiler spells it, without RTTI; lives for ever.
template <class T>
const char* type_name() {
    static const std::string name = name_in(spelling_of<T>());
    return name.c_str();
}

}  // namespace detail
}  // namespace lasti

#endif
