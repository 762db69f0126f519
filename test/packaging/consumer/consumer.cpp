// What a stranger writes first: a generator, a coroutine, a loop, an exception of the library caught; and where the
// library has I/O, a server and who calls it.
#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

namespace {

lasti::generator<int> countdown(int n) {
    return GENERATOR(int) {
        BEGIN;
        for (; n > 0; --n) YIELD(n);
        END;
    };
}

lasti::coroutine<int> sum(int n) {
    int total = 0;
    lasti::generator<int> numbers = countdown(n);
    return COROUTINE(int) {
        BEGIN;
        while (numbers.resume()) {
            total += numbers.value();
            AWAIT(lasti::sleep(1));
        }
        TRY
            AWAIT(lasti::sleep(-1));
        EXCEPT(lasti::value_error)
            RETURN(total);
        END_TRY
        END;
    };
}

#if defined(LASTI_NO_IO)

bool is_answered() { return true; }

#else

lasti::coroutine<> echoes(lasti::stream_reader reader, lasti::stream_writer writer) {
    std::string line;
    return COROUTINE(void) {
        BEGIN;
        AWAIT_SET(line, reader.readline());
        AWAIT(writer.send_all("echo " + line));
        END;
    };
}

lasti::coroutine<std::string> asks() {
    lasti::server server;
    std::uint16_t port = 0;
    lasti::connection c;
    std::string answer;
    return COROUTINE(std::string) {
        BEGIN;
        AWAIT_SET(server, lasti::start_server(echoes, "127.0.0.1", 0));
        port = server.sockets().front().getsockname().port();
        AWAIT_SET(c, lasti::open_connection("127.0.0.1", port));
        AWAIT(c.writer.send_all("hello\n"));
        AWAIT_SET(answer, c.reader.readline());
        server.close();
        TRY
            AWAIT_SET(c, lasti::open_connection("127.0.0.1", port));
        EXCEPT(lasti::connection_refused_error)
            answer += "refused";
        END_TRY
        RETURN(answer);
        END;
    };
}

bool is_answered() { return lasti::run(asks()) == "echo hello\nrefused"; }

#endif

bool is_told_of_misuse() {
    try {
        lasti::generator<int>().next();
    } catch (lasti::type_error const&) {
        return true;
    }
    return false;
}

} // namespace

int main() {
    lasti::virtual_clock clock;
    const bool right = lasti::run(sum(4), clock) == 10 && is_answered() && is_told_of_misuse();
    return right && lasti::version() == LASTI_VERSION ? 0 : 1;
}
