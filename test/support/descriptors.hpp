// What the tests of descriptors stand on: loops on each selector, counting what is open, pipes.
#pragma once

#include <memory>
#include <string>
#include <vector>

#if !defined(_WIN32)
#include <dirent.h>
#include <fcntl.h>
#endif
#include <unistd.h>

#include <lasti/awaitable.hpp>
#include <lasti/event_loop.hpp>
#include <lasti/selector.hpp>

#include "virtual_loop.hpp"

/// The selectors that work here: each test runs on all of them.
inline std::vector<std::string> all_selectors() {
#if defined(__linux__)
    return {"epoll", "poll", "select"};
#elif defined(_WIN32)
    return {"poll", "select"};
#else
    return {"kqueue", "poll", "select"};
#endif
}

/// A loop on a virtual clock that waits in the selector of that name.
struct selector_loop {
    lasti::virtual_clock clock;
    reports reported;
    lasti::event_loop loop;

    explicit selector_loop(std::string const& name) : loop(clock, lasti::make_selector(name)) {
        loop.set_exception_handler(reported);
    }
};

template <class A>
lasti::task<lasti::await_result<A>> start(selector_loop& on, A const& a) {
    return on.loop.create_task(lasti::as_coroutine(a));
}

inline void some_rounds(selector_loop& on, int n = 6) {
    while (n-- > 0) on.loop.poll();
}

#if defined(_WIN32)

/// There they are not the process's own to count.
inline int open_descriptors() { return 0; }

#else

/// How many descriptors this process has open.
inline int open_descriptors() {
    int n = 0;
    for (int fd = 0; fd < 1024; ++fd) n += ::fcntl(fd, F_GETFD) != -1;
    return n;
}

/// A pipe that does not block.
struct test_pipe {
    int reads, writes;

    test_pipe() {
        int ends[2];
        if (::pipe(ends) != 0) lasti::make_os_error(errno, "pipe").rethrow();
        reads = ends[0];
        writes = ends[1];
        for (int end : ends) ::fcntl(end, F_SETFL, ::fcntl(end, F_GETFL) | O_NONBLOCK);
    }
    test_pipe(test_pipe const&) = delete;
    ~test_pipe() {
        ::close(reads);
        if (writes >= 0) ::close(writes);
    }
    void put(std::string const& text) const { (void)!::write(writes, text.data(), text.size()); }
    std::string get() const {
        char room[100];
        const ssize_t n = ::read(reads, room, sizeof room);
        return n < 0 ? "nothing" : std::string(room, static_cast<std::size_t>(n));
    }
    void fill() const {
        char room[4096] = {};
        while (::write(writes, room, sizeof room) > 0) {}
    }
    void close_writing_end() {
        ::close(writes);
        writes = -1;
    }
};

#endif
