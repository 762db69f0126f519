// Named cases and checks, for programs that are compiled without C++ exceptions: each case prints a
// line, `ok NAME` or `not ok NAME`, and what was wrong above it.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <lasti/error.hpp>

namespace checks {

struct named_case {
    const char* name;
    void (*run)();
    named_case* next;

    named_case(const char* is, void (*runs)()) : name(is), run(runs), next(nullptr) {
        named_case** end = &first();
        while (*end) end = &(*end)->next;
        *end = this;
    }
    static named_case*& first() {
        static named_case* list = nullptr;
        return list;
    }
};

inline int& failures() {
    static int count = 0;
    return count;
}

inline void check(bool holds, const char* file, int line, const char* text) {
    if (holds) return;
    ++failures();
    std::printf("# %s:%d: %s\n", file, line, text);
}

/// What the throw_handler was told by `code`, as "type: what"; "nothing" if it was not called. In a
/// process of its own, since the handler must not return.
template <class Code>
std::string told_to_handler(Code code) {
    int ends[2];
    std::fflush(stdout);
    if (::pipe(ends) != 0) return "no pipe";
    static int to;
    to = ends[1];
    const pid_t child = ::fork();
    if (child == 0) {
        lasti::set_throw_handler([](lasti::error const& what) {
            const std::string text = what.type_name() + ": " + what.what();
            std::_Exit(::write(to, text.data(), text.size()) > 0 ? 0 : 1);
        });
        code();
        std::_Exit(::write(to, "nothing", 7) > 0 ? 0 : 1);
    }
    ::close(ends[1]);
    std::string text;
    char buffer[256];
    for (ssize_t n; (n = ::read(ends[0], buffer, sizeof buffer)) > 0;)
        text.append(buffer, static_cast<std::size_t>(n));
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    return text;
}

inline bool contains(std::string const& text, const char* part) {
    return text.find(part) != std::string::npos;
}

} // namespace checks

#define CHECK(...) ::checks::check(static_cast<bool>(__VA_ARGS__), __FILE__, __LINE__, #__VA_ARGS__)
#define CASE_JOIN(a, b) a##b
#define CASE_NAME(a, b) CASE_JOIN(a, b)
#define CASE(name) CASE_OF(CASE_NAME(case_at_, __LINE__), name)
#define CASE_OF(function, name) \
    void function(); \
    const ::checks::named_case CASE_NAME(function, _)(name, &function); \
    void function()

int main() {
    int failed = 0;
    for (checks::named_case* c = checks::named_case::first(); c; c = c->next) {
        checks::failures() = 0;
        c->run();
        std::printf("%s %s\n", checks::failures() ? "not ok" : "ok", c->name);
        std::fflush(stdout);
        failed += checks::failures() != 0;
    }
    return failed ? 1 : 0;
}
