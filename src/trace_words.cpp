#include "trace_words.hpp"

#include <cstdio>
#include <sstream>

#include <lasti/exceptions.hpp>

namespace lasti {
namespace trace {

std::string words(error const& exception) {
    if (!exception || exception.is<generator_exit>()) return "GeneratorExit";
    const std::string says = exception.what();
    return exception.is<cancelled_error>() ? says : exception.type_name() + ": " + says;
}

std::string ending(error const& failure) {
    if (!failure) return "is done";
    return failure.is<cancelled_error>() ? "is cancelled" : "has failed: " + words(failure);
}

std::string shortened(std::string text) {
    const std::size_t most = 200;
    if (text.size() > most) text.replace(most, std::string::npos, "...");
    return text;
}

std::string seconds(double time) {
    std::ostringstream text;
    text << time << " s";
    return text.str();
}

namespace {

// How many bytes the character has that begins here; 0: it is none.
std::size_t utf8_length(std::string const& text, std::size_t at) {
    const unsigned char first = static_cast<unsigned char>(text[at]);
    const std::size_t length = first < 0x80                    ? 1
                               : first >= 0xc2 && first < 0xe0 ? 2
                               : (first & 0xf0) == 0xe0        ? 3
                               : first >= 0xf0 && first < 0xf5 ? 4
                                                               : 0;
    if (at + length > text.size()) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((static_cast<unsigned char>(text[at + i]) & 0xc0) != 0x80) return 0;
    return length;
}

}  // namespace

std::string json(std::string const& text) {
    std::string out = "\"";
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        const std::size_t length = utf8_length(text, at);
        // Nor may a page that it stands in see a tag.
        if (static_cast<unsigned char>(c) < 0x20 || c == '<' || c == 0x7f) {
            char escaped[8];
            std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c));
            out += escaped;
        } else if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (length == 0) {
            out += "\\ufffd";
        } else {
            out.append(text, at, length);
        }
        at += length ? length : 1;
    }
    return out + '"';
}

}  // namespace trace
}  // namespace lasti
