// A knight visits every square of a board and comes back to where it began: the solver of CPython's
// test_generators.py. A choice is one generator for each square, and each undoes what it did.
#include <algorithm>
#include <cstddef>
#include <iomanip>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "conjoin.hpp"
#include <lasti/keywords.hpp>

struct board {
    int rows, columns;
    int last;                                   // the square visited last
    int final;                                  // the square to visit last of all
    std::vector<std::vector<int>> successors;   // of each square, the free ones a move away

    board(int m, int n) : rows(m), columns(n), last(0), final(-1) {
        const std::vector<std::pair<int, int>> moves = {
            {1, 2}, {2, 1}, {2, -1}, {1, -2}, {-1, -2}, {-2, -1}, {-2, 1}, {-1, 2}};
        for (int square = 0; square < m * n; ++square) {
            successors.emplace_back();
            for (std::pair<int, int> move : moves) {
                const int i = square / n + move.first, j = square % n + move.second;
                if (0 <= i && i < m && 0 <= j && j < n) successors.back().push_back(i * n + j);
            }
        }
    }
    std::vector<int>& of(int square) { return successors[static_cast<std::size_t>(square)]; }

    /// Nobody goes back there. False if that leaves a square without an exit, or two with but one.
    bool leave(int square) {
        int none = 0, one = 0;
        for (int neighbour : of(square)) {
            std::vector<int>& exits = of(neighbour);
            exits.erase(std::find(exits.begin(), exits.end(), square));
            none += exits.size() == 0;
            one += exits.size() == 1;
        }
        return none == 0 && one < 2;
    }
    void come_back(int square) {
        for (int neighbour : of(square)) of(neighbour).push_back(square);
    }
};

lasti::generator<int> first(board* b) {
    return GENERATOR(int) {
        BEGIN;
        b->leave(0);
        b->last = 0;
        YIELD(0);
        b->come_back(0);
        END;
    };
}

// A corner has two neighbours: one is visited next, the other last of all.
lasti::generator<int> second(board* b) {
    int at = 0, square = 0;
    return GENERATOR(int) {
        BEGIN;
        if (b->rows < 3 || b->columns < 3) RETURN();
        for (; at < 2; ++at) {
            square = at == 0 ? b->columns + 2 : 2 * b->columns + 1;
            b->final = at == 0 ? 2 * b->columns + 1 : b->columns + 2;
            b->leave(square);
            b->of(b->final).push_back(0);
            b->last = square;
            YIELD(square);
            b->of(b->final).erase(std::find(b->of(b->final).begin(), b->of(b->final).end(), 0));
            b->come_back(square);
        }
        END;
    };
}

// [advance]
lasti::generator<int> advance(board* b) {
    std::vector<std::pair<std::size_t, int>> candidates;    // how many exits, which square
    std::size_t at = 0;
    return GENERATOR(int) {
        BEGIN;
        for (int square : b->of(b->last)) candidates.push_back({b->of(square).size(), square});
        std::sort(candidates.begin(), candidates.end());
        if (candidates[0].first == 1) {                     // it must be visited now
            for (int square : b->of(b->last))
                if (b->of(square).size() == 1) {
                    candidates = {{1, square}};
                    break;
                }
        }
        for (; at < candidates.size(); ++at) {
            if (candidates[at].second == b->final) continue;
            if (b->leave(candidates[at].second)) {
                b->last = candidates[at].second;
                YIELD(candidates[at].second);
            }
            b->come_back(candidates[at].second);
        }
        END;
    };
}
// [/advance]

lasti::generator<int> last(board* b) {
    return GENERATOR(int) {
        BEGIN;
        YIELD(b->final);
        END;
    };
}

int main() {
    board b(10, 10);
    std::vector<choices> squares = {[&b] { return first(&b); }, [&b] { return second(&b); }};
    while (squares.size() < 99) squares.push_back([&b] { return advance(&b); });
    squares.push_back([&b] { return last(&b); });

    int tours = 0;
    for (std::vector<int> const& tour : conjoin(squares)) {
        std::vector<int> move(tour.size());
        for (std::size_t k = 0; k < tour.size(); ++k)
            move[static_cast<std::size_t>(tour[k])] = static_cast<int>(k + 1);
        for (std::size_t square = 0; square < move.size(); ++square)
            std::cout << std::setw(4) << move[square] << (square % 10 == 9 ? "\n" : "");
        std::cout << '\n';
        if (++tours == 2) break;
    }
}
