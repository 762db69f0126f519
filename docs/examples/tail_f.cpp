// tail -f: prints a file, and goes on with what is appended to it.
//     sh docs/examples/run tail_f /var/log/syslog
// Without an argument it follows a file that another task writes, up to a line "end".
#include <cstdio>
#include <iostream>
#include <string>

#include <unistd.h>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

namespace {

// [follow]
lasti::coroutine<void> follow(std::string path, std::string last_line) {
    lasti::file_watch watch;
    lasti::file file;
    std::string line;
    return COROUTINE(void) {
        BEGIN;
        watch = lasti::file_watch(path, lasti::file_event::modified);   // first: nothing is missed
        AWAIT_SET(file, lasti::open_file(path));
        for (;;) {
            ASYNC_FOR(line, file)
                std::cout << line << std::flush;
                if (line == last_line) RETURN();
            END_ASYNC_FOR
            AWAIT(watch.next());
        }
        END;
    };
}
// [/follow]

lasti::coroutine<void> write_lines(std::string path) {
    lasti::file file;
    int i = 1;
    return COROUTINE(void) {
        BEGIN;
        AWAIT_SET(file, lasti::open_file(path, "a"));
        for (; i <= 3; ++i) {
            AWAIT(file.write("line " + std::to_string(i) + '\n'));
            AWAIT(lasti::sleep(0.01));
        }
        AWAIT(file.write("end\n"));
        END;
    };
}

lasti::coroutine<void> demonstration() {
    const std::string path = "/tmp/lasti-tail-" + std::to_string(::getpid());
    lasti::file made;
    return COROUTINE(void) {
        BEGIN;
        AWAIT_SET(made, lasti::open_file(path, "x"));
        AWAIT(lasti::gather(follow(path, "end\n"), write_lines(path)));
        std::remove(path.c_str());
        END;
    };
}

} // namespace

int main(int argc, char** argv) try {
    lasti::run(argc > 1 ? follow(argv[1], "") : demonstration());
} catch (lasti::keyboard_interrupt const&) {
} catch (std::exception const& e) {
    std::cerr << e.what() << '\n';
    return 1;
}
