// The trees that programs walk in order: argv[2] says how often, argv[3] and argv[4] which tree,
//     balanced DEPTH   2^DEPTH - 1 nodes
//     spine DEPTH      DEPTH nodes, each the left child of the one before
// They are grown, parents before children, before the time begins.
#ifndef LASTI_TEST_BENCH_TREE_HPP_INCLUDED
#define LASTI_TEST_BENCH_TREE_HPP_INCLUDED

#include <cstddef>
#include <vector>

#include "bench.hpp"

namespace bench {

struct node {
    long value;
    node const* left;
    node const* right;
};

class tree {
public:
    tree(bool balanced, long depth) : size(balanced ? (1L << depth) - 1 : depth) {
        nodes_.reserve(static_cast<std::size_t>(size));
        if (balanced) {
            grow(0, size);
            return;
        }
        for (long i = 0; i < depth; ++i) nodes_.push_back(node{depth - 1 - i, nullptr, nullptr});
        for (std::size_t i = 1; i < nodes_.size(); ++i) nodes_[i - 1].left = &nodes_[i];
    }
    node const* root() const { return &nodes_[0]; }

    const long size;

private:
    /// The nodes of the values in [from, to).
    node const* grow(long from, long to) {
        if (from == to) return nullptr;
        const long middle = from + (to - from) / 2;
        nodes_.push_back(node{middle, nullptr, nullptr});
        node& root = nodes_.back();
        root.left = grow(from, middle);
        root.right = grow(middle + 1, to);
        return &root;
    }
    std::vector<node> nodes_;
};

/// `walk(root, sum)` adds the values of all nodes to the sum.
template <class Walk>
int measure_walks(int argc, char** argv, Walk walk) {
    const long walks = argument(argc, argv, 2, 1);
    const tree walked(argc < 4 || !std::strcmp(argv[3], "balanced"), argument(argc, argv, 4, 20));
    long sum = 0;
    measure(static_cast<double>(walks * walked.size), [&] {
        for (long i = 0; i < walks; ++i) walk(walked.root(), sum);
    });
    return sum == walks * (walked.size * (walked.size - 1) / 2) ? 0 : 1;
}

} // namespace bench

#endif
