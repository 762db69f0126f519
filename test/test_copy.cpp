// Generators that are copied while they are suspended: each goes on for itself.
#include <lasti/generator.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <iterator>
#include <list>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <lasti/inspect.hpp>
#include <lasti/keywords.hpp>

#include "support/counted.hpp"

namespace {

/// What is left of it: its values, and how it ends.
template <class Y, class S, class R>
std::string rest_of(lasti::generator<Y, S, R> g) {
    std::ostringstream out;
    try {
        while (g.resume()) out << g.value() << ' ';
        out << "end";
    } catch (std::exception const& e) {
        out << e.what();
    }
    return out.str();
}

/// Copies it at each yield: what is left of the copy must be what is left of a fresh one that is
/// run as far, whatever becomes of the others.
template <class Make>
void check_copies(Make make) {
    auto g = make();
    std::vector<decltype(g)> copies(1, g.copy());
    try {
        while (g.resume()) copies.push_back(g.copy());
    } catch (lasti::value_error const&) { // how some of them end
    }
    REQUIRE(copies.size() > 1);
    for (std::size_t i = 0; i < copies.size(); ++i) {
        CAPTURE(i);
        auto again = make();
        for (std::size_t k = 0; k < i; ++k) REQUIRE(again.resume());
        if (i > 0) CHECK(copies[i].value() == again.value());
        const std::string rest = rest_of(again);
        CHECK(rest_of(copies[i].copy()) == rest);
        CHECK(rest_of(copies[i]) == rest);
    }
}

std::vector<int> const three = {10, 20, 30};

lasti::generator<int> counting(int from, int to) {
    return GENERATOR(int) {
        BEGIN;
        for (; from < to; ++from) YIELD(from);
        END;
    };
}

template <class Manager>
lasti::generator<int> within(Manager manager) {
    return GENERATOR(int) {
        BEGIN;
        WITH(manager) {
            YIELD(1);
        } END_WITH
        END;
    };
}

struct no_manager {
    void exit(lasti::error const&) {}
};

struct countdown {
    int n;
    GENERATOR_BODY(int) {
        BEGIN;
        for (; n > 0; --n) YIELD(n);
        END;
    }
};

struct ints_of {
    std::istringstream* in;
    std::istream_iterator<int> begin() const { return std::istream_iterator<int>(*in); }
    std::istream_iterator<int> end() const { return {}; }
};

} // namespace

TEST_SUITE_BEGIN("copy()");

TEST_CASE("locals, and where it stands") {
    check_copies([] { return counting(0, 5); });
    check_copies([] {
        std::string text = "abc";
        std::size_t i = 0;
        return GENERATOR(std::string) {
            BEGIN;
            for (; i < text.size(); ++i) {
                text[i] = static_cast<char>(text[i] - 32);
                YIELD(text);
                YIELD(text.substr(i));
            }
            END;
        };
    });
}

TEST_CASE("a copy is another generator; its line, its state and its code are the same") {
    lasti::generator<int> g = counting(0, 3);
    lasti::generator<int> fresh = g.copy();
    CHECK(lasti::inspect::getgeneratorstate(fresh) == lasti::inspect::GEN_CREATED);
    REQUIRE(g.resume());
    lasti::generator<int> c = g.copy();
    CHECK(c != g);
    CHECK(c.value() == 0);
    CHECK(c.gi_frame().f_lineno() == g.gi_frame().f_lineno());
    CHECK(c.gi_frame().f_lasti() == g.gi_frame().f_lasti());
    CHECK(&c.gi_code() == &g.gi_code());
    CHECK(rest_of(g) == "1 2 end");
    CHECK(rest_of(c) == "1 2 end");
    CHECK(rest_of(fresh) == "0 1 2 end");
}

TEST_CASE("the block stack: TRY in TRY, yields in each clause, exceptions that are being handled") {
    check_copies([] {
        int i = 0;
        return GENERATOR(int) {
            BEGIN;
            for (; i < 2; ++i) {
                TRY {
                    YIELD(1);
                    TRY {
                        YIELD(2);
                        RAISE(lasti::value_error("inner"));
                    }
                    EXCEPT(lasti::value_error) {
                        YIELD(3);
                        if (i == 1) RERAISE;
                        YIELD(4);
                    }
                    ELSE {
                        YIELD(-1);
                    }
                    FINALLY {
                        YIELD(5);
                    }
                    END_TRY
                    YIELD(6);
                }
                FINALLY {
                    YIELD(7);
                }
                END_TRY
            }
            END;
        };
    });
}

TEST_CASE("a return that waits for a FINALLY keeps its value in both") {
    lasti::generator<int, void, std::string> g = GENERATOR(int, void, std::string) {
        BEGIN;
        TRY {
            YIELD(1);
            RETURN("result");
        }
        FINALLY {
            YIELD(2);
        }
        END_TRY
        END;
    };
    REQUIRE(g.resume());
    REQUIRE(g.resume());
    lasti::generator<int, void, std::string> c = g.copy();
    CHECK(rest_of(g) == "end");
    CHECK(g.result() == "result");
    CHECK(rest_of(c) == "end");
    CHECK(c.result() == "result");
}

TEST_CASE("what is thrown into the one is not thrown into the other; each runs its FINALLY") {
    std::string trace;
    std::string* const out = &trace;
    lasti::generator<int> g = GENERATOR(int) {
        BEGIN;
        TRY {
            YIELD(1);
            YIELD(2);
        }
        EXCEPT(lasti::value_error) {
            *out += "except ";
            YIELD(-1);
        }
        FINALLY {
            *out += "finally ";
        }
        END_TRY
        END;
    };
    REQUIRE(g.resume());
    lasti::generator<int> c = g.copy();
    CHECK(c.throw_(lasti::value_error("only here")) == -1);
    CHECK(trace == "except ");
    CHECK(g.next() == 2);
    lasti::generator<int> dropped = g.copy();
    dropped = lasti::generator<int>();
    CHECK(trace == "except finally ");
    CHECK(rest_of(g) == "end");
    CHECK(trace == "except finally finally ");
    c.close();
    CHECK(trace == "except finally finally finally ");
}

TEST_CASE("FOR: over what lies elsewhere, over a local, over what the statement owns") {
    check_copies([] {
        int x = 0;
        return GENERATOR(int) {
            BEGIN;
            FOR(x, three) YIELD(x); END_FOR
            END;
        };
    });
    check_copies([] {
        int x = 0, y = 0;
        std::vector<int> v = three;
        std::list<std::string> words = {"a", "bc", "def"};
        std::string word;
        return GENERATOR(int) {
            BEGIN;
            FOR(x, v) {
                FOR(word, words) {
                    v.back() += 1; // of its own, or the copies would see each other
                    YIELD(x + static_cast<int>(word.size()));
                } END_FOR
            } END_FOR
            FOR(y, std::list<int>({7, 8, 9})) YIELD(y); END_FOR
            END;
        };
    });
}

TEST_CASE("FOR: a generator that the statement owns is copied; one that a local names is shared, as in Python") {
    check_copies([] {
        int x = 0;
        return GENERATOR(int) {
            BEGIN;
            FOR(x, counting(0, 4)) YIELD(x * x); END_FOR
            END;
        };
    });
    lasti::generator<int> numbers = counting(0, 5);
    int x = 0;
    lasti::generator<int> g = GENERATOR(int) {
        BEGIN;
        FOR(x, numbers) YIELD(x); END_FOR
        END;
    };
    CHECK(g.next() == 0);
    lasti::generator<int> c = g.copy();
    CHECK(g.next() == 1);
    CHECK(c.next() == 2);
    CHECK(g.next() == 3);
    CHECK(c.next() == 4);
    CHECK(rest_of(g) == "end");
    CHECK(rest_of(c) == "end");
}

TEST_CASE("the chain of delegation: to generators, to ranges, to generators of other types") {
    check_copies([] {
        std::vector<int> v = three;
        return GENERATOR(int) {
            BEGIN;
            YIELD_FROM(counting(0, 3));
            TRY {
                YIELD_FROM(v);
                YIELD_FROM(three);
                YIELD_FROM(std::vector<int>({4, 5}));
            }
            FINALLY {
                YIELD_FROM(GENERATOR(short) { BEGIN; YIELD(short(1)); YIELD(short(2)); END; });
            }
            END_TRY
            END;
        };
    });
}

TEST_CASE("the result of what it delegates to comes to each") {
    auto make = []() -> lasti::generator<int, void, int> {
        int got = 0;
        return GENERATOR(int, void, int) {
            BEGIN;
            YIELD_FROM_SET(got, (GENERATOR(int, void, int) { BEGIN; YIELD(1); YIELD(2); RETURN(42); END; }));
            RETURN(got + 1);
            END;
        };
    };
    lasti::generator<int, void, int> g = make();
    REQUIRE(g.resume());
    lasti::generator<int, void, int> c = g.copy();
    CHECK(rest_of(g) == "2 end");
    CHECK(g.result() == 43);
    CHECK(rest_of(c) == "2 end");
    CHECK(c.result() == 43);
}

TEST_CASE("what a handle names that the chain goes through stays as it is") {
    lasti::generator<int> inner = counting(0, 4);
    lasti::generator<int> g = GENERATOR(int) { BEGIN; YIELD_FROM(inner); END; };
    CHECK(g.next() == 0);
    lasti::generator<int> c = g.copy();
    CHECK(inner.next() == 1);
    CHECK(c.next() == 1);
    CHECK(c.next() == 2);
    CHECK(g.next() == 2);
    CHECK(rest_of(inner) == "3 end");
    CHECK(rest_of(g) == "end"); // the handle ended it
    lasti::generator<int> late = g.copy();
    CHECK(late == g);
    CHECK(rest_of(c) == "3 end");
}

TEST_CASE("one that is copied when what it delegates to was ended by a handle") {
    lasti::generator<int> inner = counting(0, 2);
    lasti::generator<int> g = GENERATOR(int) { BEGIN; YIELD_FROM(inner); YIELD(7); END; };
    CHECK(g.next() == 0);
    CHECK(rest_of(inner) == "1 end");
    lasti::generator<int> c = g.copy();
    CHECK(rest_of(g) == "7 end");
    CHECK(rest_of(c) == "7 end");
}

TEST_CASE("what is sent goes to one of them") {
    std::string got;
    lasti::generator<int, std::string> g = GENERATOR(int, std::string) {
        BEGIN;
        for (;;) {
            YIELD_SET(got, static_cast<int>(got.size()));
            got += self.was_sent() ? "!" : "?";
        }
        END;
    };
    CHECK(g.next() == 0);
    CHECK(g.send("abc") == 4);
    lasti::generator<int, std::string> c = g.copy();
    CHECK(c.send("a longer text than that of the other") == 37);
    CHECK(g.next() == 1);
    CHECK(c.next() == 1);
}

TEST_CASE("what it yields by reference is its own") {
    int n = 0;
    lasti::generator<int&> g = GENERATOR(int&) {
        BEGIN;
        for (;;) YIELD(n);
        END;
    };
    g.next() = 5;
    lasti::generator<int&> c = g.copy();
    CHECK(&c.value() != &g.value());
    CHECK(c.value() == 5);
    c.value() = 6;
    CHECK(g.next() == 5);
    CHECK(c.next() == 6);
}

TEST_CASE("a struct form is copied if its author said so, and named as it is") {
    lasti::generator<int> g = lasti::copyable(countdown{3});
    CHECK(g.next() == 3);
    lasti::generator<int> c = g.copy();
    CHECK(rest_of(g) == "2 1 end");
    CHECK(rest_of(c) == "2 1 end");
    CHECK(std::string(g.gi_code().name) == lasti::generator<int>(countdown{1}).gi_code().name);
}

TEST_CASE("a million frames deep: no recursion, and no time that grows with the square") {
    lasti::generator<int> g = counting(0, 3);
    for (int i = 0; i < 1000000; ++i) {
        lasti::generator<int> inner = g;
        g = GENERATOR(int) { BEGIN; YIELD_FROM(inner); END; };
    }
    CHECK(g.next() == 0);
    lasti::generator<int> c = g.copy();
    CHECK(g.next() == 1);
    CHECK(c.next() == 1);
    CHECK(rest_of(c) == "2 end");
    CHECK(rest_of(g) == "2 end");
}

TEST_CASE("what cannot be copied says why, and where; the old one is as it was") {
    SUBCASE("a struct of which nobody said that it can be") {
        lasti::generator<int> g = countdown{2};
        CHECK(g.next() == 2);
        CHECK_THROWS_WITH_AS(g.copy(), doctest::Contains("nobody said copyable() of its body"), lasti::type_error);
        CHECK_THROWS_WITH_AS(g.copy(), doctest::Contains("countdown"), lasti::type_error);
        CHECK(rest_of(g) == "1 end");
    }
    SUBCASE("control is in a WITH") {
        lasti::generator<int> g = within(no_manager());
        lasti::generator<int> fresh = g.copy();
        CHECK(g.next() == 1);
        CHECK_THROWS_WITH_AS(g.copy(), doctest::Contains("it stands in a WITH"), lasti::type_error);
        CHECK(rest_of(g) == "end");
        CHECK(rest_of(fresh) == "1 end");
    }
    SUBCASE("a yielded value that can only be moved") {
        lasti::generator<std::unique_ptr<int>> g = GENERATOR(std::unique_ptr<int>) {
            BEGIN;
            YIELD(std::unique_ptr<int>(new int(1)));
            YIELD(std::unique_ptr<int>(new int(2)));
            END;
        };
        CHECK(g.copy() != g);
        CHECK(*g.next() == 1);
        CHECK_THROWS_WITH_AS(g.copy(), doctest::Contains("can only be moved"), lasti::type_error);
        CHECK(*g.next() == 2);
    }
    SUBCASE("a range that can be iterated once, or only be moved") {
        std::istringstream text("1 2 3");
        std::istringstream* const in = &text;
        int x = 0;
        lasti::generator<int> g = GENERATOR(int) {
            BEGIN;
            FOR(x, ints_of{in}) YIELD(x); END_FOR
            END;
        };
        CHECK(g.next() == 1);
        CHECK_THROWS_WITH_AS(g.copy(), doctest::Contains("iterated only once"), lasti::type_error);
        CHECK(rest_of(g) == "2 3 end");
    }
    SUBCASE("it runs") {
        lasti::generator<int> g;
        lasti::generator<int>* const me = &g;
        g = GENERATOR(int) {
            BEGIN;
            YIELD(0);
            me->copy();
            YIELD(1);
            END;
        };
        CHECK(g.next() == 0);
        CHECK_THROWS_WITH_AS(g.next(), doctest::Contains("already executing"), lasti::value_error);
    }
    SUBCASE("it is empty") {
        CHECK_THROWS_AS(lasti::generator<int>().copy(), lasti::type_error);
    }
    SUBCASE("it delegates to one that cannot be") {
        lasti::generator<int> g = GENERATOR(int) { BEGIN; YIELD_FROM(countdown{3}); END; };
        CHECK(g.next() == 3);
        CHECK_THROWS_AS(g.copy(), lasti::type_error);
        CHECK(rest_of(g) == "2 1 end");
    }
}

namespace {

/// Its copy constructor throws when it is told to.
struct fragile {
    bool* breaks;
    explicit fragile(bool* when) : breaks(when) {}
    fragile(fragile const& of) : breaks(of.breaks) {
        if (*breaks) throw std::runtime_error("no copy of this");
    }
    fragile& operator=(fragile const&) = default;
};

} // namespace

TEST_CASE("where a local's copy constructor throws, that comes out; nothing is left behind") {
    bool breaks = false;
    fragile local(&breaks);
    counted::reset();
    {
        counted n(1);
        lasti::generator<int> g = GENERATOR(int) {
            BEGIN;
            TRY {
                YIELD(n.value);
                YIELD(local.breaks ? 2 : 3);
            }
            FINALLY {
            }
            END_TRY
            END;
        };
        CHECK(g.next() == 1);
        CHECK(counted::alive() == 2);
        breaks = true;
        CHECK_THROWS_WITH_AS(g.copy(), "no copy of this", std::runtime_error);
        CHECK(counted::alive() == 2);
        breaks = false;
        lasti::generator<int> c = g.copy();
        CHECK(counted::alive() == 3);
        CHECK(rest_of(c) == "2 end");
        CHECK(rest_of(g) == "2 end");
    }
    CHECK(counted::alive() == 0);
}

TEST_SUITE_END();
