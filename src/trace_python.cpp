#include "trace_python.hpp"

#include <cctype>
#include <cstring>

namespace lasti {
namespace trace {

namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

std::string trimmed(std::string const& text) {
    const std::size_t from = text.find_first_not_of(" \t");
    return from == std::string::npos ? std::string()
                                     : text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

// Where what is quoted from `at` on ends.
std::size_t behind_quotes(std::string const& text, std::size_t at) {
    const char quote = text[at++];
    while (at < text.size() && text[at] != quote) at += text[at] == '\\' ? 2 : 1;
    return at + 1;
}

// value_error: ValueError; queue: Queue.
std::string camel(std::string const& name) {
    std::string out;
    for (std::size_t i = 0; i < name.size(); ++i)
        if (name[i] != '_')
            out += i == 0 || name[i - 1] == '_'
                       ? static_cast<char>(std::toupper(static_cast<unsigned char>(name[i])))
                       : name[i];
    return out;
}

bool is_one_of(std::string const& name, std::initializer_list<const char*> names) {
    for (const char* n : names)
        if (name == n) return true;
    return false;
}

bool is_exception(std::string const& name) {
    const std::string end = "_error";
    return (name.size() > end.size() &&
            name.compare(name.size() - end.size(), end.size(), end) == 0) ||
           is_one_of(name, {"generator_exit", "stop_iteration", "stop_async_iteration",
                            "queue_shut_down", "queue_empty", "queue_full"});
}

// A name of this library, and what qualified it.
std::string name_in_python(std::string const& name) {
    if (is_exception(name))
        return (name.compare(0, 6, "queue_") == 0 ? "asyncio." : "") + camel(name);
    if (is_one_of(name, {"queue", "priority_queue", "lifo_queue", "lock", "event", "condition",
                         "semaphore", "bounded_semaphore", "barrier", "task_group"}))
        return "asyncio." + camel(name);
    if (is_one_of(name, {"next", "anext", "aiter", "none"})) return name == "none" ? "None" : name;
    return "asyncio." + name;
}

void replace(std::string& text, std::string const& what, std::string const& by) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
        text.replace(at, what.size(), by);
}

// Skips `<…>` behind the name of a template; npos: it is a comparison.
std::size_t behind_template(std::string const& text, std::size_t at) {
    int depth = 0;
    for (; at < text.size(); ++at) {
        if (text[at] == '<') ++depth;
        else if (text[at] == '>' && --depth == 0) return at + 1;
        else if (!is_word(text[at]) && !std::strchr(" ,:*&", text[at])) break;
    }
    return std::string::npos;
}

std::string expression(std::string const& text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (c == '"' || c == '\'') {
            const std::size_t end = behind_quotes(text, at);
            out += text.substr(at, end - at);
            at = end;
        } else if (is_word(c)) {
            std::size_t end = at;
            while (end < text.size() && is_word(text[end])) ++end;
            std::string word = text.substr(at, end - at);
            const bool ours = word == "lasti", standard = word == "std";
            at = end;
            if ((ours || standard) && text.compare(at, 2, "::") == 0) {
                for (end = at += 2; end < text.size() && is_word(text[end]);) ++end;
                word = text.substr(at, end - at);
                at = end;
                if (ours || is_exception(word)) word = name_in_python(word);
                if (word == "string" || word == "to_string") word = "str";
                const std::size_t behind =
                    at < text.size() && text[at] == '<' ? behind_template(text, at) : at;
                if (behind != std::string::npos) at = behind;
            }
            out += word == "true"      ? "True"
                   : word == "false"   ? "False"
                   : word == "nullptr" ? "None"
                                       : word;
        } else if (text.compare(at, 2, "::") == 0 || text.compare(at, 2, "->") == 0) {
            out += '.';
            at += 2;
        } else if (text.compare(at, 2, "&&") == 0 || text.compare(at, 2, "||") == 0) {
            out += c == '&' ? "and" : "or";
            at += 2;
        } else if (c == '!' && text.compare(at, 2, "!=") != 0) {
            out += "not ";
            ++at;
        } else {
            out += c;
            ++at;
        }
    }
    replace(out, ".get()", "");
    const std::size_t caught = out.find("CAUGHT(");
    const std::size_t what = out.find(").what()", caught);
    if (what != std::string::npos) out.replace(caught, what + 8 - caught, "str(error)");
    return trimmed(out);
}

// What stands between the parentheses behind `at`, which may be closed in a later line.
std::vector<std::string> arguments(std::vector<std::string> const& lines, std::size_t index,
                                   std::size_t at) {
    std::string all = lines[index].substr(at);
    for (std::size_t more = index + 1; more < lines.size() && more < index + 8; ++more)
        all += ' ' + trimmed(lines[more]);
    std::vector<std::string> found(1);
    int depth = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const char c = all[i];
        if (c == '"' || c == '\'') {
            const std::size_t end = behind_quotes(all, i);
            found.back() += all.substr(i, end - i);
            i = end - 1;
            continue;
        }
        if (std::strchr("([{", c) && depth++ == 0) continue;
        if (std::strchr(")]}", c) && --depth == 0) break;
        if (c == ',' && depth == 1) found.push_back(std::string());
        else found.back() += c;
    }
    return found;
}

// From the one with that number to the last.
std::string joined(std::vector<std::string> const& all, std::size_t from) {
    std::string out;
    for (; from < all.size(); ++from) out += (out.empty() ? "" : ", ") + trimmed(all[from]);
    return expression(out);
}

struct statement_form {
    const char* name;
    const char* first;   // in front of its first argument, or of all if that is all it has
    const char* second;  // null: it has one operand; else what stands before the second …
    const char* end;
    bool swapped;  // … and that comes first
};

const statement_form forms[] = {
    {"YIELD", "yield ", nullptr, "", false},
    {"YIELD_SET", "", " = yield ", "", false},
    {"YIELD_FROM", "yield from ", nullptr, "", false},
    {"YIELD_FROM_SET", "", " = yield from ", "", false},
    {"AWAIT", "await ", nullptr, "", false},
    {"AWAIT_SET", "", " = await ", "", false},
    {"RETURN", "return ", nullptr, "", false},
    {"RAISE", "raise ", nullptr, "", false},
    {"RERAISE", "raise", nullptr, "", false},
    {"TRY", "try:", nullptr, "", false},
    {"EXCEPT", "except ", nullptr, ":", false},
    {"EXCEPT_AS", "except ", " as ", ":", true},
    {"EXCEPT_ANY", "except BaseException:", nullptr, "", false},
    {"ELSE", "else:", nullptr, "", false},
    {"FINALLY", "finally:", nullptr, "", false},
    {"FOR", "for ", " in ", ":", false},
    {"ASYNC_FOR", "async for ", " in ", ":", false},
    {"WITH", "with ", nullptr, ":", false},
    {"WITH_SET", "with ", " as ", ":", true},
    {"ASYNC_WITH", "async with ", nullptr, ":", false},
    {"ASYNC_WITH_SET", "async with ", " as ", ":", true},
};

std::string in_python(statement_form const& form, std::vector<std::string> const& given) {
    if (!form.second) return trimmed(form.first + joined(given, 0) + form.end);
    const std::string one = expression(trimmed(given[0])), rest = joined(given, 1);
    return trimmed(form.swapped ? form.first + rest + form.second + one + form.end
                                : form.first + one + form.second + rest + form.end);
}

}  // namespace

std::string python_twin(std::vector<std::string> const& lines, std::size_t index) {
    if (index >= lines.size()) return std::string();
    std::string const& line = lines[index];
    for (std::size_t at = 0; at < line.size();) {
        if (line[at] == '"' || line[at] == '\'') {
            at = behind_quotes(line, at);
            continue;
        }
        if (line.compare(at, 2, "//") == 0) break;
        if (!is_word(line[at])) {
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < line.size() && is_word(line[end])) ++end;
        std::string word = line.substr(at, end - at);
        if (word.compare(0, 6, "LASTI_") == 0) word.erase(0, 6);
        for (statement_form const& form : forms) {
            if (word != form.name) continue;
            const bool has_operands = end < line.size() && line[end] == '(';
            return in_python(form, has_operands ? arguments(lines, index, end)
                                                : std::vector<std::string>(1));
        }
        at = end;
    }
    return std::string();
}

std::string python_head(std::string const& kind, std::string const& name) {
    return (kind == "generator" ? "def " : "async def ") + name + "(…):";
}

}  // namespace trace
}  // namespace lasti
