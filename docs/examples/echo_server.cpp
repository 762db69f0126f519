// An echo server by streams: each connection has a task, what comes goes back.
//
// Without an argument it is called three times, and ends. With a port, or a path for a Unix socket,
// it serves that until Ctrl-C:
//     sh docs/examples/run echo_server 7000
//     nc 127.0.0.1 7000
#include <cstdint>
#include <iostream>
#include <string>
#include <vector>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

std::uint16_t port_of(std::string const& text) {
    return static_cast<std::uint16_t>(std::stoi(text));
}

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
lasti::coroutine<void> serve(std::string where) {
    lasti::server server;
    return COROUTINE(void) {
        BEGIN;
        if (where.find('/') != std::string::npos)
            AWAIT_SET(server, lasti::start_unix_server(echo, where));
        else
            AWAIT_SET(server, lasti::start_server(echo, "127.0.0.1", port_of(where)));
        std::cout << "listening at " << server.sockets().front().getsockname().describe()
                  << std::endl;
        AWAIT(server.serve_forever());
        END;
    };
}

lasti::coroutine<void> show() {
    lasti::server server;
    std::uint16_t port = 0;                             // one that is free
    std::vector<std::string> answers;
    return COROUTINE(void) {
        BEGIN;
        AWAIT_SET(server, lasti::start_server(echo, "127.0.0.1", port));
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
    lasti::run(argc > 1 ? serve(argv[1]) : show());
} catch (lasti::keyboard_interrupt const&) {
}
// [/main]
