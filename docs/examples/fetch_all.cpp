// Fetches several things at once, within a time limit: all come, or one is too slow, or one fails.
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [fetch]
lasti::coroutine<int> fetch(std::string name) {
    return COROUTINE(int) {
        BEGIN;
        TRY
            AWAIT(lasti::sleep(static_cast<double>(name.size())));  // a second for each letter
            if (name == "rumour") RAISE(std::runtime_error("no such page: rumour"));
            std::cout << "got " << name << '\n';
        EXCEPT(lasti::cancelled_error)
            std::cout << "gave up " << name << '\n';
            RERAISE;
        END_TRY
        RETURN(static_cast<int>(name.size()));
        END;
    };
}

lasti::coroutine<int> fetch_all(std::vector<std::string> names, double limit) {
    lasti::task_group group;
    std::vector<lasti::task<int>> pages;
    int letters = 0;
    return COROUTINE(int) {
        BEGIN;
        ASYNC_WITH(lasti::timeout(limit)) ASYNC_WITH(group)
            for (std::string const& name : names) pages.push_back(group.create_task(fetch(name)));
        END_ASYNC_WITH END_ASYNC_WITH           // here it waits for all of them
        for (lasti::task<int> const& page : pages) letters += page.result();
        RETURN(letters);
        END;
    };
}
// [/fetch]

// [report]
lasti::coroutine<void> report(std::vector<std::string> names, double limit) {
    int letters = 0;
    lasti::exception_group const* group = nullptr;
    return COROUTINE(void) {
        BEGIN;
        TRY
            AWAIT_SET(letters, fetch_all(names, limit));
            std::cout << letters << " letters\n";
        EXCEPT(lasti::timeout_error)
            std::cout << "it took too long\n";
        EXCEPT_AS(group, lasti::exception_group)
            for (lasti::error const& e : group->exceptions()) std::cout << e.what() << '\n';
        END_TRY
        END;
    };
}

lasti::coroutine<void> reports() {
    return COROUTINE(void) {
        BEGIN;
        AWAIT(report({"map", "news", "weather"}, 10));
        AWAIT(report({"map", "news", "weather"}, 5));
        AWAIT(report({"map", "rumour", "weather"}, 10));
        std::cout << "after " << lasti::get_running_loop().time() << " s\n";
        END;
    };
}
// [/report]

int main() {
    lasti::virtual_clock clock;
    lasti::run(reports(), clock);
}
