// An async generator that fetches pages, and loops over it: one that ends, and one that breaks off.
#include <iostream>
#include <string>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [pages]
lasti::async_generator<std::string> pages(int count) {
    int n = 1;
    return ASYNC_GENERATOR(std::string) {
        BEGIN;
        TRY
            for (; n <= count; ++n) {
                AWAIT(lasti::sleep(1));                     // the page comes after a while
                YIELD("page " + std::to_string(n));
            }
        FINALLY
            AWAIT(lasti::sleep(1));                         // so does its clean-up
            std::cout << "hung up\n";
        END_TRY
        END;
    };
}

lasti::coroutine<void> reader() {
    std::string page;
    lasti::async_generator<std::string> source;
    return COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(page, pages(2))
            std::cout << page << '\n';
        END_ASYNC_FOR

        source = pages(9);
        ASYNC_FOR(page, source)
            std::cout << page << ", enough\n";
            break;                                          // leaves the generator where it stands
        END_ASYNC_FOR
        AWAIT_SET(page, lasti::anext(source));
        std::cout << page << " after all\n";
        AWAIT(source.aclose());
        AWAIT_SET(page, lasti::anext(source, "no more"));
        std::cout << page << '\n';
        END;
    };
}
// [/pages]

int main() {
    lasti::virtual_clock clock;
    lasti::run(reader(), clock);
    std::cout << clock.now().count() / 1000000000 << " seconds\n";
}
