// The kqueue selector against a stub, which keeps what it was told: it says what the manual asks for. Whether BSD and
// macOS do as their manual says, nobody has tried.
#define LASTI_KQUEUE_STUB "../test/support/kqueue_stub.hpp"
#define make_kqueue_selector make_stubbed_kqueue_selector

#include "../src/selector_kqueue.cpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/trace.hpp"

namespace {

trace told;
int fails_with = 0;
std::vector<struct kevent> to_come;

std::string in_words(struct kevent const& e) {
    std::string text = std::to_string(e.ident) + (e.filter == EVFILT_READ ? "r" : "w");
    if (e.flags & EV_ADD) text += "+";
    if (e.flags & EV_DELETE) text += "-";
    return text;
}

struct stub {
    std::unique_ptr<lasti::selector> s = lasti::detail::make_stubbed_kqueue_selector();
    ~stub() {
        fails_with = 0;
        to_come.clear();
        told.take();
    }
};

enum : unsigned { r = lasti::selector::reading, w = lasti::selector::writing };

} // namespace

int kqueue() { return ::open("/dev/null", O_RDONLY); }

int kevent(int, const struct kevent* changes, int n, struct kevent* events, int room, const struct timespec* time) {
    for (int i = 0; i < n; ++i) told(in_words(changes[i]));
    if (events && time) told(std::to_string(time->tv_sec) + "." + std::to_string(time->tv_nsec));
    if (fails_with != 0 && n > 0) {
        errno = fails_with;
        return -1;
    }
    int given = 0;
    while (events && given < room && static_cast<std::size_t>(given) < to_come.size()) {
        events[given] = to_come[static_cast<std::size_t>(given)];
        ++given;
    }
    return given;
}

TEST_SUITE_BEGIN("selector_kqueue");

TEST_CASE("each direction is a filter, added and deleted as it is wanted") {
    stub on;
    CHECK(on.s->fileno() >= 0);
    CHECK(on.s->watch(5, 1, 0, r) == 0);
    CHECK(told.take() == "5r+");
    CHECK(on.s->watch(5, 1, r, r | w) == 0);
    CHECK(told.take() == "5w+");
    CHECK(on.s->watch(5, 1, r | w, w) == 0);
    CHECK(told.take() == "5r-");
    CHECK(on.s->watch(5, 1, w, 0) == 0);
    CHECK(told.take() == "5w-");
}

TEST_CASE("what cannot be watched is told with its errno, and leaves nothing behind; what is gone need not go") {
    stub on;
    fails_with = EBADF;
    CHECK(on.s->watch(5, 1, 0, r) == EBADF);
    CHECK(on.s->watch(5, 1, r, 0) == 0);
}

TEST_CASE("what is ready: descriptor, key, direction; times in nanoseconds") {
    stub on;
    struct kevent e;
    EV_SET(&e, 5, EVFILT_READ, EV_EOF, 0, 0, reinterpret_cast<void*>(std::uintptr_t(77)));
    to_come.push_back(e);
    EV_SET(&e, 6, EVFILT_WRITE, 0, 0, 0, reinterpret_cast<void*>(std::uintptr_t(78)));
    to_come.push_back(e);
    lasti::selector::found found[4];
    const lasti::selector::nanoseconds time(3000000001);
    REQUIRE(on.s->select(&time, found, 4) == 2);
    CHECK(told.take() == "3.1");
    CHECK(found[0].fd == 5);
    CHECK(found[0].key == 77u);
    CHECK(found[0].ready == r);
    CHECK(found[1].key == 78u);
    CHECK(found[1].ready == w);
    CHECK(on.s->select(&time, found, 1) == 1);
}

TEST_SUITE_END();
