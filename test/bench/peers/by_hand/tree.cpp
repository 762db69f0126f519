// A walk of a tree without a library: by a function that calls itself, which cannot pause; by an iterator with a stack
// of its own; by switch frames, one a node, from a free list.
#include <cstdlib>
#include <vector>

#include "tree.hpp"

namespace {

void recurse(bench::node const* n, long& sum) {
    if (n->left) recurse(n->left, sum);
    sum += n->value;
    bench::keep(sum);
    if (n->right) recurse(n->right, sum);
}

class iterator {
public:
    explicit iterator(bench::node const* root) { descend(root); }
    bool next(long& value) {
        if (path_.empty()) return false;
        bench::node const* const n = path_.back();
        path_.pop_back();
        value = n->value;
        descend(n->right);
        return true;
    }

private:
    void descend(bench::node const* n) {
        for (; n; n = n->left) path_.push_back(n);
    }
    std::vector<bench::node const*> path_;
};

enum why { finished, yielded, called };

struct frame {
    frame* back;
    bench::node const* n;
    int label;
};

struct generator {
    frame* leaf;
    frame* free;
    long value;

    explicit generator(bench::node const* root) : leaf(NULL), free(NULL) { call(root); }
    ~generator() {
        while (frame* const f = free) {
            free = f->back;
            std::free(f);
        }
    }
    why call(bench::node const* n) {
        frame* f = free;
        if (f) free = f->back;
        else f = static_cast<frame*>(std::malloc(sizeof(frame)));
        *f = frame{leaf, n, 0};
        leaf = f;
        return called;
    }
    why run(frame& self) {
        switch (self.label) {
        case 0:
            self.label = 1;
            if (self.n->left) return call(self.n->left);
            /* fall through */
        case 1:
            self.label = 2;
            value = self.n->value;
            return yielded;
        case 2:
            self.label = 3;
            if (self.n->right) return call(self.n->right);
        }
        return finished;
    }
    __attribute__((noinline)) bool next() {
        while (leaf) {
            frame* const f = leaf;
            const why stopped = run(*f);
            if (stopped == yielded) return true;
            if (stopped == called) continue;
            leaf = f->back;
            f->back = free;
            free = f;
        }
        return false;
    }
};

} // namespace

int main(int argc, char** argv) {
    if (bench::says(argc, argv, "function")) return bench::measure_walks(argc, argv, recurse);
    if (bench::says(argc, argv, "iterator"))
        return bench::measure_walks(argc, argv, [](bench::node const* root, long& sum) {
            long value = 0;
            for (iterator it(root); it.next(value); bench::keep(sum)) sum += value;
        });
    if (bench::says(argc, argv, "frames"))
        return bench::measure_walks(argc, argv, [](bench::node const* root, long& sum) {
            for (generator g(root); g.next(); bench::keep(sum)) sum += g.value;
        });
    return bench::usage("tree function|iterator|frames [WALKS [balanced|spine DEPTH]]");
}
