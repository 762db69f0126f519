// What a local of a frame, a block of its stack, looks like in words.
#ifndef LASTI_DETAIL_TEXT_OF_HPP_INCLUDED
#define LASTI_DETAIL_TEXT_OF_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <sstream>
#include <string>
#include <utility>

#include <lasti/detail/block_stack.hpp>
#include <lasti/detail/value_text.hpp>

namespace lasti {
namespace detail {

class streaming_writer final : public value_writer {
public:
    void write(void (*print)(std::ostream&, void const*), void const* value) override {
        std::ostringstream out;
        print(out, value);
        text += out.str();
    }
    void write(long double value) override {
        std::ostringstream out;
        out << value;
        text += out.str();
    }
    void write_address(void const* value) override {
        std::ostringstream out;
        out << value;
        text += out.str();
    }
};

template <class T>
std::string text_of(T const& value) {
    streaming_writer out;
    show(out, value);
    return std::move(out.text);
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
