// Generators that are copied while they are suspended: a tee without a buffer, undo, a search that
// tries each way, and a parser that guesses.
#include <cctype>
#include <cstddef>
#include <iostream>
#include <string>
#include <vector>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

// [tee]
lasti::generator<long> fibonacci() {
    long a = 0, b = 1, sum = 0;
    return GENERATOR(long) {
        BEGIN;
        for (;;) {
            YIELD(a);
            sum = a + b;
            a = b;
            b = sum;
        }
        END;
    };
}

void tee() {
    lasti::generator<long> first = fibonacci();
    for (int i = 0; i < 5; ++i) next(first);
    lasti::generator<long> second = first.copy(); // no items are kept for it: it makes them anew
    std::cout << next(first) << ' ' << next(first) << " | " << next(second) << ' ' << next(second) << '\n';
}
// [/tee]

// [undo]
lasti::generator<std::string, char> editor() {
    std::string text;
    char key = 0;
    return GENERATOR(std::string, char) {
        BEGIN;
        for (;;) {
            YIELD_SET(key, text);
            if (key == '<') text.pop_back();
            else text += key;
        }
        END;
    };
}

void undo() {
    std::vector<lasti::generator<std::string, char>> history(1, editor());
    history.back().resume();
    for (const char key : std::string("cats<<")) {
        history.push_back(history.back().copy());
        history.back().resume_with(key);
    }
    for (; history.size() > 1; history.pop_back()) std::cout << history.back().value() << ' ';
    std::cout << '\n';
}
// [/undo]

// [search]
const std::vector<std::string> neighbours = {"", "0", "01", "02", "0123", "34"}; // of six countries

// Yields how many ways there are to go on, and is sent which one to take.
lasti::generator<int, int, std::string> coloured_map() {
    std::string map;
    int way = 0;
    return GENERATOR(int, int, std::string) {
        BEGIN;
        while (map.size() < neighbours.size()) {
            YIELD_SET(way, 4);
            for (const char other : neighbours[map.size()])
                if (map[static_cast<std::size_t>(other - '0')] == "rgby"[way]) RETURN("");
            map += "rgby"[way];
        }
        RETURN(map);
        END;
    };
}

// Each way is tried by a copy. Nothing has to be taken back.
int search(lasti::generator<int, int, std::string> const& at, std::string& found) {
    int maps = 0;
    for (int way = 0; way < at.value(); ++way) {
        lasti::generator<int, int, std::string> copy = at.copy();
        if (copy.resume_with(way)) {
            maps += search(copy, found);
        } else if (!copy.result().empty()) {
            if (found.empty()) found = copy.result();
            ++maps;
        }
    }
    return maps;
}
// [/search]

// [guess]
// Is sent the characters of a number; returns what kind it was. Yields whether it may end here.
lasti::generator<bool, char, std::string> number() {
    char c = 0;
    return GENERATOR(bool, char, std::string) {
        BEGIN;
        YIELD_SET(c, false);
        while (std::isdigit(static_cast<unsigned char>(c))) YIELD_SET(c, true);
        if (c != '.') RETURN("an integer");
        YIELD_SET(c, false);
        if (!std::isdigit(static_cast<unsigned char>(c))) RETURN("no number");
        while (std::isdigit(static_cast<unsigned char>(c))) YIELD_SET(c, true);
        RETURN("a fraction");
        END;
    };
}

// Goes on behind a point as if it belonged to the number. If it did not, the copy of before still
// stands there: "1..9" is a 1, and two points.
std::string first_number(std::string const& text) {
    lasti::generator<bool, char, std::string> parser = number(), before;
    std::size_t end = 0, i = 0;
    next(parser);
    while (parser.resume_with(i < text.size() ? text[i] : ' ')) {
        ++i;
        if (!parser.value()) continue;
        before = parser.copy(); // may end here
        end = i;
    }
    if (parser.result() == "no number") {
        before.resume_with(' '); // as if it had ended there
        parser = before;
    } else {
        end = i;
    }
    return text.substr(0, end) + ": " + parser.result();
}
// [/guess]

int main() {
    tee();
    undo();
    std::string found;
    lasti::generator<int, int, std::string> map = coloured_map();
    next(map);
    const int maps = search(map, found);
    std::cout << maps << " maps, the first: " << found << '\n';
    for (const char* text : {"12+3", "1.5+3", "1..9"}) std::cout << first_number(text) << '\n';
}
