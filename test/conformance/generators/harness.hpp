// What the emitted C++ programs run on: the twin of harness.py, function by function. The programs see
// declarations alone; the work is in harness.cpp, compiled once, so that 50 programs compile in seconds.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

typedef lasti::generator<long, long, long> gen;
typedef lasti::generator<int, int, int> foreign_gen;  // delegating between the two goes through an adapter

// The program's own exceptions. A, B, C are Python's Exceptions; X and Y are BaseExceptions, so no std::exception.
struct C : std::exception {
    std::string text;
    explicit C(long number) : text(std::to_string(number)) {}
    const char* what() const noexcept override { return text.c_str(); }
};
struct A : std::exception {
    std::string text;
    explicit A(long number) : text(std::to_string(number)) {}
    const char* what() const noexcept override { return text.c_str(); }
};
struct B : A {
    explicit B(long number) : A(number) {}
};
struct X {
    long number;
    explicit X(long n) : number(n) {}
    virtual ~X() {}
};
struct Y : X {
#if !LASTI_HAS_EXCEPTIONS
    typedef X lasti_parent;  // see docs/configurations.md
#endif
    explicit Y(long n) : X(n) {}
};

// Called by bodies
void s(int id);
long v(int id, long x);
void got(bool sent, long value);
void result(long value);
void caught(lasti::error const& e);
// What EXCEPT_AS bound.
void bound(std::exception const* e);
void bound(X const* e);
void bound(lasti::generator_exit const* e);
bool fuelled();
bool flip();
void probe();

struct handles {
    gen g[5];
    int levels[5];
    int level;   // of the frame whose locals these are; -1: the table
    explicit handles(int l);
    handles(handles const&) = default;
    ~handles();
    gen get(int i) const;
    void put(int i, gen fresh, int l);
    void take(int i, handles const& other, int j);
    void drop(int i);
    void clear();
};
extern handles H;

struct manager_base {
    int id, does;
    long enter() const;
    bool leave(lasti::error const& e) const;
};
struct manager : manager_base {
    manager(int i, int d) : manager_base{i, d} {}
    bool exit(lasti::error const& e) const { return leave(e); }
};
struct void_manager : manager_base {
    void_manager(int i, int d) : manager_base{i, d} {}
    void exit(lasti::error const& e) const { leave(e); }
};

gen nothing();
gen count(long n);
gen loud(long n);
std::vector<long> range(long n);

/// The argument of an operation: a number to send, or an exception to throw.
struct argument {
    const char* exception;
    long number;
};
#if LASTI_HAS_EXCEPTIONS
[[noreturn]] void throw_native(const char* name, long number);
void inner(handles& from, int i, const char* name, argument a, int mode, bool guarded);
#else
// -fno-exceptions: what would be thrown is given back, and raised by the body.
lasti::error made(const char* name, long number);
lasti::error raised_by_inner(handles& from, int i, const char* name, argument a, int mode, bool guarded);
#define throw_native(name, number) RAISE(made(name, number))
#define inner(...) \
    do { \
        if (lasti::error raised = raised_by_inner(__VA_ARGS__)) RAISE(std::move(raised)); \
    } while (false)
#endif

// Called by the driver
void new_(int i, gen g, int level);
void copy(int i, int j);
void drop(int i);
void drive(int i, const char* name, argument a, int mode);
bool is_over(int i);

struct program {
    int number;
    void (*run)();
    bool contexts;
};
int run_programs(program const* programs, int count, int argc, char** argv);
