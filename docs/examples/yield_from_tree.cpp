// A tree that is walked in order: each node yields from its children, in O(1) per item at any depth.
#include <iostream>
#include <memory>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

// [tree]
struct node {
    int value;
    std::unique_ptr<node> left, right;
    explicit node(int v) : value(v) {}
};

lasti::generator<int> walk(node const* n) {
    return GENERATOR(int) {
        BEGIN;
        if (n->left) YIELD_FROM(walk(n->left.get()));
        YIELD(n->value);
        if (n->right) YIELD_FROM(walk(n->right.get()));
        END;
    };
}
// [/tree]

void insert(std::unique_ptr<node>& at, int value) {
    if (!at) at.reset(new node(value));
    else insert(value < at->value ? at->left : at->right, value);
}

int main() {
    std::unique_ptr<node> root;
    for (int value : {4, 2, 6, 1, 3, 5, 7}) insert(root, value);
    for (int value : walk(root.get())) std::cout << value << ' ';
    std::cout << '\n';
}
