// An echo server by lasti's streams.
#include <cstdlib>
#include <string>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

namespace {

lasti::coroutine<void> echo(lasti::stream_reader reader, lasti::stream_writer writer) {
    std::string data;
    return COROUTINE(void) {
        BEGIN;
        for (;;) {
            AWAIT_SET(data, reader.read(65536));
            if (data.empty()) break;
            writer.write(data);
            AWAIT(writer.drain());
        }
        END;
    };
}

lasti::coroutine<void> serve(std::uint16_t port) {
    lasti::server server;
    return COROUTINE(void) {
        BEGIN;
        AWAIT_SET(server, lasti::start_server(echo, "127.0.0.1", port));
        AWAIT(server.serve_forever());
        END;
    };
}

} // namespace

int main(int, char** argv) { lasti::run(serve(static_cast<std::uint16_t>(std::atoi(argv[1])))); }
