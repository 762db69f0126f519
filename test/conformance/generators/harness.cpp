// See harness.hpp; the comments on what is meant are in harness.py.
#include "harness.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <sys/resource.h>  // a bug must not take the machine's memory

namespace {

struct {
    bool contexts;
    int dropping, clearing, fuel, coin, lines;
} state;

void log(std::string const& text) {
    std::puts(text.c_str());
    if (++state.lines < 10000) return;
    std::fputs("an endless program\n", stderr);
    std::fflush(nullptr);
    std::_Exit(3);
}

std::string number(long n) { return std::to_string(n); }

/// lasti's own messages go on with the place; Python's words are before the colon.
std::string words(std::string const& what) { return what.substr(0, what.find(':')); }

/// Calls f with the exception object of that name.
template <class F>
void with_made(const char* name, long n, F f) {
    const std::string is(name), text(number(n));
    if (is == "A") f(A(n));
    else if (is == "B") f(B(n));
    else if (is == "C") f(C(n));
    else if (is == "X") f(X(n));
    else if (is == "Y") f(Y(n));
    else if (is == "ValueError") f(lasti::value_error(text));
    else if (is == "RuntimeError") f(lasti::runtime_error(text));
    else if (is == "TypeError") f(lasti::type_error(text));
    else if (is == "StopIteration") f(lasti::stop_iteration());
    else if (is == "StopIterationValue") f(lasti::stop_iteration_value<long>(n));
    else if (is == "GeneratorExit") f(lasti::generator_exit());
    else std::abort();
}

/// The standard exceptions by dynamic_cast, as an error has as<T>().
struct standard_view {
    const std::exception* e;
    template <class T>
    T const* as() const { return dynamic_cast<T const*>(e); }
};

typedef std::pair<std::string, std::string> parts;  // the type, and the rest of what describe() says

template <class View>
parts standard_parts(View const& e) {
    if (B const* b = e.template as<B>()) return parts("B", b->what());
    if (A const* a = e.template as<A>()) return parts("A", a->what());
    if (C const* c = e.template as<C>()) return parts("C", c->what());
    if (auto const* stop = e.template as<lasti::stop_iteration_value<long>>())
        return parts("StopIteration", number(stop->value()));
    if (e.template as<lasti::stop_iteration>()) return parts("StopIteration", "-");
    if (e.template as<lasti::attribute_error>()) return parts("AttributeError", "");
    if (auto const* v = e.template as<lasti::value_error>()) return parts("ValueError", words(v->what()));
    if (auto const* t = e.template as<lasti::type_error>()) return parts("TypeError", words(t->what()));
    if (auto const* r = e.template as<lasti::runtime_error>()) return parts("RuntimeError", words(r->what()));
    return parts("?", "");
}

parts parts_of(lasti::error const& e) {
    if (Y const* y = e.as<Y>()) return parts("Y", number(y->number));
    if (X const* x = e.as<X>()) return parts("X", number(x->number));
    if (e.is<lasti::generator_exit>()) return parts("GeneratorExit", "");
    return standard_parts(e);
}

std::string joined(parts const& p) { return p.second.empty() ? p.first : p.first + ' ' + p.second; }
std::string describe(lasti::error const& e) { return joined(parts_of(e)); }

std::string with_context(lasti::error e) {
    std::string text = describe(e);
    if (state.contexts && !state.dropping)
        for (int n = 0; n < 6 && (e = e.context()); ++n) text += (n ? " " : " <- ") + parts_of(e).first;
    return text;
}

/// A generator that has the state a Python program sees.
char letter(gen const& g) {
    if (!g) return '-';
    if (g.gi_running()) return 'r';
    if (g.gi_suspended()) return g.gi_yieldfrom() ? 'd' : 's';
    return g.gi_frame() ? 'c' : 'f';
}

#if LASTI_HAS_EXCEPTIONS
struct thrower {
    gen& g;
    int mode;
    long& yielded;
    template <class E>
    void operator()(E const& e) const {
        yielded = mode == 0   ? g.throw_(e)
                  : mode == 1 ? g.throw_(lasti::error::make(e))
                              : g.throw_(std::make_exception_ptr(e));
    }
};

struct native_thrower {
    template <class E>
    void operator()(E const& e) const { throw e; }
};

/// The end as the C++ face tells it, turned into the exception of the Python face.
[[noreturn]] void throw_end(bool was_over, gen const& g) {
    if (was_over) throw lasti::stop_iteration();
    throw lasti::stop_iteration_value<long>(g.result());
}

/// Does the operation on the handle itself, no copy of it: its place may be given another meanwhile.
std::string apply(gen& g, std::string const& name, argument a, int mode) {
    if (name == "next") return "yield " + number(lasti::next(g));
    if (name == "next_default") return "yield " + number(lasti::next(g, -1L));
    if (name == "send") return "yield " + number(g.send(a.number));
    if (name == "throw") {
        long yielded = 0;
        with_made(a.exception, a.number, thrower{g, mode, yielded});
        return "yield " + number(yielded);
    }
    const gen same = g;  // what comes after the operation: the body may empty the caller's handle
    if (name == "close") return g.close() ? "closed " + number(same.result()) : std::string("closed None");
    const bool was_over = same.done();
    if (name == "resume" ? same.resume() : same.resume_with(a.number)) return "yield " + number(same.value());
    throw_end(was_over, same);
}

void operate(handles& from, int i, const char* name, argument a, int mode, bool guarded) {
    const std::string head = std::string(name) + ' ' + number(i);
    if (!from.g[i]) return log(head + ": empty");
    log(head);
    std::string said;
    try {
        said = apply(from.g[i], name, a, mode);
    } catch (...) {
        if (!guarded) {
            log("=> out");
            throw;
        }
        said = "raise " + describe(lasti::error::current());
    }
    log("=> " + said);
}
#else
struct maker {
    lasti::error& made;
    template <class E>
    void operator()(E const& e) const { made = lasti::error::make(e); }
};

/// What the end would throw.
lasti::error end_of(bool was_over, gen const& g) {
    if (was_over) return lasti::error::make(lasti::stop_iteration());
    return lasti::error::make(lasti::stop_iteration_value<long>(g.result()));
}

/// Python's operations by what C++ has without exceptions: the same, with an error behind.
std::string apply(gen& g, std::string const& name, argument a, lasti::error& problem) {
    const gen same = g;
    if (name == "close") return same.close(problem) ? "closed " + number(same.result()) : std::string("closed None");
    const bool was_over = same.done();
    const bool yields = name == "throw" ? same.resume_raising(made(a.exception, a.number), problem)
                        : name == "send" || name == "resume_with" ? same.resume_with(a.number, problem)
                                                                  : same.resume(problem);
    if (yields) return "yield " + number(same.value());
    if (problem) return std::string();
    if (name == "next_default") return "yield -1";
    problem = end_of(was_over, same);
    return std::string();
}

lasti::error operate(handles& from, int i, const char* name, argument a, int, bool guarded) {
    const std::string head = std::string(name) + ' ' + number(i);
    lasti::error problem;
    log(from.g[i] ? head : head + ": empty");
    if (!from.g[i]) return problem;
    const std::string said = apply(from.g[i], name, a, problem);
    log("=> " + (!problem ? said : guarded ? "raise " + describe(problem) : "out"));
    return guarded ? lasti::error() : problem;
}
#endif

void unraisable(lasti::error const& what, lasti::code const&) { log("unraisable " + describe(what)); }

/// Puts `fresh` into the table; what stood there may go.
void dropping(int i, gen fresh) {
    ++state.dropping;
    H.g[i] = std::move(fresh);
    --state.dropping;
}

} // namespace

// Called by bodies

void s(int id) {
    --state.fuel;
    log(number(id));
}
long v(int id, long x) { return (id + 1000 * x) % 1000003; }
void got(bool sent, long value) { log(sent ? "got " + number(value) : "got None"); }
void result(long value) { log("result " + number(value)); }
void caught(lasti::error const& e) { log("caught " + (e ? with_context(e) : "None")); }
void bound(std::exception const* e) { log("bound " + joined(standard_parts(standard_view{e}))); }
void bound(X const* e) { log(std::string(dynamic_cast<Y const*>(e) ? "bound Y " : "bound X ") + number(e->number)); }
void bound(lasti::generator_exit const*) { log("bound GeneratorExit"); }
bool fuelled() { return state.fuel > 0; }
bool flip() {
    state.coin = (state.coin * 1103 + 12345) % 65536;
    return (state.coin & 64) != 0;
}
void probe() {
    std::string all;
    for (gen const& g : H.g) all += letter(g);
    log("state " + all);
}
#if LASTI_HAS_EXCEPTIONS
void throw_native(const char* name, long n) {
    with_made(name, n, native_thrower());
    std::abort();
}
#else
lasti::error made(const char* name, long n) {
    lasti::error e;
    with_made(name, n, maker{e});
    return e;
}
#endif

long manager_base::enter() const {
    log("enter " + number(id));
#if LASTI_HAS_EXCEPTIONS
    if (does & 2) throw A(id);
#endif
    return id;
}
bool manager_base::leave(lasti::error const& e) const {
    log("exit " + number(id) + ' ' + (e ? with_context(e) : "None"));
#if LASTI_HAS_EXCEPTIONS
    if (does & 4) throw C(id);
#endif
    return (does & 1) != 0;
}

handles H(-1);

handles::handles(int l) : levels(), level(l) {}
handles::~handles() { clear(); }
gen handles::get(int i) const { return g[i] ? g[i] : nothing(); }
void handles::put(int i, gen fresh, int l) {
    levels[i] = l;
    g[i] = std::move(fresh);
}
void handles::take(int i, handles const& other, int j) {
    if (!other.g[j] || other.levels[j] <= level) return;
    levels[i] = other.levels[j];
    g[i] = other.g[j];
}
void handles::drop(int i) { g[i] = gen(); }
void handles::clear() {
    ++state.clearing;
    for (gen& each : g) each = gen();
    --state.clearing;
}

gen nothing() {
    return GENERATOR(long, long, long) {
        BEGIN;
        END;
    };
}
gen count(long n) {
    long i = 0;
    return GENERATOR(long, long, long) {
        BEGIN;
        for (; i < n; ++i) YIELD(i);
        END;
    };
}
gen loud(long n) {
    return GENERATOR(long, long, long) {
        BEGIN;
        TRY
            YIELD(n);
        FINALLY
            log("loud " + number(n));
        END_TRY
        END;
    };
}
std::vector<long> range(long n) {
    std::vector<long> numbers;
    for (long i = 0; i < n; ++i) numbers.push_back(i);
    return numbers;
}

#if LASTI_HAS_EXCEPTIONS
void inner(handles& from, int i, const char* name, argument a, int mode, bool guarded) {
    if (state.clearing || !fuelled()) return log("skipped");
    operate(from, i, name, a, mode, guarded);
}
#else
lasti::error raised_by_inner(handles& from, int i, const char* name, argument a, int mode, bool guarded) {
    if (!state.clearing && fuelled()) return operate(from, i, name, a, mode, guarded);
    log("skipped");
    return lasti::error();
}
#endif

// Called by the driver

void drive(int i, const char* name, argument a, int mode) {
    operate(H, i, name, a, mode, true);
    probe();
}
void new_(int i, gen g, int level) {
    log("new " + number(i));
    H.levels[i] = level;
    dropping(i, std::move(g));
    probe();
}
bool is_over(int i) { return std::strchr("-f", letter(H.g[i])) != nullptr; }
void copy(int i, int j) {
    log("copy " + number(i) + ' ' + number(j));
    H.levels[i] = H.levels[j];
    dropping(i, H.g[j]);
    probe();
}
void drop(int i) {
    log("drop " + number(i));
    dropping(i, gen());
    probe();
}

int run_programs(program const* programs, int count, int argc, char** argv) {
#if !defined(__SANITIZE_ADDRESS__)
    const rlimit memory = {1u << 30, 1u << 30};
    setrlimit(RLIMIT_AS, &memory);
#endif
    std::setvbuf(stdout, nullptr, _IOLBF, 1 << 12);  // what was said before a crash must be out
    lasti::set_unraisable_hook(&unraisable);
    for (int n = argc > 1 ? std::atoi(argv[1]) : 0; n < count; ++n) {
        state = {programs[n].contexts, 0, 0, 300, 1, 0};
        log("program " + number(programs[n].number));
        programs[n].run();
        while (std::any_of(H.g, H.g + 5, [](gen const& g) { return bool(g); }))
            for (int i = 0; i < 5; ++i) drop(i);
        log("end " + number(programs[n].number));
    }
    std::fflush(stdout);
    std::_Exit(0);  // what hangs in cycles must not run now
}
