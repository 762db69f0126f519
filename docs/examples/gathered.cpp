// gather(): all at once, the results in order; and what becomes of an exception.
#include <iostream>
#include <stdexcept>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [gather]
lasti::coroutine<int> fetch(int page, double seconds) {
    return COROUTINE(int) {
        BEGIN;
        AWAIT(lasti::sleep(seconds));
        if (page == 404) RAISE(std::out_of_range("no page 404"));
        std::cout << "page " << page << '\n';
        RETURN(page * 100);
        END;
    };
}

lasti::coroutine<void> fetch_all() {
    std::tuple<int, int, lasti::none> three;
    std::vector<lasti::outcome<int>> outcomes;
    return COROUTINE(void) {
        BEGIN;
        AWAIT_SET(three, lasti::gather(fetch(1, 3), fetch(2, 1), lasti::sleep(2)));
        std::cout << std::get<0>(three) << ' ' << std::get<1>(three) << '\n';

        AWAIT_SET(outcomes, lasti::gather(lasti::return_exceptions,
                                          std::vector<lasti::coroutine<int>>{fetch(3, 2), fetch(404, 1)}));
        for (lasti::outcome<int> const& o : outcomes)
            std::cout << (o ? std::to_string(o.value()) : o.exception().what()) << '\n';

        TRY
            AWAIT(lasti::gather(fetch(404, 1), fetch(4, 2)));
        EXCEPT(std::out_of_range)
            std::cout << "at once: " << CAUGHT(std::out_of_range).what() << '\n';
        END_TRY
        AWAIT(lasti::sleep(5));                 // page 4 comes all the same
        END;
    };
}
// [/gather]

int main() {
    lasti::virtual_clock clock;
    lasti::run(fetch_all(), clock);
}
