// Every statement of a generator, in the lambda form and in the struct form.
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

lasti::generator<int, int, long> every_statement(std::vector<int> items);
lasti::generator<std::string> other_types(std::map<int, std::string> const& names);
lasti::generator<void, int> consumer();

struct manager {
    int enter() { return 1; }
    bool exit(lasti::error const& raised) { return static_cast<bool>(raised); }
};
struct plain_manager {
    void exit(lasti::error const&) {}
};

lasti::generator<int, int, long> every_statement(std::vector<int> items) {
    int x = 0;
    long total = 0;
    std::out_of_range const* far = nullptr;
    return GENERATOR(int, int, long) {
        BEGIN;
        YIELD(1);
        YIELD_SET(x, 2);
        YIELD(x); YIELD(x); // two on a line
        YIELD_FROM(items);
        YIELD_FROM_SET(total, every_statement(std::vector<int>{1, 2}));
        for (x = 0; x < 3; ++x) {
            if (x == 1) continue;
            YIELD(x);
            if (x == 2) break;
        }
        while (x < 5)
            YIELD_SET(x, self.was_sent() ? 1 : 0);
        TRY {
            YIELD(1);
            RAISE(std::out_of_range("far"));
        } EXCEPT(std::length_error) {
            YIELD(2);
            RERAISE;
        } EXCEPT_AS(far, std::out_of_range) {
            YIELD(static_cast<int>(std::string(far->what()).size()));
            YIELD(static_cast<int>(std::string(CAUGHT(std::out_of_range).what()).size()));
        } EXCEPT_ANY {
            YIELD(3);
        } ELSE {
            YIELD(4);
        } FINALLY {
            YIELD(5);
        } END_TRY
        FOR(x, items) {
            if (x == 2) continue;
            if (x == 3) break;
            TRY {
                if (x == 4) continue;
                if (x == 5) break;
                if (x == 6) RETURN(6L);
                YIELD(x);
            } FINALLY {
                YIELD(-1);
            } END_TRY
        } END_FOR
        FOR(x, every_statement(std::vector<int>())) YIELD(x); END_FOR
        WITH(plain_manager()) {
            YIELD(7);
        } END_WITH
        WITH_SET(x, manager()) {
            YIELD(x);
        } END_WITH
        if (x == 9) RETURN(0L);
        RETURN(total);
        END;
    };
}

lasti::generator<std::string> other_types(std::map<int, std::string> const& names) {
    std::pair<int const, std::string> const* entry = nullptr;
    std::vector<std::pair<int const, std::string> const*> entries;
    for (auto const& each : names) entries.push_back(&each);
    return GENERATOR(std::string) {
        BEGIN;
        FOR(entry, entries) {
            YIELD(entry->second);
            YIELD({'a', 'b'});
            YIELD(std::map<int, std::string>{{1, "x"}}.begin()->second);
        } END_FOR
        END;
    };
}

lasti::generator<void, int> consumer() {
    int x = 0;
    return GENERATOR(void, int) {
        BEGIN;
        while (x >= 0) YIELD_SET(x);
        YIELD();
        END;
    };
}

struct point {
    int x, y;
};

struct struct_form {
    int n;
    std::unique_ptr<int> owned;
    explicit struct_form(int count) : n(count), owned(new int(count)) {}
    GENERATOR_BODY(point, point const&, std::unique_ptr<int>) {
        BEGIN;
        for (; n > 0; --n) {
            TRY {
                YIELD({n, n});
            } EXCEPT(std::exception) {
                YIELD({0, 0});
            } END_TRY
        }
        RETURN(std::move(owned));
        END;
    }
};

class with_bodies { // bodies in member functions, in constructors' classes, const and static
public:
    lasti::generator<int> member(int n) {
        with_bodies* const self_pointer = this;
        return GENERATOR(int) {
            BEGIN;
            for (; n > 0; --n) YIELD(self_pointer->factor_ * n);
            END;
        };
    }
    static lasti::generator<int> static_member() {
        return GENERATOR(int) { BEGIN; YIELD(1); END; };
    }

private:
    int factor_ = 2;
};

lasti::generator<lasti::generator<int>> nested();
lasti::generator<lasti::generator<int>> nested() {
    int i = 0;
    return GENERATOR(lasti::generator<int>) {
        BEGIN;
        for (i = 0; i < 3; ++i) {
            YIELD([](int n) -> lasti::generator<int> {
                return GENERATOR(int) {
                    BEGIN;
                    TRY { YIELD(n); } FINALLY { YIELD(-n); } END_TRY
                    END;
                };
            }(i));
        }
        END;
    };
}

long use();
long use() {
    with_bodies w;
    long sum = 0;
    for (int v : w.member(3)) sum += v;
    for (int v : with_bodies::static_member()) sum += v;
    for (auto const& g : nested())
        for (int v : g) sum += v;
    auto held = lasti::iterate(struct_form(3));
    while (held.resume()) sum += held.value().x;
    lasti::generator<point, point const&, std::unique_ptr<int>> erased = struct_form(2);
    sum += lasti::next(erased).x;
    sum += lasti::next(every_statement({1, 2, 3}), 0);
    auto c = consumer();
    c.resume();
    c.send(1);
    return sum + static_cast<long>(lasti::next(other_types({{1, "one"}})).size());
}
