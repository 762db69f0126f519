// Generators as views of range-v3, views as generators, and a range of coroutines as an async generator.
#include <iostream>
#include <string>
#include <vector>

#include <range/v3/range/conversion.hpp>
#include <range/v3/view/filter.hpp>
#include <range/v3/view/take.hpp>
#include <range/v3/view/transform.hpp>

#include <lasti/event_loop.hpp>
#include <lasti/keywords.hpp>
#include <lasti/ranges.hpp>
#include <lasti/sleep.hpp>

// [fibonacci]
lasti::generator<long> fibonacci() {
    long a = 0, b = 1, next = 0;
    return GENERATOR(long) {
        BEGIN;
        for (;;) {
            YIELD(a);
            next = a + b;
            a = b;
            b = next;
        }
        END;
    };
}
// [/fibonacci]

// [fetch]
lasti::coroutine<std::string> fetch(int page) {
    return COROUTINE(std::string) {
        BEGIN;
        AWAIT(lasti::sleep(1));
        RETURN("page " + std::to_string(page));
        END;
    };
}

lasti::coroutine<void> read_on(std::vector<int> numbers) {
    std::string page;
    return COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(page, numbers | ranges::views::transform(fetch) | lasti::to_async_generator()) {
            std::cout << page << " at " << lasti::get_running_loop().time() << '\n';
            if (page == "page 2") break;    // page 3 is never asked for
        } END_ASYNC_FOR
        END;
    };
}
// [/fetch]

int main() {
    namespace views = ranges::views;
    // [views]
    auto even = [](long n) { return n % 2 == 0; };
    std::vector<long> first = fibonacci() | views::filter(even) | views::take(5) | ranges::to<std::vector>();
    for (long n : first) std::cout << n << ' ';
    std::cout << '\n';

    auto halves = first | views::transform([](long n) { return n / 2; });
    for (auto const& both : halves | lasti::views::pairwise())
        std::cout << both.first << "->" << both.second << ' ';
    std::cout << '\n';
    // [/views]

    lasti::virtual_clock clock;
    lasti::event_loop loop(clock);
    loop.create_task(read_on({1, 2, 3}));
    loop.run();
}
