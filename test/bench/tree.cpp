// A walk of a tree in order, each node by YIELD_FROM of its children: a frame for each node, made and
// dropped. With -DLASTI_FRAME_POOL=0 each is made on the heap.
#include <vector>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include "bench.hpp"

namespace {

struct node {
    long value;
    node const* left;
    node const* right;
};

lasti::generator<long> walk(node const* n) {
    return GENERATOR(long) {
        BEGIN;
        if (n->left) YIELD_FROM(walk(n->left));
        YIELD(n->value);
        if (n->right) YIELD_FROM(walk(n->right));
        END;
    };
}

/// The nodes that stand in [from, to), balanced; its root.
node const* grow(std::vector<node>& nodes, long from, long to) {
    if (from == to) return nullptr;
    const long middle = from + (to - from) / 2;
    node& root = nodes[static_cast<std::size_t>(middle)];
    root = node{middle, grow(nodes, from, middle), grow(nodes, middle + 1, to)};
    return &root;
}

} // namespace

int main(int argc, char** argv) {
    const long n = bench::argument(argc, argv, 2, 1048575);
    std::vector<node> nodes(static_cast<std::size_t>(n));
    node const* const root = grow(nodes, 0, n);
    long sum = 0;
    bench::measure(static_cast<double>(n), [&] {
        for (long value : walk(root)) sum += value;
    });
    return sum == n * (n - 1) / 2 ? 0 : 1;
}
