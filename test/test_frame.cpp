#include <lasti/frame.hpp>
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#include <doctest/doctest.h>

#include <string>

#include "support/trace.hpp"
#include "support/unraisable.hpp"

namespace {

typedef lasti::generator<int> ints;

ints three() {
    return GENERATOR(int) { BEGIN; YIELD(1); YIELD(2); YIELD(3); END; };
}

const int first_line = __LINE__ + 2;
ints lines() {
    return GENERATOR(int) {
        BEGIN;
        YIELD(1); // first_line + 2

        TRY
            YIELD(2); // first_line + 5
        FINALLY
            YIELD(3); // first_line + 7
        END_TRY
        END;
    };
}

// What a body sees of itself and of those that wait for it.
struct view {
    int f_lasti = 0, f_lineno = 0;
    bool running = false, has_back = false, back_is_parent = false;
};

ints looks_at(ints& itself, ints& parent, view& seen) {
    ints* const self_handle = &itself;
    ints* const parent_handle = &parent;
    view* const out = &seen;
    return GENERATOR(int) {
        BEGIN;
        out->f_lasti = self_handle->gi_frame().f_lasti();
        out->running = self_handle->gi_running();
        out->has_back = static_cast<bool>(self_handle->gi_frame().f_back());
        if (out->has_back)
            out->back_is_parent = &self_handle->gi_frame().f_back().f_code() == &parent_handle->gi_code();
        YIELD(1);
        END;
    };
}

ints delegates_to(ints child) {
    return GENERATOR(int) { BEGIN; YIELD_FROM(child); END; };
}

void one_hook(lasti::error const&, lasti::code const&) {}
void other_hook(lasti::error const&, lasti::code const&) {}

ints stubborn() {
    return GENERATOR(int) { BEGIN; for (;;) { TRY YIELD(1); EXCEPT_ANY END_TRY } END; };
}

ints careless() {
    return GENERATOR(int) {
        BEGIN;
        TRY
            YIELD(1);
        FINALLY
            RAISE(lasti::value_error("broken"));
        END_TRY
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("frame");

TEST_CASE("f_lasti is -1 before the start, the number of the yield where it stands, -2 at the end") {
    const ints g = three();
    lasti::frame const& frame = *g.shared_frame();
    CHECK(g.gi_frame().f_lasti() == -1);
    for (int i = 1; i <= 3; ++i) {
        g.resume();
        CHECK(g.gi_frame().f_lasti() == i);
        CHECK(frame.f_lasti == i);
    }
    g.resume();
    CHECK(frame.f_lasti == -2);
    CHECK(frame.is_over());
}

TEST_CASE("f_lasti is -3 while the body runs") {
    ints g;
    view seen;
    g = looks_at(g, g, seen);
    g.resume();
    CHECK(seen.f_lasti == -3);
    CHECK(seen.running);
    CHECK_FALSE(g.gi_running());
}

TEST_CASE("G5: f_lineno is the first line when created, then that of the last yield") {
    const ints g = lines();
    CHECK(g.gi_frame().f_lineno() == first_line);
    for (int line : {2, 5, 7}) {
        g.resume();
        CHECK(g.gi_frame().f_lineno() == first_line + line);
    }
}

TEST_CASE("G4: gi_frame is None once it has ended, by returning, raising or being closed") {
    const ints returned = three(), closed = three(), fresh = three();
    while (returned.resume()) {}
    CHECK_FALSE(returned.gi_frame());
    closed.resume();
    CHECK(closed.gi_frame());
    closed.close();
    CHECK_FALSE(closed.gi_frame());
    fresh.close();
    CHECK_FALSE(fresh.gi_frame());
    const ints failed = GENERATOR(int) { BEGIN; YIELD(1); RAISE(1); END; };
    failed.resume();
    thrown_by([&] { failed.resume(); });
    CHECK_FALSE(failed.gi_frame());
    CHECK(failed.gi_frame().f_lasti() == -2);
    CHECK(failed.gi_frame().f_lineno() == 0);
}

TEST_CASE("G5: f_back is None unless the frame runs, and then who delegates to it") {
    ints inner, outer;
    view seen;
    inner = looks_at(inner, outer, seen);
    outer = delegates_to(inner);
    outer.resume();
    CHECK(seen.running);
    CHECK(seen.has_back);
    CHECK(seen.back_is_parent);
    CHECK_FALSE(inner.gi_frame().f_back());
    CHECK_FALSE(outer.gi_frame().f_back());
}

TEST_CASE("G5: a frame that was resumed by next() alone has no f_back: nobody delegates to it") {
    ints g;
    view seen;
    g = looks_at(g, g, seen);
    g.resume();
    CHECK(seen.running);
    CHECK_FALSE(seen.has_back);
}

TEST_CASE("a frame_info keeps the frame's memory, not its locals and not its life") {
    trace t;
    lasti::frame_info info;
    int at = 0;
    {
        local noted = noting(t, "local-dies");
        at = __LINE__ + 1;
        const ints g = GENERATOR(int) { (void)noted; BEGIN; YIELD(1); END; };
        noted.reset();
        g.resume();
        info = g.gi_frame();
        g.close();
        CHECK(t.take() == "local-dies");
    }
    CHECK(info);
    CHECK(info.f_lasti() == -2);
    CHECK(info.f_code().first_line == at);
    CHECK_FALSE(info.f_back());
}

TEST_CASE("place() names the function, the file and the line where it stands") {
    const ints g = lines();
    const auto where = [&](int line) {
        return "'lines' (" + std::string(g.gi_code().file) + ":" + std::to_string(first_line + line) + ")";
    };
    CHECK(g.shared_frame()->place() == where(0));
    g.resume();
    g.resume();
    CHECK(g.shared_frame()->place() == where(5));
    while (g.resume()) {}
}

TEST_CASE("a saved program counter that is no label of the body is an error with a place, not silence") {
    const ints g = three();
    g.resume();
    g.shared_frame()->f_lasti = 77;
    const lasti::error e = thrown_by([&] { g.resume(); });
    CHECK(e.is<lasti::runtime_error>());
    CHECK(starts_with(e.what(), "the saved program counter is no label of this body: 'three' ("));
    CHECK(g.done());
}

TEST_CASE("a break or continue outside of a loop is an error with a place, not silence") {
    const ints breaks = GENERATOR(int) { BEGIN; YIELD(1); break; END; };
    const ints goes_on = GENERATOR(int) { BEGIN; YIELD(1); continue; END; };
    for (ints const& g : {breaks, goes_on}) {
        CHECK(g.resume());
        const lasti::error e = thrown_by([&] { g.resume(); });
        CHECK(e.is<lasti::runtime_error>());
        CHECK(starts_with(e.what(), "break or continue outside of a loop, or a jump out of the body: "));
        CHECK(g.done());
    }
}

TEST_CASE("GC6: set_unraisable_hook() gives back the hook that was there; null is the default one") {
    const lasti::unraisable_hook original = lasti::set_unraisable_hook(&one_hook);
    CHECK((lasti::set_unraisable_hook(&other_hook) == &one_hook));
    CHECK((lasti::set_unraisable_hook(nullptr) == &other_hook));
    CHECK((lasti::set_unraisable_hook(original) == original));
}

TEST_CASE("GC6: the unraisable hook is told what went wrong and in which function") {
    const unraisables reports;
    stubborn().resume();
    REQUIRE(reports.count() == 1);
    CHECK(reports[0].what.is<lasti::runtime_error>());
    CHECK(starts_with(reports[0].what.what(), "generator ignored GeneratorExit: 'stubborn' ("));
    CHECK(reports[0].function == "stubborn");
    careless().resume();
    REQUIRE(reports.count() == 2);
    CHECK(reports[1].what.is<lasti::value_error>());
    CHECK(reports[1].what.what() == "broken");
    CHECK(reports[1].function == "careless");
}

TEST_CASE("GC6: the unraisable hook is not told of what a destroyed generator let out as it should") {
    const unraisables reports;
    three().resume();
    const ints reraises = GENERATOR(int) { BEGIN; TRY YIELD(1); EXCEPT_ANY RERAISE; END_TRY END; };
    reraises.resume();
    CHECK(reports.count() == 0);
}

TEST_SUITE_END();
