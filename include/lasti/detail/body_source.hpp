// The source of a body, read from its file, and the labels of its switch, counted as the compiler
// counted them.
//
// A label is the number of a suspension point, in the order in which the preprocessor comes to the
// ends of the statements (macros.hpp): TRY, WITH and ASYNC_FOR have one each, ASYNC_WITH two,
// END_ASYNC_WITH one more. What a macro of the user's hides is not seen; who knows a line besides
// the label can tell.
#ifndef LASTI_DETAIL_BODY_SOURCE_HPP_INCLUDED
#define LASTI_DETAIL_BODY_SOURCE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

#include <lasti/code.hpp>
#include <lasti/macros.hpp>

namespace lasti {
namespace detail {

/// Cuts C++ into names and single characters, without white space, comments, literals and
/// directives.
class token_reader {
public:
    token_reader(std::string const& text, int first_line) : line(first_line), text_(text) {}

    /// The next token, empty at the end of the text.
    std::string const& next() {
        skip();
        token_.clear();
        if (is_word(here()))
            while (is_word(here())) token_ += take();
        else if (here()) token_ += take();
        if (here() == '"' && !token_.empty() && token_.back() == 'R' && token_.size() <= 3) {
            skip_raw();
            return next();
        }
        return token_;
    }

    int line;  // where it stands, from 1

private:
    static bool is_word(char c) noexcept {
        return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
    }
    char here(std::size_t ahead = 0) const noexcept {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }
    char take() noexcept {
        if (here() == '\n') ++line;
        return text_[at_++];
    }
    void skip_to(std::string const& end) {
        const std::size_t found = text_.find(end, at_);
        const std::size_t to = found == std::string::npos ? text_.size() : found + end.size();
        while (at_ < to) take();
    }
    // The rest of the line, and of those that it is joined to.
    void skip_line() {
        while (here() && here() != '\n') {
            if (here() == '\\' && here(1)) take();
            take();
        }
    }
    void skip_quoted(char quote) {
        for (take(); here() && here() != quote && here() != '\n'; take())
            if (here() == '\\' && here(1)) take();
        if (here()) take();
    }
    void skip_raw() {
        take();
        std::string end = ")";
        while (here() && here() != '(') end += take();
        skip_to(end + '"');
    }
    void skip() {
        for (bool line_began = at_ == 0; here();) {
            const char c = here();
            if (std::isspace(static_cast<unsigned char>(c)))
                line_began = take() == '\n' || line_began;
            else if (c == '/' && here(1) == '/') skip_line();
            else if (c == '/' && here(1) == '*') skip_to("*/");
            else if (c == '#' && line_began) skip_line();
            else if (c == '"') skip_quoted(c);
            else if (c == '\'') is_word(before()) ? void(take()) : skip_quoted(c);
            else return;
        }
    }
    // Between digits, a quote separates them.
    char before() const noexcept { return at_ ? text_[at_ - 1] : '\0'; }

    std::string const& text_;
    std::size_t at_ = 0;
    std::string token_;
};

/// Opens a source file. __FILE__ is often relative to where it was compiled: then it is looked for
/// in the working folder and those around it, too.
inline bool open_source(std::ifstream& file, std::string name) {
    file.open(name);
    if (file || name.empty() || name[0] == '/') return static_cast<bool>(file);
    while (name.compare(0, 3, "../") == 0) name.erase(0, 3);
    for (int level = 0; !file && level < 8; ++level, name.insert(0, "../")) {
        file.clear();
        file.open(name);
    }
    return static_cast<bool>(file);
}

/// A `case` of the switch: its label, and the lines of its statement.
struct label_at {
    int label;
    int first_line;
    int last_line;
    bool suspends_elsewhere;  // the frame's line is another one then: that of the ASYNC_WITH
};

class body_source {
public:
    explicit body_source(code const& of) {
        std::ifstream file;
        if (!open_source(file, of.file)) return;
        found_file = true;
        std::string text, line;
        for (int number = 1; std::getline(file, line); ++number) {
            if (number < of.first_line) continue;
            if (!line.empty() && line.back() == '\r') line.pop_back();
            text += line + '\n';
            lines.push_back(line);
        }
        found_body = scan(text, of.first_line);
        if (found_body) cut(of.first_line);
    }

    bool found_file = false;
    bool found_body = false;         // and it begins in the line that it should
    std::vector<std::string> lines;  // of the body, from that of the macro that opens it
    std::vector<label_at> labels;    // in the order of the text

private:
    struct open_statement {
        int labels;
        int first_line;
        std::size_t parentheses;
        bool ours;
    };

    // The labels that a statement has; -1: it is none.
    static int labels_of(std::string const& name) noexcept {
        static const struct {
            const char* name;
            int labels;
        } statements[] = {
            {"BEGIN", 1},          {"YIELD", 1},         {"YIELD_SET", 1}, {"YIELD_FROM", 1},
            {"YIELD_FROM_SET", 1}, {"AWAIT", 1},         {"AWAIT_SET", 1}, {"TRY", 1},
            {"WITH", 1},           {"WITH_SET", 1},      {"ASYNC_FOR", 1}, {"ASYNC_WITH", 2},
            {"ASYNC_WITH_SET", 2}, {"END_ASYNC_WITH", 1}};
        for (auto const& s : statements)
            if (name == s.name) return s.labels;
        return -1;
    }
    static bool opens_body(std::string const& name) noexcept {
        for (const char* opener : {"GENERATOR", "GENERATOR_BODY", "COROUTINE", "COROUTINE_BODY",
                                   "ASYNC_GENERATOR", "ASYNC_GENERATOR_BODY"})
            if (name == opener) return true;
        return false;
    }

    bool scan(std::string const& text, int first_line) {
        token_reader reader(text, first_line);
        std::vector<open_statement> open;
        std::size_t braces = 0, parentheses = 0;
        std::size_t nested = 0;  // the braces around a body inside of this one, itself included
        bool body_opens = false, begun = false;
        int pending_labels = 0, pending_line = 0;  // of a statement whose parenthesis is next
        for (std::string token = reader.next(); !token.empty(); token = reader.next()) {
            if (token.compare(0, 6, "LASTI_") == 0) token.erase(0, 6);
            const int line = reader.line;
            if (!begun && !body_opens) {
                if (line > first_line) return false;
                body_opens = opens_body(token);
            } else if (token == "(") {
                ++parentheses;
                if (pending_labels)
                    open.push_back(
                        open_statement{pending_labels, pending_line, parentheses, !nested});
            } else if (token == ")") {
                if (!open.empty() && open.back().parentheses == parentheses) {
                    add(open.back(), line);
                    open.pop_back();
                }
                if (parentheses) --parentheses;
            } else if (token == "{") {
                ++braces;
                if (body_opens && begun) nested = braces;
                begun = true;
                body_opens = false;
            } else if (token == "}") {
                if (nested == braces) nested = 0;
                if (braces == 0 || --braces == 0) {
                    last_line_ = line;
                    return begun;
                }
            } else if (begun && !nested && opens_body(token)) {
                body_opens = true;
            } else if (begun) {
                const int count = labels_of(token);
                if (token == "BEGIN" || token == "TRY" || token == "END_ASYNC_WITH")
                    add(open_statement{count, line, 0, !nested}, line, &token);
                else if (count > 0) {
                    pending_labels = count;
                    pending_line = line;
                    continue;
                }
            }
            pending_labels = 0;
        }
        return false;
    }

    void add(open_statement const& s, int last_line, std::string const* name = nullptr) {
        const bool begins = name && *name == "BEGIN";
        for (int i = 0; i < s.labels; ++i) {
            const int label = begins && s.ours ? -1 : next_label(last_line + i * 0x1000000);
            if (s.ours)
                labels.push_back(
                    label_at{label, s.first_line, last_line, name && !begins && *name != "TRY"});
        }
    }

    int next_label(int by_line) noexcept {
        ++counted_;
        return LASTI_LABELS_ARE_COUNTED ? counted_ : by_line;
    }
    // Ends with the body, and takes away what its first line is indented by.
    void cut(int first_line) {
        lines.resize(static_cast<std::size_t>(last_line_ - first_line) + 1);
        const std::size_t indent = lines[0].find_first_not_of(" \t");
        for (std::string& line : lines)
            line.erase(0, std::min(indent, line.find_first_not_of(" \t")));
    }

    int counted_ = 0;
    int last_line_ = 0;
};

}  // namespace detail
}  // namespace lasti

#endif
