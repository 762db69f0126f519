// Tutorial 9, exercise: lines, of bytes that come in pieces.
#include "poll_loop.hpp"

#include <lasti/keywords.hpp>

// [lines]
coroutine read_line(poll_loop* loop, int fd, std::string* buffer) {
    char piece[20] = "";
    ssize_t n = 0;
    std::size_t end = 0;
    std::string line;
    return GENERATOR(future_ptr, void, std::string) {
        BEGIN;
        while ((end = buffer->find('\n')) == std::string::npos) {
            YIELD(readable(*loop, fd));
            n = ::read(fd, piece, sizeof piece);
            if (n <= 0) RAISE(lasti::runtime_error("closed within a line"));
            buffer->append(piece, static_cast<std::size_t>(n));
        }
        line = buffer->substr(0, end);
        buffer->erase(0, end + 1);
        RETURN(line);
        END;
    };
}

coroutine reader(poll_loop* loop, int fd) {
    std::string buffer, line;
    int i = 1;
    return GENERATOR(future_ptr, void, std::string) {
        BEGIN;
        for (; i <= 3; ++i) {
            YIELD_FROM_SET(line, read_line(loop, fd, &buffer));
            std::cout << i << ": " << line << '\n';
        }
        ::close(fd);
        END;
    };
}

coroutine writer(poll_loop* loop, int fd) {
    std::string piece;
    std::vector<std::string> pieces = {"The fi", "rst.\nThe second.\nThe", " third.\n"};
    return GENERATOR(future_ptr, void, std::string) {
        BEGIN;
        FOR(piece, pieces)
            YIELD(sleep(*loop, 1));
            std::cout << "(a piece)\n";
            if (::write(fd, piece.data(), piece.size()) < 0) break;
        END_FOR
        ::close(fd);
        END;
    };
}
// [/lines]

int main(int argc, char** argv) {
    little_clock clock(argc, argv);
    poll_loop loop(clock);
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return 1;
    create_task(loop, reader(&loop, ends[0]));
    create_task(loop, writer(&loop, ends[1]));
    loop.run();
}
