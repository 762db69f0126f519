// How large frames are, and what lies where in them (64 bit).
#include <cstdio>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [layout]
#define FIELD(name)                                                                      \
    std::printf("%4d %4d  %s\n", int(reinterpret_cast<char const*>(&f.name) - begin), \
                int(sizeof(f.name)), #name)

struct countdown {
    int n;
    GENERATOR_BODY(int) { BEGIN; for (; n > 0; --n) YIELD(n); END; }
};

int main() {
    const lasti::generator<int> g = countdown{3};
    lasti::frame const& f = *g.shared_frame();
    char const* const begin = reinterpret_cast<char const*>(&f);
    std::printf("  at size\n");
    FIELD(f_lasti);
    FIELD(f_lineno);
    FIELD(gi_code);
    FIELD(gi_yieldfrom);
    FIELD(back);
    FIELD(blocks);
    FIELD(references);
    FIELD(leaf);
    FIELD(in_flight);
    FIELD(deliver);
    using namespace lasti::detail;
    std::printf("%9d  frame\n", int(sizeof(lasti::frame)));
    std::printf("%9d  block, each entry of a block stack\n", int(sizeof(block)));
    std::printf("%9d  generator<int> of a struct with one int\n",
                int(sizeof(body_frame<lasti::generator_frame<int>, countdown>)));
    std::printf("%9d  coroutine_frame<void>, in which are\n", int(sizeof(lasti::coroutine_frame<void>)));
    std::printf("%9d      the request of an AWAIT\n", int(sizeof(request_slot)));
    std::printf("%9d      the task\n", int(sizeof(task_state)));
}
// [/layout]
