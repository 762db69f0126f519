// Every statement of a coroutine, in the lambda form and in the struct form, and the loop's own functions.
#include <chrono>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

namespace {

struct manager {
    std::string enter() { return "in"; }
    void exit(lasti::error const&) {}
};

lasti::coroutine<std::string> answers(std::string text) {
    return COROUTINE(std::string) {
        BEGIN;
        if (text.empty()) RETURN("nothing");
        AWAIT(lasti::sleep(std::chrono::milliseconds(20)));
        RETURN(text);
        END;
    };
}

lasti::coroutine<> every_statement(lasti::event_loop* loop, lasti::future<int> f, std::vector<int> items) {
    int x = 0;
    std::string text;
    std::exception const* e = nullptr;
    lasti::task<std::string> t;
    return COROUTINE(void) {
        BEGIN;
        AWAIT(lasti::sleep(0)); AWAIT(lasti::sleep(0.5)); // two on a line
        AWAIT_SET(x, f);
        AWAIT(f);
        AWAIT_SET(text, answers("x"));
        t = loop->create_task(answers("y"), "name");
        AWAIT_SET(text, t);
        if (x > 0) AWAIT(lasti::sleep(1));
        else AWAIT(lasti::sleep(2));
        for (int const unused : {1, 2}) (void)unused;
        for (; x > 0; --x)
            AWAIT(lasti::sleep(x));
        TRY {
            AWAIT(answers(""));
            RAISE(std::runtime_error("x"));
        } EXCEPT(std::out_of_range) {
            AWAIT(lasti::sleep(1));
            std::cout << CAUGHT(std::out_of_range).what();
        } EXCEPT_AS(e, std::exception) {
            AWAIT(lasti::sleep(1));
            std::cout << e->what();
        } EXCEPT_ANY {
            RERAISE;
        } ELSE {
            AWAIT(lasti::sleep(1));
        } FINALLY {
            AWAIT(lasti::sleep(1));
        } END_TRY
        FOR(x, items) {
            if (x == 3) continue;
            AWAIT(lasti::sleep(x));
            if (x == 4) break;
        } END_FOR
        WITH_SET(text, manager()) {
            AWAIT(lasti::sleep(1));
        } END_WITH
        WITH(manager()) AWAIT(lasti::sleep(1)); END_WITH
        if (x == 9) RETURN();
        END;
    };
}

struct struct_form {
    std::unique_ptr<int> owned;
    std::string text;
    explicit struct_form(int n) : owned(new int(n)), text() {}
    COROUTINE_BODY(std::unique_ptr<int>) {
        BEGIN;
        AWAIT_SET(text, answers("z"));
        while (*owned > 0) {
            AWAIT(lasti::sleep(*owned));
            --*owned;
        }
        RETURN(std::move(owned));
        END;
    }
};

lasti::async_generator<int, int> async_statements(lasti::async_generator<int> inner, lasti::future<int> f) {
    int x = 0;
    long wide = 0;
    return ASYNC_GENERATOR(int, int) {
        BEGIN;
        TRY {
            ASYNC_FOR(x, inner) {
                if (x == 1) continue;
                if (x == 2) break;
                YIELD(x);
                YIELD_SET(wide, x); YIELD(static_cast<int>(wide));
                ASYNC_FOR(x, inner) YIELD(x); END_ASYNC_FOR
            } END_ASYNC_FOR
            AWAIT_SET(x, f);
            AWAIT_SET(x, lasti::anext(inner));
            AWAIT_SET(x, lasti::anext(inner, 3));
            AWAIT(inner.athrow(std::runtime_error("x")));
            if (x == 3) RETURN();
        } FINALLY {
            AWAIT(inner.aclose());
        } END_TRY
        END;
    };
}

struct async_struct_form {
    int n;
    ASYNC_GENERATOR_BODY(int) {
        BEGIN;
        for (; n > 0; --n) YIELD(n);
        END;
    }
};

class service { // bodies in member functions
public:
    explicit service(lasti::event_loop& loop) : loop_(loop) {}
    lasti::coroutine<int> request(int number) {
        service* const me = this;
        return COROUTINE(int) {
            BEGIN;
            AWAIT(me->pause());
            RETURN(number + me->count_++);
            END;
        };
    }

private:
    lasti::coroutine<> pause() const {
        lasti::event_loop* const loop = &loop_;
        return COROUTINE(void) {
            BEGIN;
            // a body inside a body
            AWAIT([](lasti::event_loop* on) -> lasti::coroutine<> {
                return COROUTINE(void) {
                    BEGIN;
                    TRY { AWAIT(lasti::sleep(on->time() > 0 ? 1 : 0)); } FINALLY { AWAIT(lasti::sleep(0)); } END_TRY
                    END;
                };
            }(loop));
            END;
        };
    }

    lasti::event_loop& loop_;
    int count_ = 0;
};

} // namespace

int use();
int use() {
    lasti::virtual_clock clock;
    lasti::event_loop loop(clock);
    const lasti::future<int> f = loop.create_future<int>();
    const lasti::handle h = loop.call_later(1, [f] { f.set_result(2); });
    f.add_done_callback([](lasti::future<int> done) { std::cout << done.result(); });
    loop.create_task(every_statement(&loop, f, {1, 2, 3, 4, 5}), "main");
    loop.create_task(lasti::coroutine<std::unique_ptr<int>>(struct_form(3)), lasti::daemon, "daemon").cancel("why");
    loop.create_task(lasti::as_coroutine(async_statements(async_struct_form{3}, f).anext()));
    service s(loop);
    const int got = loop.run_until_complete(s.request(1));
    loop.run();
    return got + static_cast<int>(h.when()) + static_cast<int>(lasti::run(answers("x")).size());
}
