// An echo server by streams: each connection has a task, each line goes back.
//
// Without an argument it is called three times, and ends. With a port it serves that, until Ctrl-C:
//     sh docs/examples/run echo_server 7000
//     nc 127.0.0.1 7000
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [server]
lasti::coroutine<void> echo(lasti::stream_reader reader, lasti::stream_writer writer) {
    std::string data;
    return COROUTINE(void) {
        BEGIN;
        for (;;) {
            AWAIT_SET(data, reader.read(1024));
            if (data.empty()) break;                    // the other side has closed
            writer.write(data);
            AWAIT(writer.drain());                      // waits for who reads slowly
        }
        END;
    };                                                  // the last handle closes the connection
}
// [/server]

// [client]
lasti::coroutine<std::string> ask(std::uint16_t port, std::string text) {
    lasti::connection server;
    std::string answer;
    return COROUTINE(std::string) {
        BEGIN;
        AWAIT_SET(server, lasti::open_connection("127.0.0.1", port));
        AWAIT(server.writer.send_all(text));
        server.writer.write_eof();
        AWAIT_SET(answer, server.reader.read());        // up to the end
        RETURN(answer);
        END;
    };
}
// [/client]

// [main]
lasti::coroutine<void> main_task(std::uint16_t port, bool asks) {
    lasti::server server;
    std::vector<std::string> answers;
    return COROUTINE(void) {
        BEGIN;
        AWAIT_SET(server, lasti::start_server(echo, "127.0.0.1", port));
        if (!asks) AWAIT(server.serve_forever());
        port = server.sockets().front().getsockname().port();
        AWAIT_SET(answers, lasti::gather(std::vector<lasti::coroutine<std::string>>{
                               ask(port, "one"), ask(port, "two"), ask(port, "three")}));
        for (std::string const& answer : answers) std::cout << answer << '\n';
        server.close();
        AWAIT(server.wait_closed());
        END;
    };
}

int main(int argc, char** argv) try {
    const int port = argc > 1 ? std::atoi(argv[1]) : 0;
    lasti::run(main_task(static_cast<std::uint16_t>(port), argc < 2));
} catch (lasti::keyboard_interrupt const&) {
}
// [/main]
