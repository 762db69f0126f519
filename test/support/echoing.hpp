// A server that sends back what it gets, and who asks it.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include <lasti/awaitable.hpp>
#include <lasti/coroutine.hpp>
#include <lasti/streams.hpp>

/// Sends each line back, until the end.
inline lasti::coroutine<void> echo(lasti::stream_reader reader, lasti::stream_writer writer) {
    std::string line;
    return LASTI_COROUTINE(void) {
        LASTI_BEGIN;
        LASTI_ASYNC_FOR(line, reader)
            LASTI_AWAIT(writer.send_all(line));
        LASTI_END_ASYNC_FOR
        writer.close();
        LASTI_AWAIT(writer.wait_closed());
        LASTI_END;
    };
}

/// What someone writes who has a connection.
typedef std::function<lasti::coroutine<void>(lasti::stream_writer)> spoken;

inline spoken says(std::string text) {
    return [text](lasti::stream_writer writer) { return lasti::as_coroutine(writer.send_all(text)); };
}

/// Starts an echo server, speaks to it, and says what came back.
inline lasti::coroutine<std::string> ask_an_echo(std::string host, spoken speak) {
    lasti::server server;
    lasti::connection c;
    std::string answer;
    return LASTI_COROUTINE(std::string) {
        LASTI_BEGIN;
        LASTI_AWAIT_SET(server, lasti::start_server(echo, host, 0));
        LASTI_AWAIT_SET(c, lasti::open_connection(host, server.sockets().front().getsockname().port()));
        LASTI_AWAIT(speak(c.writer));
        c.writer.write_eof();
        LASTI_AWAIT_SET(answer, c.reader.read());
        c.writer.close();
        LASTI_AWAIT(c.writer.wait_closed());
        server.close();
        LASTI_AWAIT(server.wait_closed());
        LASTI_RETURN(answer);
        LASTI_END;
    };
}
