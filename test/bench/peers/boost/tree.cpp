// A walk of a tree by Boost.Coroutine2: one coroutine, and in it a function that calls itself.
#include <boost/coroutine2/all.hpp>

#include "tree.hpp"

namespace {

typedef boost::coroutines2::coroutine<long> coroutine;

void walk(coroutine::push_type& yield, bench::node const* n) {
    if (n->left) walk(yield, n->left);
    yield(n->value);
    if (n->right) walk(yield, n->right);
}

} // namespace

int main(int argc, char** argv) {
    return bench::measure_walks(argc, argv, [](bench::node const* root, long& sum) {
        coroutine::pull_type g([root](coroutine::push_type& yield) { walk(yield, root); });
        for (long value : g) {
            sum += value;
            bench::keep(sum);
        }
    });
}
