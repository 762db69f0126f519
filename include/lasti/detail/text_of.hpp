// What a local of a frame, a block of its stack, looks like in words.
#ifndef LASTI_DETAIL_TEXT_OF_HPP_INCLUDED
#define LASTI_DETAIL_TEXT_OF_HPP_INCLUDED

#include <cstddef>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>

#include <lasti/code.hpp>
#include <lasti/detail/block_stack.hpp>
#include <lasti/detail/operands.hpp>

namespace lasti {
namespace detail {

template <class T, class = void>
struct is_streamable : std::false_type {};
template <class T>
struct is_streamable<T, typename make_void<decltype(std::declval<std::ostream&>()
                                                    << std::declval<T const&>())>::type>
    : std::true_type {};

/// Whether its items can be looked at without taking them out, unlike those of a generator.
template <class T, class = void>
struct is_container : std::is_array<T> {};
template <class T>
struct is_container<T, typename make_void<decltype(std::declval<T const&>().size())>::type>
    : is_range<T const> {};

inline std::string quoted(std::string const& text, char quote) {
    std::string out(1, quote);
    for (const char c : text) {
        if (c == '\n') out += "\\n";
        else if (c == '\0') out += "\\0";
        else {
            if (c == quote || c == '\\') out += '\\';
            out += c;
        }
    }
    return out + quote;
}

inline std::string text_of(std::string const& value) { return quoted(value, '"'); }
inline std::string text_of(const char* value) { return value ? quoted(value, '"') : "nullptr"; }
inline std::string text_of(char value) { return quoted(std::string(1, value), '\''); }
inline std::string text_of(bool value) { return value ? "true" : "false"; }
inline std::string text_of(signed char value) { return std::to_string(value); }
inline std::string text_of(unsigned char value) { return std::to_string(value); }
inline std::string text_of(std::nullptr_t) { return "nullptr"; }
template <class A, class B>
std::string text_of(std::pair<A, B> const& value);

struct as_stream {};
struct as_range {};
struct as_type {};

template <class T>
std::string text_as(T const& value, as_stream) {
    std::ostringstream out;
    out << value;
    return out.str();
}
// The first ones of many.
template <class T>
std::string text_as(T const& range, as_range);
template <class T>
std::string text_as(T const&, as_type) {
    return std::string("<") + type_name<T>() + ">";
}

template <class T>
std::string text_of(T const& value) {
    typedef typename std::conditional<
        is_streamable<T>::value && !std::is_array<T>::value, as_stream,
        typename std::conditional<is_container<T>::value, as_range, as_type>::type>::type how;
    return text_as(value, how());
}
template <class A, class B>
std::string text_of(std::pair<A, B> const& value) {
    return "(" + text_of(value.first) + ", " + text_of(value.second) + ")";
}

template <class T>
std::string text_as(T const& range, as_range) {
    constexpr int most = 8;
    std::string out = "[";
    int count = 0;
    for (auto const& item : range) {
        if (count) out += ", ";
        if (++count > most) return out + "...]";
        out += text_of(item);
    }
    return out + "]";
}

/// Takes the first name off a list "a, b", as the preprocessor spells the arguments of a macro.
inline std::string cut_name(const char*& names) {
    while (*names == ' ' || *names == ',') ++names;
    std::string name;
    while (*names && *names != ',') name += *names++;
    while (!name.empty() && name.back() == ' ') name.pop_back();
    return name;
}

/// Where in its statement control is.
inline const char* clause_of(block const& b) noexcept {
    switch (b.at) {
    case phase::body:
        return b.kind() == statement::async_with && !b.handler ? "enter" : "body";
    case phase::raised:
    case phase::handler:
        return "EXCEPT";
    case phase::or_else:
    case phase::or_else_running:
        return "ELSE";
    case phase::awaiting_next:
        return "next";
    default:
        return b.kind() == statement::try_        ? "FINALLY"
               : b.kind() == statement::async_for ? "body"
                                                  : "exit";
    }
}

inline const char* name_of(statement which) noexcept {
    static const char* const names[] = {"TRY", "FOR", "WITH", "ASYNC_FOR", "ASYNC_WITH"};
    return names[static_cast<int>(which)];
}

inline const char* why_of(block const& b) noexcept {
    switch (b.how) {
    case leave::raise:
        return "raise";
    case leave::return_:
        return "return";
    case leave::break_:
        return "break";
    case leave::continue_:
        return "continue";
    default:
        return "";
    }
}

}  // namespace detail
}  // namespace lasti

#endif
