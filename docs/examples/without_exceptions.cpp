// Errors as values: written so, a program does not need C++ exceptions (-fno-exceptions).
#include <cstdlib>
#include <iostream>
#include <stdexcept>

#include <lasti/keywords.hpp>
#include <lasti/lasti.hpp>

// [generator]
lasti::generator<int> pages(int there_are) {
    int page = 1;
    return GENERATOR(int) {
        BEGIN;
        for (; page <= there_are; ++page) YIELD(page);
        RAISE(std::out_of_range("no such page"));           // travels in a box: nothing is thrown
        END;
    };
}

void read_all() {
    const lasti::generator<int> g = pages(2);
    lasti::error problem;
    while (g.resume(problem)) std::cout << "page " << g.value() << '\n';
    if (problem) std::cout << problem.type_name() << ": " << problem.what() << '\n';
}
// [/generator]

// [task]
lasti::coroutine<int> reader() {
    int page = 0;
    int sum = 0;
    return COROUTINE(int) {
        BEGIN;
        TRY
            FOR(page, pages(3))                             // what it raises comes to the TRY
                AWAIT(lasti::sleep(0.01));
                sum += page;
            END_FOR
        EXCEPT(std::logic_error)
            std::cout << "read " << sum << '\n';
        END_TRY
        if (sum > 5) RAISE(lasti::runtime_error("too much"));
        RETURN(sum);
        END;
    };
}

void run_it() {
    lasti::event_loop loop;
    const lasti::task<int> t = loop.create_task(reader());
    lasti::error problem;
    loop.run(problem);
    const lasti::outcome<int> end = t.get_outcome();
    if (problem) std::cout << problem.what() << '\n';       // a deadlock
    else if (end) std::cout << end.value() << '\n';
    else std::cout << end.exception().what() << '\n';
}
// [/task]

// [handler]
void last_words(lasti::error const& what) {
    std::cerr << "out of here: " << what.type_name() << ": " << what.what() << '\n';
    std::exit(3);
}

int main() {
    lasti::set_throw_handler(&last_words);                  // for what nobody asks for as a value
    read_all();
    run_it();
}
// [/handler]
