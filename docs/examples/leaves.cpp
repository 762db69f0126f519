// Tutorial 4, exercise: a tree that yields its leaves and returns how many.
#include <iostream>
#include <string>
#include <vector>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

struct node {
    std::string leaf;               // or, if that is empty:
    std::vector<node> children;
    node(const char* name) : leaf(name) {}
    node(std::initializer_list<node> below) : children(below) {}
};

// [leaves]
lasti::generator<std::string, void, int> leaves(node const* n) {
    int count = 0, below = 0;
    node const* child = nullptr;
    return GENERATOR(std::string, void, int) {
        BEGIN;
        if (n->children.empty()) {
            YIELD(n->leaf);
            RETURN(1);
        }
        for (child = n->children.data(); child != n->children.data() + n->children.size(); ++child) {
            YIELD_FROM_SET(below, leaves(child));
            count += below;
        }
        RETURN(count);
        END;
    };
}

int main() {
    const node tree = {"a", {"b", {"c", "d"}, "e"}, "f"};
    auto g = leaves(&tree);
    while (g.resume()) std::cout << g.value() << ' ';
    std::cout << g.result() << '\n';
}
// [/leaves]
