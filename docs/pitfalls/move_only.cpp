// g++: use of deleted function 'std::unique_ptr<
// clang++: call to deleted constructor of 'std::unique_ptr<int>'
#include <memory>
#include <utility>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#ifndef GOOD
// [bad]
lasti::generator<int> use(std::unique_ptr<int> p) {
    return GENERATOR(int) {
        BEGIN;
        YIELD(*p);
        END;
    };
}
// [/bad]
#else
// [good]
struct use_body {
    std::unique_ptr<int> p;

    GENERATOR_BODY(int) {
        BEGIN;
        YIELD(*p);
        END;
    }
};

lasti::generator<int> use(std::unique_ptr<int> p) { return use_body{std::move(p)}; }
// [/good]
#endif
