// FOR and WITH keep what they go over or hold in the frame, so that a yield may stand inside.
#include <iostream>
#include <map>
#include <string>
#include <utility>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

// [session]
class session {                         // a context manager
public:
    explicit session(std::string name) : name_(std::move(name)) {}
    std::string enter() {
        std::cout << "open " << name_ << '\n';
        return name_ + "-1";
    }
    void exit(lasti::error const& raised) {     // empty: nothing was raised
        std::cout << "close " << name_ << (raised ? " after an exception" : "") << '\n';
    }

private:
    std::string name_;
};

lasti::generator<std::string> prices(std::map<std::string, int> list) {
    std::pair<std::string, int> item;   // what FOR and WITH_SET assign to are frame locals
    std::string id;
    return GENERATOR(std::string) {
        BEGIN;
        WITH_SET(id, session("shop"))
            FOR(item, list)
                if (item.second == 0) continue;
                if (item.second > 9) break;
                YIELD(id + ": " + item.first);
            END_FOR
        END_WITH
        END;
    };
}
// [/session]

int main() {
    for (std::string const& s : prices({{"ale", 3}, {"bun", 0}, {"cod", 7}, {"eel", 12}, {"fig", 1}}))
        std::cout << s << '\n';

    lasti::generator<std::string> g = prices({{"ale", 3}, {"cod", 7}});
    std::cout << lasti::next(g) << '\n';
    g.close();                          // the manager's exit() runs
}
