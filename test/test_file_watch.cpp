// file_watch: which events are told, in which order, and how a watch ends. On each selector.
#include <lasti/file_watch.hpp>

#include <doctest/doctest.h>

#include <cstdio>
#include <string>
#include <vector>

#include <sys/stat.h>

#include <lasti/lasti.hpp>

#include "support/streams.hpp"
#include "support/temporary.hpp"
#include "support/trace.hpp"

#include <lasti/keywords.hpp>

#if defined(__linux__)

namespace {

typedef lasti::file_event seen;

lasti::task<seen> start(selector_loop& on, lasti::file_watch const& watch) { return on.loop.create_task(watch.next()); }

seen next(selector_loop& on, lasti::file_watch const& watch) { return on.loop.run_until_complete(watch.next()); }

std::string shown(seen const& e) {
    static const char* const names[] = {"modified", "written", "attributes", "created", "deleted", "moved_from", "moved_to", "overflow"};
    std::string text;
    for (unsigned i = 0; i < 8; ++i)
        if (e.what == 1u << i) text = names[i];
    return text + ' ' + e.path + (e.is_directory ? "/" : "");
}

/// All that is there already, a line each.
std::string all(selector_loop& on, lasti::file_watch const& watch, std::string const& under) {
    std::string text;
    for (;;) {
        const lasti::task<seen> t = start(on, watch);
        for (int i = 0; i < 3; ++i) on.loop.poll();
        if (!t.done()) {
            t.cancel();
            for (int i = 0; i < 3; ++i) on.loop.poll();
            return text;
        }
        std::string line = shown(t.result());
        const std::size_t at = line.find(under);
        if (at != std::string::npos) line.erase(at, under.size());
        text += line + '\n';
    }
}

struct temporary_folder {
    std::string const path = temporary_path();
    temporary_folder() { ::mkdir(path.c_str(), 0700); }
    temporary_folder(temporary_folder const&) = delete;
    ~temporary_folder() {
        ::rmdir((path + "/sub").c_str());
        for (const char* name : {"/a", "/b"}) ::unlink((path + name).c_str());
        ::rmdir(path.c_str());
    }
    std::string of(std::string const& name) const { return path + '/' + name; }
    void put(std::string const& name, std::string const& text) const { std::ofstream(of(name).c_str(), std::ios::app) << text; }
};

} // namespace

TEST_SUITE_BEGIN("file_watch");

TEST_CASE("a file: written to, closed, cut, given other rights") {
    on_each_selector([](selector_loop& on) {
        const temporary_file there("text");
        const lasti::file_watch watch(on.loop, there.path);
        CHECK(watch.path() == there.path);
        const lasti::task<seen> waits = start(on, watch);
        for (int i = 0; i < 3; ++i) on.loop.poll();
        CHECK_FALSE(waits.done());
        there.append("more");
        CHECK(shown(on.loop.run_until_complete(waits)) == "modified " + there.path);
        CHECK(shown(next(on, watch)) == "written " + there.path);
        (void)!::truncate(there.path.c_str(), 1);
        ::chmod(there.path.c_str(), 0600);
        CHECK(all(on, watch, there.path) == "modified \nattributes \n");
    });
}

TEST_CASE("a folder: made, moved, removed; the two events of a move have one cookie") {
    on_each_selector([](selector_loop& on) {
        const temporary_folder folder;
        const lasti::file_watch watch(on.loop, folder.path);
        folder.put("a", "x");
        CHECK(all(on, watch, folder.path) == "created /a\nmodified /a\nwritten /a\n");
        ::rename(folder.of("a").c_str(), folder.of("b").c_str());
        const seen from = next(on, watch), to = next(on, watch);
        CHECK(shown(from) == "moved_from " + folder.of("b").substr(0, folder.path.size()) + "/a");
        CHECK(shown(to) == "moved_to " + folder.of("b"));
        CHECK(from.cookie == to.cookie);
        CHECK(from.cookie != 0);
        ::mkdir(folder.of("sub").c_str(), 0700);
        ::unlink(folder.of("b").c_str());
        CHECK(all(on, watch, folder.path) == "created /sub/\ndeleted /b\n");
    });
}

TEST_CASE("only what was asked for is told") {
    on_each_selector([](selector_loop& on) {
        const temporary_folder folder;
        const lasti::file_watch watch(on.loop, folder.path, seen::written | seen::deleted);
        folder.put("a", "x");
        folder.put("a", "y"); // the same again is told once
        ::unlink(folder.of("a").c_str());
        CHECK(all(on, watch, folder.path) == "written /a\ndeleted /a\n");
        CHECK_THROWS_AS(lasti::file_watch(on.loop, folder.path, 0), lasti::value_error);
        CHECK_THROWS_AS(lasti::file_watch(on.loop, folder.path, seen::overflow), lasti::value_error);
    });
}

TEST_CASE("when what is watched goes, that is told, and then the watch is over: next() raises, ASYNC_FOR ends") {
    on_each_selector([](selector_loop& on) {
        const std::string path = temporary_path();
        std::ofstream(path.c_str()) << "x";
        const lasti::file_watch watch(on.loop, path);
        ::unlink(path.c_str());
        CHECK(shown(next(on, watch)) == "attributes " + path);
        CHECK(shown(next(on, watch)) == "deleted " + path);
        const std::string over = "file_not_found_error: file_watch: " + path + " is no more: No such file or directory";
        CHECK(come_to(on, watch.next()) == over);
        CHECK(come_to(on, watch.next()) == over);
        CHECK(starts_with(come_to(on, watch.anext()), "stop_async_iteration"));
    });
}

TEST_CASE("ASYNC_FOR over events ends with what is watched") {
    on_each_selector([](selector_loop& on) {
        struct {
            lasti::coroutine<std::string> operator()(lasti::file_watch watch) const {
                lasti::file_event event;
                std::string text;
                return COROUTINE(std::string) {
                    BEGIN;
                    ASYNC_FOR(event, watch)
                        text += shown(event).substr(0, shown(event).find(' ')) + ' ';
                    END_ASYNC_FOR
                    RETURN(text);
                    END;
                };
            }
        } const kinds;
        const std::string path = temporary_path();
        std::ofstream(path.c_str()) << "x";
        const lasti::task<std::string> t = on.loop.create_task(kinds(lasti::file_watch(on.loop, path)));
        for (int i = 0; i < 3; ++i) on.loop.poll();
        ::unlink(path.c_str());
        CHECK(on.loop.run_until_complete(t) == "attributes deleted ");
    });
}

TEST_CASE("more events than the system keeps: that is told") {
    on_each_selector([](selector_loop& on) {
        const temporary_file there("text");
        const lasti::file_watch watch(on.loop, there.path, seen::modified | seen::attributes);
        for (int i = 0; i < 20000; ++i) {
            (void)!::truncate(there.path.c_str(), i % 10);
            ::chmod(there.path.c_str(), 0600);
        }
        int events = 0;
        seen e;
        do {
            e = next(on, watch);
            ++events;
        } while (e.what != seen::overflow);
        CHECK(e.path == there.path);
        CHECK(events > 100);
        there.append("and it goes on");
        CHECK(shown(next(on, watch)) == "modified " + there.path);
    });
}

TEST_CASE("who is cancelled loses no event: before, while and after one comes") {
    on_each_selector([](selector_loop& on) {
        const temporary_file there("text");
        const lasti::file_watch watch(on.loop, there.path, seen::written);
        lasti::task<seen> t = start(on, watch);
        t.cancel();
        for (int i = 0; i < 3; ++i) on.loop.poll();
        t = start(on, watch);
        on.loop.poll();
        t.cancel();
        there.append("x");
        for (int i = 0; i < 3; ++i) on.loop.poll();
        CHECK(t.cancelled());
        t = start(on, watch);
        t.cancel();
        for (int i = 0; i < 3; ++i) on.loop.poll();
        CHECK(t.cancelled());
        CHECK(shown(next(on, watch)) == "written " + there.path);
    });
}

TEST_CASE("what cannot be watched is told by its path; an empty watch is refused") {
    on_each_selector([](selector_loop& on) {
        CHECK_THROWS_WITH_AS(lasti::file_watch(on.loop, "/no/such/file"), "file_watch: /no/such/file: No such file or directory",
                             lasti::file_not_found_error);
        CHECK_THROWS_AS(lasti::file_watch("/tmp"), lasti::runtime_error); // no running loop
        const lasti::file_watch none;
        CHECK_FALSE(none);
        CHECK_THROWS_AS(none.next(), lasti::type_error);
    });
}

TEST_CASE("one task at a time; a loop that is closed under a watch frees it") {
    const int before = open_descriptors();
    {
        lasti::file_watch watch;
        const temporary_file there("text");
        {
            selector_loop on("poll");
            watch = lasti::file_watch(on.loop, there.path);
            start(on, watch);
            for (int i = 0; i < 3; ++i) on.loop.poll();
            CHECK(contains(come_to(on, watch.next()), "already waiting"));
        }
    }
    CHECK(open_descriptors() == before);
}

TEST_SUITE_END();

#else

TEST_CASE("where the system has no such thing, that is an os_error") {
    virtual_loop on;
    CHECK_THROWS_AS(lasti::file_watch(on.loop, "/tmp"), lasti::os_error);
}

#endif
