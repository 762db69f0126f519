// The same by Asio's coroutine, which is one header without a generator around it.
#include <cstdio>

#include <asio/coroutine.hpp>
#include <asio/yield.hpp>

struct countdown : asio::coroutine {
    int n;

    explicit countdown(int from) : n(from) {}
    int operator()() {
        reenter(this) {
            for (; n > 0; --n) yield return n;
        }
        return 0;
    }
};

int main() {
    countdown numbers(3);
    for (int i = numbers(); !numbers.is_complete(); i = numbers()) std::printf("%d\n", i);
}
