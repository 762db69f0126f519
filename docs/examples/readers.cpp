// A weak handle: who publishes does not keep those who read.
#include <iostream>
#include <string>
#include <vector>

#include <lasti/generator.hpp>
#include <lasti/weak.hpp>

#include <lasti/keywords.hpp>

// [readers]
typedef lasti::generator<void, std::string> reader;

reader reads(std::string name) {
    std::string news;
    return GENERATOR(void, std::string) {
        BEGIN;
        TRY
            for (;;) {
                YIELD_SET(news);
                std::cout << name << " reads: " << news << '\n';
            }
        FINALLY
            std::cout << name << " has left\n";
        END_TRY
        END;
    };
}

struct newspaper {
    std::vector<lasti::weak<reader>> readers;

    reader subscribe(std::string name) {
        reader made = reads(name);
        lasti::next(made);
        readers.push_back(lasti::weak<reader>(made));
        return made;
    }
    void print(std::string news) {
        for (lasti::weak<reader> const& one : readers)
            if (const reader there = one.lock()) there.send(news);
    }
};

int main() {
    newspaper herald;
    const reader ann = herald.subscribe("Ann");
    {
        const reader bob = herald.subscribe("Bob");
        herald.print("it rains");
    }
    herald.print("the sun shines");
}
// [/readers]
