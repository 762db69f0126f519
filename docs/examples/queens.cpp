// Eight queens that do not attack each other: 92 ways, by backtracking generators.
#include <cstdint>
#include <iostream>
#include <vector>

#include "conjoin.hpp"
#include <lasti/keywords.hpp>

// [row]
struct board {
    int n;
    std::uint64_t used;     // a bit for each column and diagonal that a queen stands on
    explicit board(int size) : n(size), used(0) {}

    std::uint64_t lines(int i, int j) const {
        const std::uint64_t one = 1;
        return one << j | one << (n + i - j + n - 1) | one << (n + 2 * n - 1 + i + j);
    }
};

lasti::generator<int> columns(board* b, int row) {
    int j = 0;
    return GENERATOR(int) {
        BEGIN;
        for (; j < b->n; ++j) {
            if (b->used & b->lines(row, j)) continue;
            b->used |= b->lines(row, j);
            YIELD(j);
            b->used &= ~b->lines(row, j);   // they could not go on with it
        }
        END;
    };
}
// [/row]

void print(std::vector<int> const& columns_of_rows) {
    for (int column : columns_of_rows) {
        for (int j = 0; j < static_cast<int>(columns_of_rows.size()); ++j)
            std::cout << (j == column ? " Q" : " .");
        std::cout << '\n';
    }
}

int main() {
    // [solve]
    board b(8);
    std::vector<choices> rows;
    for (int i = 0; i < b.n; ++i) rows.push_back([&b, i] { return columns(&b, i); });

    int solutions = 0;
    for (std::vector<int> const& solution : conjoin(rows))
        if (++solutions == 1) print(solution);
    std::cout << solutions << " solutions\n";
    // [/solve]
}
