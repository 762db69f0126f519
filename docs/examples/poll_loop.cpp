// Tutorial 9: two tasks with a pair of sockets between them, and a third that just ticks.
#include "poll_loop.hpp"

#include <lasti/keywords.hpp>

// [talk]
coroutine answer(poll_loop* loop, int fd) {
    char text[20] = "";
    ssize_t n = 0;
    return GENERATOR(future_ptr, void, std::string) {
        BEGIN;
        for (;;) {
            YIELD(readable(*loop, fd));
            n = ::read(fd, text, sizeof text);          // it will not block: something is there
            if (n <= 0) break;
            std::cout << "got " << std::string(text, static_cast<std::size_t>(n)) << '\n';
        }
        ::close(fd);
        std::cout << "the other side has closed\n";
        END;
    };
}

coroutine ask(poll_loop* loop, int fd) {
    int i = 1;
    return GENERATOR(future_ptr, void, std::string) {
        BEGIN;
        for (; i <= 2; ++i) {
            YIELD(sleep(*loop, 2));
            std::cout << "sending\n";
            if (::write(fd, "hello", 5) != 5) break;
        }
        ::close(fd);
        END;
    };
}

coroutine tick(poll_loop* loop) {
    int i = 1;
    return GENERATOR(future_ptr, void, std::string) {
        BEGIN;
        for (; i <= 3; ++i) {
            YIELD(sleep(*loop, 1.5));
            std::cout << "tick " << i << '\n';
        }
        END;
    };
}

int main(int argc, char** argv) {
    little_clock clock(argc, argv);
    poll_loop loop(clock);
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return 1;
    create_task(loop, answer(&loop, ends[0]));
    create_task(loop, ask(&loop, ends[1]));
    create_task(loop, tick(&loop));
    loop.run();
}
// [/talk]
