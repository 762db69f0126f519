// A walk of a tree by C++20 coroutines: `recursive` resumes the innermost at once, `nested` passes each value up.
#include "tree.hpp"

#include "generator.hpp"
#include "recursive_generator.hpp"

namespace {

recursive_generator recursive(bench::node const* n) {
    if (n->left) co_yield recursive(n->left);
    co_yield n->value;
    if (n->right) co_yield recursive(n->right);
}

generator nested(bench::node const* n) {
    if (n->left)
        for (generator g = nested(n->left); g.resume();) co_yield g.value();
    co_yield n->value;
    if (n->right)
        for (generator g = nested(n->right); g.resume();) co_yield g.value();
}

template <class Walk>
int measure(int argc, char** argv, Walk walk) {
    return bench::measure_walks(argc, argv, [=](bench::node const* root, long& sum) {
        for (auto g = walk(root); g.resume(); bench::keep(sum)) sum += g.value();
    });
}

} // namespace

int main(int argc, char** argv) {
    if (bench::says(argc, argv, "recursive")) return measure(argc, argv, recursive);
    if (bench::says(argc, argv, "nested")) return measure(argc, argv, nested);
    return bench::usage("tree recursive|nested [WALKS [balanced|spine DEPTH]]");
}
