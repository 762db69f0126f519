// A walk of a tree in order, each node by YIELD_FROM of its children: a frame for each node, made and
// dropped. With -DLASTI_FRAME_POOL=0 each is made on the heap.
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include "tree.hpp"

namespace {

lasti::generator<long> walk(bench::node const* n) {
    return GENERATOR(long) {
        BEGIN;
        if (n->left) YIELD_FROM(walk(n->left));
        YIELD(n->value);
        if (n->right) YIELD_FROM(walk(n->right));
        END;
    };
}

} // namespace

int main(int argc, char** argv) {
    return bench::measure_walks(argc, argv, [](bench::node const* root, long& sum) {
        for (long value : walk(root)) sum += value;
    });
}
