// The programs in the doctests of CPython's test_generators.py: streams that feed on themselves, and backtracking by
// generators a hundred levels deep. The results are those printed there.
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

typedef lasti::generator<int> ints;

std::string first(ints const& g, int n) {
    std::string text;
    while (n-- > 0) text += std::to_string(g.next()) + " ";
    return text;
}

ints ints_from(int i) {
    return GENERATOR(int) { BEGIN; for (;; ++i) YIELD(i); END; };
}

ints exclude_multiples(int n, ints from) {
    int i = 0;
    return GENERATOR(int) {
        BEGIN;
        FOR(i, from)
            if (i % n) YIELD(i);
        END_FOR
        END;
    };
}

ints sieve(ints from) {
    int prime = 0;
    return GENERATOR(int) {
        BEGIN;
        prime = from.next();
        YIELD(prime);
        YIELD_FROM(sieve(exclude_multiples(prime, from)));
        END;
    };
}

ints times(int n, ints g) {
    int i = 0;
    return GENERATOR(int) {
        BEGIN;
        FOR(i, g)
            YIELD(n * i);
        END_FOR
        END;
    };
}

ints merge(ints g, ints h) {
    int ng = 0, nh = 0;
    return GENERATOR(int) {
        BEGIN;
        ng = g.next();
        nh = h.next();
        for (;;) {
            YIELD(std::min(ng, nh));
            if (ng < nh) {
                ng = g.next();
            } else if (nh < ng) {
                nh = h.next();
            } else {
                ng = g.next();
                nh = h.next();
            }
        }
        END;
    };
}

/// What a generator has yielded so far, drawn from it as it is needed; items() can be asked for any number of times.
struct lazy_list {
    ints fetch;
    std::vector<int> so_far;

    int at(std::size_t i) {
        while (i >= so_far.size()) {
            const int next = fetch.next(); // may come back here, for what is there already
            so_far.push_back(next);
        }
        return so_far[i];
    }
    ints items(std::size_t from = 0) {
        lazy_list* const list = this;
        std::size_t i = from;
        return GENERATOR(int) { BEGIN; for (;; ++i) YIELD(list->at(i)); END; };
    }
};

ints m235(lazy_list* itself) {
    return GENERATOR(int) {
        BEGIN;
        YIELD(1);
        YIELD_FROM(merge(merge(times(2, itself->items()), times(3, itself->items())), times(5, itself->items())));
        END;
    };
}

ints sum(ints g, ints h) {
    return GENERATOR(int) { BEGIN; for (;;) YIELD(g.next() + h.next()); END; };
}

ints fibonacci(int a, int b, lazy_list* itself) {
    return GENERATOR(int) {
        BEGIN;
        YIELD(a);
        YIELD(b);
        YIELD_FROM(sum(itself->items(), itself->items(1)));
        END;
    };
}

// ---- backtracking ----

typedef std::vector<int> row;
typedef lasti::generator<row const&> rows;
typedef std::vector<std::function<ints()>> choices;

/// Every combination of one item from each: the next is asked only when those before it have chosen.
struct conjoin {
    choices const* from;
    std::shared_ptr<row> chosen;
    std::size_t level;
    ints items;

    explicit conjoin(choices const& gs) : from(&gs), chosen(std::make_shared<row>(gs.size())), level(0) {}
    conjoin(conjoin const& outer, std::size_t at) : from(outer.from), chosen(outer.chosen), level(at) {}

    GENERATOR_BODY(row const&) {
        BEGIN;
        if (level == from->size()) {
            YIELD(*chosen);
        } else {
            for (items = (*from)[level](); items.resume();) {
                (*chosen)[level] = items.value();
                YIELD_FROM(conjoin(*this, level + 1));
            }
        }
        END;
    }
};

std::string text_of(row const& r) {
    std::string text;
    for (int i : r) text += std::to_string(i) + " ";
    return text;
}

struct queens {
    int n;
    std::uint64_t used;
    choices of_rows;

    explicit queens(int size) : n(size), used(0) {
        for (int i = 0; i < n; ++i) of_rows.push_back([this, i] { return row_of(i); });
    }
    ints row_of(int i) {
        queens* const board = this;
        int j = 0;
        std::uint64_t uses = 0;
        return GENERATOR(int) {
            BEGIN;
            for (; j < board->n; ++j) {
                uses = board->bit(j) | board->bit(board->n + i - j + board->n - 1) | board->bit(3 * board->n - 1 + i + j);
                if (board->used & uses) continue;
                board->used |= uses;
                YIELD(j);
                board->used &= ~uses;
            }
            END;
        };
    }
    static std::uint64_t bit(int i) { return std::uint64_t(1) << i; }
};

/// A knight's closed tour. succs[i] are the free squares that can be reached from square i.
struct knights {
    typedef std::pair<std::size_t, int> candidate; // number of exits, square

    int n, last, final;
    std::vector<std::vector<int>> succs;
    choices moves;

    explicit knights(int size) : n(size), last(0), final(0) {
        const int steps[8][2] = {{1, 2}, {2, 1}, {2, -1}, {1, -2}, {-1, -2}, {-2, -1}, {-2, 1}, {-1, 2}};
        for (int square = 0; square < n * n; ++square) {
            succs.emplace_back();
            for (auto const& s : steps) {
                const int i = square / n + s[0], j = square % n + s[1];
                if (0 <= i && i < n && 0 <= j && j < n) succs.back().push_back(i * n + j);
            }
        }
        moves.push_back([this] { return first_move(); });
        moves.push_back([this] { return second_move(); });
        for (int i = 3; i < n * n; ++i) moves.push_back([this] { return next_move(); });
        moves.push_back([this] { return last_move(); });
    }

    std::vector<int>& after(int square) { return succs[static_cast<std::size_t>(square)]; }
    /// Nobody can go to `square` any more. False: so there is no tour.
    bool leave_out(int square) {
        int without_exit = 0, with_one = 0;
        for (int i : after(square)) {
            std::vector<int>& s = after(i);
            s.erase(std::find(s.begin(), s.end(), square));
            if (s.empty()) ++without_exit;
            if (s.size() == 1) ++with_one;
        }
        return without_exit == 0 && with_one < 2;
    }
    void put_back(int square) {
        for (int i : after(square)) after(i).push_back(square);
    }
    std::vector<candidate> candidates() {
        std::vector<candidate> found;
        for (int i : after(last)) {
            const candidate one(after(i).size(), i);
            if (one.first == 1) return {one};
            found.push_back(one);
        }
        std::sort(found.begin(), found.end());
        return found;
    }

    ints first_move() {
        knights* const k = this;
        return GENERATOR(int) { BEGIN; k->leave_out(0); k->last = 0; YIELD(0); k->put_back(0); END; };
    }
    ints second_move() {
        knights* const k = this;
        int which = 0, square = 0, other = 0;
        return GENERATOR(int) {
            BEGIN;
            for (; which < 2; ++which) {
                square = which == 0 ? k->n + 2 : 2 * k->n + 1;
                other = which == 0 ? 2 * k->n + 1 : k->n + 2;
                k->final = other;
                k->leave_out(square);
                k->after(other).push_back(0);
                k->last = square;
                YIELD(square);
                k->after(other).erase(std::find(k->after(other).begin(), k->after(other).end(), 0));
                k->put_back(square);
            }
            END;
        };
    }
    ints next_move() {
        knights* const k = this;
        candidate c;
        return GENERATOR(int) {
            BEGIN;
            FOR(c, k->candidates())
                if (c.second == k->final) continue;
                if (k->leave_out(c.second)) {
                    k->last = c.second;
                    YIELD(c.second);
                }
                k->put_back(c.second);
            END_FOR
            END;
        };
    }
    ints last_move() {
        knights* const k = this;
        return GENERATOR(int) { BEGIN; YIELD(k->final); END; };
    }

    /// The board with the number of the move on each square.
    std::string board(row const& tour) const {
        row numbers(tour.size());
        for (std::size_t i = 0; i < tour.size(); ++i) numbers[static_cast<std::size_t>(tour[i])] = static_cast<int>(i) + 1;
        return text_of(numbers);
    }
};

} // namespace

TEST_SUITE_BEGIN("generator programs");

TEST_CASE("a sieve of Eratosthenes that delegates once for each prime") {
    CHECK(first(exclude_multiples(3, ints_from(1)), 6) == "1 2 4 5 7 8 ");
    CHECK(first(sieve(ints_from(2)), 20) == "2 3 5 7 11 13 17 19 23 29 31 37 41 43 47 53 59 61 67 71 ");
}

TEST_CASE("the numbers 2^i 3^j 5^k: three streams feed on the one that they make") {
    lazy_list list;
    list.fetch = m235(&list);
    CHECK(first(list.items(), 15) == "1 2 3 4 5 6 8 9 10 12 15 16 18 20 24 ");
    CHECK(first(list.items(60), 15) == "400 405 432 450 480 486 500 512 540 576 600 625 640 648 675 ");
}

TEST_CASE("the Fibonacci numbers as the sum of themselves and their tail") {
    lazy_list list;
    list.fetch = fibonacci(1, 2, &list);
    CHECK(first(list.items(), 17) == "1 2 3 5 8 13 21 34 55 89 144 233 377 610 987 1597 2584 ");
}

TEST_CASE("conjoin: all binary numbers in their order") {
    const auto bits = [] { return ints(GENERATOR(int) { BEGIN; YIELD(0); YIELD(1); END; }); };
    for (std::size_t n = 0; n < 10; ++n) {
        const choices all(n, bits);
        int number = 0;
        for (row const& r : rows(conjoin(all))) {
            int value = 0;
            for (int bit : r) value = 2 * value + bit;
            CHECK(value == number++);
        }
        CHECK(number == 1 << n);
    }
}

TEST_CASE("eight queens: 92 solutions") {
    queens q(8);
    std::vector<std::string> solutions;
    for (row const& r : rows(conjoin(q.of_rows))) solutions.push_back(text_of(r));
    REQUIRE(solutions.size() == 92);
    CHECK(solutions[0] == "0 4 7 5 2 6 1 3 ");
    CHECK(solutions[1] == "0 5 7 2 6 3 1 4 ");
    CHECK(q.used == 0);
}

TEST_CASE("a knight's tour of a hundred squares, a generator for each") {
    knights k(10);
    const rows tours = conjoin(k.moves);
    CHECK(k.board(tours.next()) ==
          "1 58 27 34 3 40 29 10 5 8 "
          "26 35 2 57 28 33 4 7 30 11 "
          "59 100 73 36 41 56 39 32 9 6 "
          "74 25 60 55 72 37 42 49 12 31 "
          "61 86 99 76 63 52 47 38 43 50 "
          "24 75 62 85 54 71 64 51 48 13 "
          "87 98 91 80 77 84 53 46 65 44 "
          "90 23 88 95 70 79 68 83 14 17 "
          "97 92 21 78 81 94 19 16 45 66 "
          "22 89 96 93 20 69 82 67 18 15 ");
    CHECK(k.board(tours.next()) ==
          "1 58 27 34 3 40 29 10 5 8 "
          "26 35 2 57 28 33 4 7 30 11 "
          "59 100 73 36 41 56 39 32 9 6 "
          "74 25 60 55 72 37 42 49 12 31 "
          "61 86 99 76 63 52 47 38 43 50 "
          "24 75 62 85 54 71 64 51 48 13 "
          "87 98 89 80 77 84 53 46 65 44 "
          "90 23 92 95 70 79 68 83 14 17 "
          "97 88 21 78 81 94 19 16 45 66 "
          "22 91 96 93 20 69 82 67 18 15 ");
}

TEST_SUITE_END();
