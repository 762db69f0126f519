// Builds what each line of its input says out of iterator tools, walks it, and prints what it gave and
// when it drew from its sources. compare.py does the same in Python, and compares. The words of a line
// are in prefix notation; all items are numbers, tuples are hashed.
#include <cstddef>
#include <exception>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <lasti/itertools.hpp>
#include <lasti/keywords.hpp>

namespace it = lasti::itertools;

namespace {

typedef lasti::generator<long> numbers;
typedef std::vector<long> list;

void say(std::string const& word) { std::cout << ' ' << word; }

struct traced {
    list items;
    std::size_t at;
    GENERATOR_BODY(long) {
        BEGIN;
        for (at = 0; at < items.size(); ++at) {
            say("<" + std::to_string(items[at]));
            YIELD(items[at]);
        }
        say("<.");
        END;
    }
};

long hashed(long so_far, long long x) {
    return static_cast<long>((so_far * 31 + (x % 1000003 + 1000003)) % 1000003);
}

struct hash_of {
    template <class T>
    long operator()(std::vector<T> const& all) const {
        long h = 17;
        for (long x : all) h = hashed(h, x);
        return h;
    }
    template <class A>
    long operator()(std::tuple<A> const& all) const {
        return hashed(17, std::get<0>(all));
    }
    template <class A, class B>
    long operator()(std::tuple<A, B> const& all) const {
        return hashed(hashed(17, std::get<0>(all)), std::get<1>(all));
    }
    template <class A, class B, class C>
    long operator()(std::tuple<A, B, C> const& all) const {
        return hashed(hashed(hashed(17, std::get<0>(all)), std::get<1>(all)), std::get<2>(all));
    }
    template <class A, class B>
    long operator()(std::pair<A, B> const& all) const {
        return hashed(hashed(17, all.first), all.second);
    }
    template <class A, class B, class C>
    long operator()(A a, B b, C c) const {
        return hashed(hashed(hashed(17, a), b), c);
    }
};

template <class G>
numbers hashes(G tuples) {
    return lasti::map(hash_of(), tuples);
}

long add(long a, long b) { return a + b; }
long larger(long a, long b) { return a < b ? b : a; }
long mixed(long a, long b) { return ((a * 3 + b) % 1009 + 1009) % 1009; }

bool test(char which, long x) {
    if (which == 'o') return x % 2 != 0;
    if (which == 's') return x < 3;
    if (which == 'n') return x != 4;
    if (x == 5) throw lasti::value_error("five");  // 'r'
    return x > 1;
}

list copies(long x) { return list(static_cast<std::size_t>(x < 0 ? 0 : x % 3), x); }

// What the groups give, walked in the way that `how` says.
struct group_walk {
    lasti::generator<std::pair<long, numbers>> groups;
    char how;
    numbers before;
    std::pair<long, numbers> group;
    list walked;
    int rounds;

    GENERATOR_BODY(long) {
        BEGIN;
        while (groups.resume()) {
            group = groups.value();
            walked = {group.first};
            if (before && (how == 'b' || (how == 'o' && ++rounds == 2)))
                for (long x : before) walked.push_back(x + 500);
            if (how == 'b' || !before) before = group.second;  // the one before, or the first one
            if (how == 'f' && group.second.resume()) walked.push_back(group.second.value());
            if (how == 'a')
                for (long x : group.second) walked.push_back(x);
            YIELD(hash_of()(walked));
        }
        END;
    }
};

// Branches of a tee, stepped in the order that `turns` says.
struct tee_walk {
    std::vector<numbers> branches;
    list turns;
    std::size_t at;
    std::size_t ended;

    GENERATOR_BODY(long) {
        BEGIN;
        for (at = ended = 0; ended < turns.size(); ++at) {
            if (branch().resume()) {
                ended = 0;
                YIELD(branch().value() * 10 + turns[at % turns.size()]);
            } else {
                ++ended;
            }
        }
        END;
    }
    numbers& branch() { return branches[static_cast<std::size_t>(turns[at % turns.size()])]; }
};

class reader {
public:
    explicit reader(std::string const& line) : words_(line) {}

    numbers sequence() {
        const std::string tool = word();
        return (this->*parsers().at(tool))();
    }
    void shared() {
        for (long n = number(); n > 0; --n) shared_.push_back(traced{items(), 0});
    }
    long number() { return std::stol(word()); }

private:
    typedef numbers (reader::*parser)();

    static std::map<std::string, parser> const& parsers() {
        static const std::map<std::string, parser> all = {
            {"list", &reader::a_list}, {"traced", &reader::a_traced}, {"shared", &reader::a_shared},
            {"count", &reader::count}, {"cycle", &reader::cycle}, {"repeat", &reader::repeat},
            {"accumulate", &reader::accumulate}, {"batched", &reader::batched}, {"chain", &reader::chain},
            {"flat", &reader::flat}, {"compress", &reader::compress}, {"dropwhile", &reader::dropwhile},
            {"takewhile", &reader::takewhile}, {"filter", &reader::filter},
            {"filterfalse", &reader::filterfalse}, {"groupby", &reader::groupby},
            {"islice", &reader::islice}, {"pairwise", &reader::pairwise}, {"starmap", &reader::starmap},
            {"tee", &reader::tee}, {"zip", &reader::zip}, {"zip_longest", &reader::zip_longest},
            {"map", &reader::map}, {"product", &reader::product}, {"product_times", &reader::product_times},
            {"permutations", &reader::permutations}, {"combinations", &reader::combinations},
            {"again", &reader::again}, {"enumerate", &reader::enumerate}, {"reversed", &reader::reversed},
        };
        return all;
    }

    std::string word() {
        std::string next;
        words_ >> next;
        return next;
    }
    bool word_is(std::string const& wanted) { return word() == wanted; }
    list items() {
        list all(static_cast<std::size_t>(number()));
        for (long& item : all) item = number();
        return all;
    }

    numbers a_list() { return it::chain(items()); }
    numbers a_traced() { return traced{items(), 0}; }
    numbers a_shared() { return shared_[static_cast<std::size_t>(number())]; }
    numbers count() {
        const long start = number();
        return it::count(start, number());
    }
    numbers cycle() { return it::cycle(sequence()); }
    numbers repeat() {
        const long x = number();
        const std::string times = word();
        return times == "-" ? it::repeat(x) : it::repeat(x, std::stol(times));
    }
    std::function<long(long, long)> operation() {
        const std::string name = word();
        return name == "add" ? add : name == "larger" ? larger : mixed;
    }
    std::function<bool(long)> predicate() {
        const char which = word()[0];
        if (which == '-') return std::function<bool(long)>();
        return [which](long x) { return test(which, x); };
    }
    numbers accumulate() {
        const std::function<long(long, long)> how = operation();
        const std::string initial = word();
        numbers from = sequence();
        return initial == "-" ? it::accumulate(from, how) : it::accumulate(from, how, std::stol(initial));
    }
    numbers batched() {
        const long n = number();
        const bool strictly = word_is("strict");
        numbers from = sequence();
        return hashes(strictly ? it::batched(lasti::strict, from, n) : it::batched(from, n));
    }
    numbers chain() {
        numbers first = sequence(), second = sequence();
        return it::chain(first, second);
    }
    numbers flat() { return it::chain_from_iterable(lasti::map(copies, sequence())); }
    numbers compress() {
        numbers data = sequence(), selectors = sequence();
        return it::compress(data, selectors);
    }
    numbers dropwhile() {
        const std::function<bool(long)> how = predicate();
        return it::dropwhile(how, sequence());
    }
    numbers takewhile() {
        const std::function<bool(long)> how = predicate();
        return it::takewhile(how, sequence());
    }
    numbers filter() {
        const std::function<bool(long)> how = predicate();
        return how ? lasti::filter(how, sequence()) : lasti::filter(nullptr, sequence());
    }
    numbers filterfalse() {
        const std::function<bool(long)> how = predicate();
        return how ? it::filterfalse(how, sequence()) : it::filterfalse(nullptr, sequence());
    }
    numbers groupby() {
        const char key = word()[0], how = word()[0];
        numbers from = sequence();
        lasti::generator<std::pair<long, numbers>> groups =
            key == '-' ? it::groupby(from) : it::groupby(from, [key](long x) { return long(test(key, x)); });
        return group_walk{groups, how, {}, {}, {}, 0};
    }
    numbers islice() {
        const std::string start = word(), stop = word(), step = word();
        numbers from = sequence();
        if (start == "only")
            return stop == "-" ? it::islice(from, nullptr) : it::islice(from, std::stol(stop));
        if (stop == "-" && step == "-") return it::islice(from, std::stol(start), nullptr);
        if (stop == "-") return it::islice(from, std::stol(start), nullptr, std::stol(step));
        if (step == "-") return it::islice(from, std::stol(start), std::stol(stop));
        return it::islice(from, std::stol(start), std::stol(stop), std::stol(step));
    }
    numbers pairwise() { return hashes(it::pairwise(sequence())); }
    numbers starmap() {
        const std::function<long(long, long)> how = operation();
        return it::starmap(how, it::pairwise(sequence()));
    }
    numbers tee() {
        const long n = number();
        const list turns = items();
        return tee_walk{it::tee(sequence(), n), turns, 0, 0};
    }
    numbers zip() {
        const bool strictly = word_is("strict");
        const long n = number();
        numbers a = sequence();
        if (n == 1) return hashes(strictly ? lasti::zip(lasti::strict, a) : lasti::zip(a));
        numbers b = sequence();
        if (n == 2) return hashes(strictly ? lasti::zip(lasti::strict, a, b) : lasti::zip(a, b));
        numbers c = sequence();
        return hashes(strictly ? lasti::zip(lasti::strict, a, b, c) : lasti::zip(a, b, c));
    }
    numbers zip_longest() {
        const it::fillvalue_argument<long> fill = it::fillvalue(number());
        const long n = number();
        numbers a = sequence(), b = sequence();
        if (n == 2) return hashes(it::zip_longest(fill, a, b));
        return hashes(it::zip_longest(fill, a, b, sequence()));
    }
    numbers map() {
        numbers a = sequence(), b = sequence();
        return lasti::map(hash_of(), a, b, sequence());
    }
    numbers product() {
        numbers a = sequence(), b = sequence();
        return hashes(it::product(a, b));
    }
    numbers product_times() {
        const it::times n(number());
        numbers a = sequence();
        return word_is("one") ? hashes(it::product(n, a)) : hashes(it::product(n, a, sequence()));
    }
    numbers permutations() {
        const std::string r = word();
        numbers from = sequence();
        return hashes(r == "-" ? it::permutations(from) : it::permutations(from, std::stol(r)));
    }
    numbers combinations() {
        const long r = number();
        return hashes(it::combinations(sequence(), r));
    }
    numbers again() {
        const long r = number();
        return hashes(it::combinations_with_replacement(sequence(), r));
    }
    numbers enumerate() {
        const long start = number();
        return hashes(lasti::enumerate(sequence(), start));
    }
    numbers reversed() { return lasti::reversed(items()); }

    std::istringstream words_;
    std::vector<numbers> shared_;
};

void walk(reader line) {
    long steps = line.number();
    line.shared();
    numbers all = line.sequence();
    say("|");
    for (; steps > 0; --steps) {
        if (!all.resume()) return say("end");
        say(std::to_string(all.value()));
    }
}

}  // namespace

int main() {
    std::ios::sync_with_stdio(false);
    for (std::string line; std::getline(std::cin, line);) {
        std::cout << '>';
        try {
            walk(reader(line));
        } catch (lasti::value_error const&) {
            say("ValueError");
        } catch (std::exception const& problem) {
            say(problem.what());
        }
        std::cout << '\n';
    }
}
