// An echo server that nobody can listen in on: each connection is encrypted by TLS.
//
// Without arguments it is called, by a client that trusts who signed its certificate, and by one
// that does not. With a port it serves that, until Ctrl-C:
//     sh docs/examples/run tls_echo 7000
//     openssl s_client -quiet -connect 127.0.0.1:7000
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [server]
lasti::coroutine<void> echo(lasti::stream_reader reader, lasti::stream_writer writer) {
    std::string line;
    return COROUTINE(void) {
        BEGIN;
        ASYNC_FOR(line, reader)
            AWAIT(writer.send_all(line));
        END_ASYNC_FOR
        END;
    };
}

lasti::coroutine<lasti::server> serve(std::uint16_t port, std::string folder) {
    lasti::server_options encrypted;
    encrypted.tls = lasti::tls_context::server(folder + "/server.pem", folder + "/server.key");
    return lasti::start_server(echo, "127.0.0.1", port, encrypted);
}
// [/server]

// [client]
lasti::coroutine<std::string> ask(std::uint16_t port, std::string text, lasti::tls_context trusts) {
    lasti::connection_options secure;
    lasti::connection server;
    std::string answer;
    return COROUTINE(std::string) {
        BEGIN;
        secure.tls = trusts;
        AWAIT_SET(server, lasti::open_connection("localhost", port, secure));
        AWAIT(server.writer.send_all(text + '\n'));
        AWAIT_SET(answer, server.reader.readline());
        server.writer.close();
        AWAIT(server.writer.wait_closed());
        RETURN(server.writer.get_extra_info("ssl_version") + ": " + answer);
        END;
    };
}
// [/client]

lasti::coroutine<void> main_task(std::uint16_t port, bool asks) {
    const std::string folder = CERTIFICATES;
    lasti::server server;
    std::string answer;
    return COROUTINE(void) {
        BEGIN;
        AWAIT_SET(server, serve(port, folder));
        if (!asks) AWAIT(server.serve_forever());
        port = server.sockets().front().getsockname().port();
        // [main]
        AWAIT_SET(answer, ask(port, "hello", lasti::tls_context::client(folder + "/authority.pem")));
        std::cout << answer;
        TRY
            AWAIT_SET(answer, ask(port, "hello", lasti::tls_context::client()));
        EXCEPT(lasti::certificate_verification_error)
            std::cout << "refused: " << self.handled().what() << '\n';
        END_TRY
        // [/main]
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
