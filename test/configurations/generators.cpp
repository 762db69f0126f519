// Generators where the compiler was told -fno-exceptions, -fno-rtti, or both: exceptions are values
// that the driver carries, and nothing throws.
#include <stdexcept>
#include <string>
#include <vector>

#include <lasti/generator.hpp>
#include <lasti/inspect.hpp>
#include <lasti/itertools.hpp>
#include <lasti/keywords.hpp>

#include "checks.hpp"

namespace {

struct own_error : lasti::value_error {
    using lasti::value_error::value_error;
};
struct named_error : lasti::runtime_error {
    typedef lasti::runtime_error lasti_parent;
    using lasti::runtime_error::runtime_error;
};
struct named_child : named_error {
    typedef named_error lasti_parent;
    using named_error::named_error;
};
struct foreign {
    int number;
};

typedef lasti::generator<std::string, void, int> texts;

// Yields which clause has caught what `raised` boxes.
texts caught(lasti::error raised) {
    return GENERATOR(std::string, void, int) {
        BEGIN;
        TRY
            TRY
                RAISE(raised);
            EXCEPT(std::out_of_range)
                YIELD("out_of_range");
            EXCEPT(std::logic_error)
                YIELD("logic_error " + std::string(CAUGHT(std::logic_error).what()));
            EXCEPT(named_error)
                YIELD("named_error");
            EXCEPT(lasti::runtime_error)
                YIELD("lasti::runtime_error");
            EXCEPT(foreign)
                YIELD("foreign " + std::to_string(CAUGHT(foreign).number));
            EXCEPT(std::exception)
                YIELD("exception");
            FINALLY
                YIELD("finally");
            END_TRY
        EXCEPT_ANY
            YIELD("any");
        END_TRY
        RETURN(7);
        END;
    };
}

std::string path_of(lasti::error const& raised) {
    std::string path;
    for (std::string const& word : caught(raised)) path += (path.empty() ? "" : ", ") + word;
    return path;
}

template <class E>
std::string path_of_new(E const& raised) {
    return path_of(lasti::error::make(raised));
}

CASE("EXCEPT finds the type, its bases in the standard library and in lasti, and nothing else") {
    CHECK(path_of_new(std::out_of_range("x")) == "out_of_range, finally");
    CHECK(path_of_new(std::invalid_argument("x")) == "logic_error x, finally");
    CHECK(path_of_new(lasti::value_error("x")) == "logic_error x, finally");
    CHECK(path_of_new(own_error("mine")) == "logic_error mine, finally");
    CHECK(path_of_new(lasti::lookup_error("x")) == "out_of_range, finally");
    CHECK(path_of_new(lasti::timeout_error("x")) == "lasti::runtime_error, finally");
    CHECK(path_of_new(std::runtime_error("x")) == "exception, finally");
    CHECK(path_of_new(lasti::stop_iteration_value<int>(3)) == "exception, finally");
    CHECK(path_of_new(foreign{5}) == "foreign 5, finally");
    CHECK(path_of_new(lasti::generator_exit()) == "finally, any");
    CHECK(path_of_new(lasti::cancelled_error()) == "finally, any");
    CHECK(path_of_new(3) == "finally, any");
}

CASE("a class between is found if it and those derived from it say their parent") {
    CHECK(path_of_new(named_error("x")) == "named_error, finally");
    CHECK(path_of_new(named_child("x")) == "named_error, finally");
}

CASE("the name of an exception's type") {
    CHECK(lasti::error::make(std::out_of_range("x")).type_name() == "std::out_of_range");
    CHECK(lasti::error::make(own_error("x")).what() == "x");
}

lasti::generator<int> failing(int yields) {
    int i = 0;
    return GENERATOR(int) {
        BEGIN;
        for (; i < yields; ++i) YIELD(i);
        RAISE(std::out_of_range("no more"));
        END;
    };
}

CASE("resume(problem): what a body lets out is a value") {
    const lasti::generator<int> g = failing(1);
    lasti::error problem;
    CHECK(g.resume(problem));
    CHECK(!problem && g.value() == 0);
    CHECK(!g.resume(problem));
    CHECK(problem.is<std::out_of_range>());
    CHECK(problem.what() == "no more");
    CHECK(g.done());
    CHECK(!g.resume(problem));
    CHECK(!problem);
}

CASE("resume(problem) at the end, and the result") {
    const texts g = caught(lasti::error::make(foreign{1}));
    lasti::error problem;
    int yields = 0;
    while (g.resume(problem)) ++yields;
    CHECK(!problem);
    CHECK(yields == 2);
    CHECK(g.result() == 7);
}

CASE("FOR and YIELD_FROM hand on what a generator raises to the TRY around them") {
    const auto outer = [](bool delegates) -> texts {
        int item = 0;
        return GENERATOR(std::string, void, int) {
            BEGIN;
            TRY
                if (delegates) YIELD_FROM(caught(lasti::error::make(foreign{2})));
                FOR(item, failing(2))
                    if (item == 1) YIELD("1");
                END_FOR
                YIELD("never");
            EXCEPT(std::out_of_range)
                YIELD("caught outside");
            END_TRY
            FOR(item, failing(9))
                if (item == 2) break;
                if (item == 0) continue;
                YIELD(std::to_string(item));
            END_FOR
            FOR(item, std::vector<int>{5, 6})
                YIELD(std::to_string(item));
            END_FOR
            RETURN(0);
            END;
        };
    };
    std::string all;
    for (std::string const& word : outer(true)) all += word + ' ';
    CHECK(all == "foreign 2 finally 1 caught outside 1 5 6 ");
}

CASE("throw, through a chain, into a handler that yields; the context is kept") {
    const auto inner = []() -> lasti::generator<int> {
        return GENERATOR(int) {
            BEGIN;
            TRY
                YIELD(1);
            EXCEPT(std::logic_error)
                YIELD(2);
                RAISE(lasti::runtime_error("in the handler"));
            END_TRY
            END;
        };
    };
    const auto outer = [inner]() -> lasti::generator<int> {
        return GENERATOR(int) {
            BEGIN;
            YIELD_FROM(inner());
            END;
        };
    };
    const lasti::generator<int> g = outer();
    lasti::error problem;
    CHECK(g.resume(problem));
    CHECK(g.resume_raising(std::out_of_range("thrown"), problem));
    CHECK(!problem && g.value() == 2);
    CHECK(!g.resume(problem));
    CHECK(problem.is<lasti::runtime_error>());
    CHECK(problem.context().is<std::out_of_range>());
    CHECK(!g.resume_raising(foreign{3}, problem));  // at the end it comes straight back
    CHECK(problem.is<foreign>());
}

CASE("close runs FINALLY; one that ignores it is told") {
    std::string trace;
    std::string* const to = &trace;
    const auto stubborn = [to](bool ignores) -> lasti::generator<int> {
        return GENERATOR(int) {
            BEGIN;
            TRY
                YIELD(1);
            EXCEPT(lasti::generator_exit)
                *to += "exit ";
                if (ignores) YIELD(2);
            FINALLY
                *to += "finally ";
            END_TRY
            END;
        };
    };
    lasti::error problem;
    {
        const lasti::generator<int> g = stubborn(false);
        CHECK(g.resume(problem));
        CHECK(g.close(problem));
        CHECK(!problem && trace == "exit finally ");
    }
    const lasti::generator<int> g = stubborn(true);
    CHECK(g.resume(problem));
    CHECK(!g.close(problem));
    CHECK(problem.is<lasti::runtime_error>());
    CHECK(checks::contains(problem.what(), "generator ignored GeneratorExit"));
    CHECK(!g.resume(problem));
}

CASE("PEP 479: StopIteration that leaves a body becomes a runtime_error") {
    const auto stops = []() -> lasti::generator<int> {
        return GENERATOR(int) {
            BEGIN;
            YIELD(1);
            RAISE(lasti::stop_iteration());
            END;
        };
    };
    const lasti::generator<int> g = stops();
    lasti::error problem;
    CHECK(g.resume(problem));
    CHECK(!g.resume(problem));
    CHECK(problem.is<lasti::runtime_error>());
    CHECK(problem.cause().is<lasti::stop_iteration>());
}

CASE("send(problem) to one that was not started; resume(problem) of one that runs") {
    lasti::generator<int, int> const* running = nullptr;
    lasti::generator<int, int> const** const self_of = &running;
    lasti::error inside;
    lasti::error* const seen = &inside;
    const auto doubled = [self_of, seen]() -> lasti::generator<int, int> {
        int x = 0;
        return GENERATOR(int, int) {
            BEGIN;
            (*self_of)->resume(*seen);
            for (;;) YIELD_SET(x, 2 * x);
            END;
        };
    };
    const lasti::generator<int, int> g = doubled();
    running = &g;
    lasti::error problem;
    CHECK(!g.resume_with(3, problem));
    CHECK(problem.is<lasti::type_error>());
    CHECK(g.resume(problem));
    CHECK(inside.is<lasti::value_error>());
    CHECK(g.resume_with(4, problem));
    CHECK(!problem && g.value() == 8);
}

struct counting {
    int i, end;
    GENERATOR_BODY(int) {
        BEGIN;
        TRY
            for (; i < end; ++i) YIELD(i);
        FINALLY
            ++end;
        END_TRY
        if (end > 3) RAISE(std::out_of_range("too far"));
        END;
    }
};

CASE("iterate(): with resume(), with resume(problem), and with both in turn") {
    int sum = 0;
    for (int i : lasti::iterate(counting{0, 2})) sum += i;
    CHECK(sum == 1);
    auto three = lasti::iterate(counting{0, 3});
    lasti::error problem;
    CHECK(three.resume(problem) && three.value() == 0);
    CHECK(three.resume() && three.value() == 1);
    CHECK(three.resume(problem) && three.value() == 2);
    CHECK(!three.resume(problem));
    CHECK(problem.is<std::out_of_range>());
    CHECK(three.done());
}

CASE("next with a default, copies, WITH, itertools") {
    CHECK(lasti::next(failing(1), 9) == 0);
    const lasti::generator<int> g = failing(3);
    CHECK(g.resume());
    const lasti::generator<int> copied = g.copy();
    CHECK(g.resume() && copied.resume());
    CHECK(g.value() == 1 && copied.value() == 1);
    int sum = 0;
    for (int i : lasti::itertools::islice(lasti::itertools::count(10), 3)) sum += i;
    CHECK(sum == 33);
    CHECK(lasti::inspect::getgeneratorstate(g) == lasti::inspect::GEN_SUSPENDED);
}

#if !LASTI_HAS_EXCEPTIONS
CASE("what has to be thrown goes to the throw_handler: the end from next(), errors from resume()") {
    CHECK(checks::told_to_handler([] { lasti::next(failing(1)); }) == "nothing");
    CHECK(checks::told_to_handler([] {
              const texts g = caught(lasti::error::make(foreign{1}));
              for (;;) g.next();
          }) == "lasti::stop_iteration_value<int>: StopIteration");
    CHECK(checks::told_to_handler([] {
              for (int i : failing(1)) CHECK(i == 0);
          }) == "std::out_of_range: no more");
    CHECK(checks::contains(checks::told_to_handler([] { lasti::generator<int>().resume(); }),
                           "this generator handle is empty"));
    CHECK(checks::contains(checks::told_to_handler([] { caught(lasti::error()).result(); }),
                           "the generator has no result"));
}

CASE("set_throw_handler gives the old one back, and null means the default") {
    const lasti::throw_handler mine = [](lasti::error const&) {};
    const lasti::throw_handler first = lasti::set_throw_handler(mine);
    CHECK(lasti::set_throw_handler(nullptr) == mine);
    CHECK(lasti::set_throw_handler(first) == first);
}
#else
CASE("EXCEPT of what C++ threw") {
    const auto throws = []() -> lasti::generator<int> {
        return GENERATOR(int) {
            BEGIN;
            TRY
                std::vector<int>(1).at(2);
            EXCEPT(std::invalid_argument)
                YIELD(1);
            EXCEPT(std::logic_error)
                YIELD(2);
            END_TRY
            END;
        };
    };
    CHECK(lasti::next(throws()) == 2);
    const auto lets_out = []() -> lasti::generator<int> {
        return GENERATOR(int) {
            BEGIN;
            std::vector<int>(1).at(2);
            END;
        };
    };
    lasti::error problem;
    CHECK(!lets_out().resume(problem));
    CHECK(problem.type_name() == "std::out_of_range");
    bool stopped = false;
    try {
        lasti::next(lasti::generator<int>(failing(0)));
    } catch (std::out_of_range const&) {
        stopped = true;
    }
    CHECK(stopped);
}
#endif

} // namespace
