// itertools and the iterator builtins: lazy, over ranges and generators alike.
#include <iostream>
#include <string>
#include <tuple>
#include <vector>

#include <lasti/itertools.hpp>
#include <lasti/keywords.hpp>

// [primes]
struct no_multiple_of {
    long prime;
    bool operator()(long n) const { return n % prime != 0; }
};

lasti::generator<long> primes() {
    lasti::generator<long> left = lasti::itertools::count(2L);
    long prime = 0;
    return GENERATOR(long) {
        BEGIN;
        for (;;) {
            prime = lasti::next(left);
            left = lasti::filter(no_multiple_of{prime}, left);
            YIELD(prime);
        }
        END;
    };
}
// [/primes]

template <class R>
void print(R&& range) {
    for (auto const& item : range) std::cout << item << ' ';
    std::cout << '\n';
}

int main() {
    namespace it = lasti::itertools;
    print(it::islice(primes(), 10));

    // [tools]
    std::string letters = "abc";
    std::vector<int> sizes = {3, 1, 2};

    for (auto item : lasti::zip(letters, sizes))        // references into both
        std::get<1>(item) *= 10;
    print(sizes);

    for (auto numbered : lasti::enumerate(letters, 1))
        std::cout << numbered.first << numbered.second << ' ';
    std::cout << '\n';

    print(it::accumulate(it::chain(sizes, std::vector<int>{4})));
    print(lasti::filter([](int n) { return n > 10; }, lasti::reversed(sizes)));

    for (auto group : it::groupby(std::string("aabccc"))) {
        std::cout << group.first << ':';
        for (char c : group.second) std::cout << c;
        std::cout << ' ';
    }
    std::cout << '\n';

    for (auto const& pair : it::combinations(letters, 2)) std::cout << pair[0] << pair[1] << ' ';
    std::cout << '\n';

    for (auto const& row : it::zip_longest(it::fillvalue('-'), letters, std::string("xyz!")))
        std::cout << std::get<0>(row) << std::get<1>(row) << ' ';
    std::cout << '\n';
    // [/tools]

    // [tee]
    auto branches = it::tee(it::islice(primes(), 5));   // the primes are found once
    lasti::next(branches[1]);
    print(lasti::map([](long a, long b) { return b - a; }, branches[0], branches[1]));
    // [/tee]
}
