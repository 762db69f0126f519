// glibc ends a thread (pthread_exit, pthread_cancel) by unwinding its stack with an exception that nobody may
// swallow: a catch (...) that did not let it through would abort the program. The driver's lets it through.
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include <doctest/doctest.h>

#include <pthread.h>
#include <semaphore.h>

#include <functional>
#include <string>

#include "support/sanitizers.hpp"
#include "support/trace.hpp"

#if defined(__GLIBC__)

namespace {

typedef lasti::generator<int> ints;

sem_t started, never; // the body runs; nobody ever posts this one

// ASan marks the stack, and clears its marks before a throw. Of this unwinding it has to be told.
#if UNDER_ASAN
extern "C" void __asan_handle_no_return();
void clear_marks() { __asan_handle_no_return(); }
#else
void clear_marks() {}
#endif

void end_by_exit() {
    clear_marks();
    pthread_exit(nullptr);
}
void wait_to_be_cancelled() {
    sem_post(&started);
    clear_marks();
    sem_wait(&never);
}

struct body {
    trace t;
    local dies;
    void (*ends)();
    bool first;
    GENERATOR_BODY(int) {
        BEGIN;
        if (first) YIELD(1);
        ends();
        t("went on");
        END;
    }
};

struct in_try {
    trace t;
    local dies;
    void (*ends)();
    GENERATOR_BODY(int) {
        BEGIN;
        TRY
            YIELD(1);
            ends();
            t("went on");
        EXCEPT_ANY
            t("swallowed");
        END_TRY
        END;
    }
};

struct outer {
    trace t;
    local dies;
    void (*ends)();
    GENERATOR_BODY(int) {
        BEGIN;
        YIELD_FROM(body{t, dies, ends, true});
        t("outer went on");
        END;
    }
};

// Runs `what` in a thread that does not come back from it. True: the thread ended as it should.
bool thread_ends(std::function<void()> what, bool by_cancel) {
    struct call {
        std::function<void()> what;
        bool came_back;
        static void* run(void* self) {
            call& c = *static_cast<call*>(self);
            c.what();
            c.came_back = true;
            return self;
        }
    } c = {what, false};
    sem_init(&started, 0, 0);
    sem_init(&never, 0, 0);
    pthread_t thread;
    REQUIRE(pthread_create(&thread, nullptr, &call::run, &c) == 0);
    if (by_cancel) {
        sem_wait(&started);
        pthread_cancel(thread);
    }
    void* result = nullptr;
    pthread_join(thread, &result);
    sem_destroy(&started);
    sem_destroy(&never);
    return !c.came_back && result == (by_cancel ? PTHREAD_CANCELED : nullptr);
}

// The same for pthread_exit and pthread_cancel; afterwards the locals of the body must have died, and no more.
void both_ways(std::function<void(trace, void (*)())> what) {
    for (bool by_cancel : {false, true}) {
        trace t;
        INFO((by_cancel ? "pthread_cancel" : "pthread_exit"));
        CHECK(thread_ends([&] { what(t, by_cancel ? &wait_to_be_cancelled : &end_by_exit); }, by_cancel));
        CHECK(t.take() == "locals");
    }
}

} // namespace

TEST_SUITE_BEGIN("forced unwinding");

TEST_CASE("a thread ends in a body, at its first step or later: nothing aborts, the locals die") {
    // Needs exceptions: a thread that ends unwinds as a C++ exception does.
    for (bool first : {false, true}) {
        both_ways([=](trace t, void (*ends)()) {
            const ints g = body{t, noting(t, "locals"), ends, first};
            while (g.resume()) {}
        });
    }
}

TEST_CASE("a thread ends in a TRY with an EXCEPT_ANY: that does not see it") {
    // Needs exceptions: a thread that ends unwinds as a C++ exception does.
    both_ways([](trace t, void (*ends)()) {
        const ints g = in_try{t, noting(t, "locals"), ends};
        while (g.resume()) {}
    });
}

TEST_CASE("a thread ends in the body of a sub-generator") {
    // Needs exceptions: a thread that ends unwinds as a C++ exception does.
    both_ways([](trace t, void (*ends)()) {
        const ints g = outer{t, noting(t, "locals"), ends};
        while (g.resume()) {}
    });
}

TEST_CASE("a thread ends in a body that iterate() runs, in a TRY or not") {
    // Needs exceptions: a thread that ends unwinds as a C++ exception does.
    both_ways([](trace t, void (*ends)()) {
        for (int i : lasti::iterate(body{t, noting(t, "locals"), ends, true})) CHECK(i == 1);
    });
    both_ways([](trace t, void (*ends)()) {
        for (int i : lasti::iterate(in_try{t, noting(t, "locals"), ends})) CHECK(i == 1);
    });
}

TEST_CASE("a thread ends in a body that another body resumes") {
    // Needs exceptions: a thread that ends unwinds as a C++ exception does.
    both_ways([](trace t, void (*ends)()) {
        const ints inner = body{t, noting(t, "locals"), ends, false};
        const ints g = GENERATOR(int) {
            BEGIN;
            TRY
                YIELD(inner.next());
            EXCEPT_ANY
                t("swallowed");
            END_TRY
            END;
        };
        while (g.resume()) {}
    });
}

TEST_CASE("a generator that a thread ended in is finished for everybody else") {
    // Needs exceptions: a thread that ends unwinds as a C++ exception does.
    trace t;
    const ints g = body{t, local(), &end_by_exit, true};
    CHECK(thread_ends([&] { while (g.resume()) {} }, false));
    CHECK(g.done());
    CHECK_FALSE(g.resume());
}

TEST_SUITE_END();

#else

TEST_CASE("forced unwinding: this C library ends threads without exceptions") {
    // Needs exceptions: as the others.
}

#endif
