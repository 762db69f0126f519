// A chat: what one says, all others hear. Each has a queue of lines and a task that sends them, so
// one who does not read keeps nobody waiting: who is a hundred lines behind is thrown out.
//
// Without an argument three talk to each other, and it ends. With a port it serves until SIGTERM or
// Ctrl-C, and says good-bye:
//     sh docs/examples/run chat_server 7000
//     nc 127.0.0.1 7000
#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <string>

#include <signal.h>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [room]
struct member {
    lasti::stream_writer writer;
    lasti::queue<std::string> lines;                    // that are to be sent
};
typedef std::map<std::string, member> room;             // by their names

void tell_all(room& members, std::string const& line, std::string const& but = std::string()) {
    for (room::value_type& each : members) {
        if (each.first == but) continue;
        if (each.second.lines.full())
            each.second.writer.abort();                 // it does not read; its talk() sees the end
        else
            each.second.lines.put_nowait(line + '\n');
    }
}
// [/room]

// [talk]
lasti::coroutine<void> send_lines(lasti::queue<std::string> lines, lasti::stream_writer writer) {
    std::string line;
    return COROUTINE(void) {
        BEGIN;
        TRY
            for (;;) {
                AWAIT_SET(line, lines.get());
                ASYNC_WITH(lasti::timeout(60))
                    AWAIT(writer.send_all(line));
                END_ASYNC_WITH
            }
        EXCEPT(lasti::queue_shut_down)                  // it has left, and all is sent
            writer.close();
        EXCEPT(lasti::timeout_error)
            writer.abort();
        EXCEPT(lasti::os_error)                         // talk() sees that, too
        END_TRY
        END;
    };
}

std::string trimmed(std::string const& line) {
    return line.substr(0, line.find_last_not_of("\r\n") + 1);
}

lasti::coroutine<void> talk(std::shared_ptr<room> members, lasti::stream_reader reader,
                            lasti::stream_writer writer) {
    std::string name, line;
    member me{writer, lasti::queue<std::string>(100)};
    return COROUTINE(void) {
        BEGIN;
        TRY
            ASYNC_WITH(lasti::timeout(60))
                do {
                    writer.write("Your name? ");
                    AWAIT_SET(line, reader.readline());
                    name = trimmed(line);
                } while (!line.empty() && (name.empty() || members->count(name) != 0));
            END_ASYNC_WITH
            if (line.empty()) RETURN();                 // it hung up

            tell_all(*members, "* " + name + " comes");
            members->emplace(name, me);
            lasti::create_task(send_lines(me.lines, writer));
            me.lines.put_nowait("* " + std::to_string(members->size()) + " here\n");
            TRY
                ASYNC_FOR(line, reader)
                    tell_all(*members, name + ": " + trimmed(line), name);
                END_ASYNC_FOR
            FINALLY
                me.lines.shutdown();
                if (members->erase(name) != 0) tell_all(*members, "* " + name + " leaves");
            END_TRY
        EXCEPT(lasti::os_error)                         // it went without a word
        EXCEPT(lasti::value_error)                      // a line that is longer than the limit
        EXCEPT(lasti::timeout_error)                    // it does not tell its name
        END_TRY
        END;
    };
}
// [/talk]

// [serve]
lasti::coroutine<lasti::server> start(std::shared_ptr<room> members, std::uint16_t port) {
    lasti::server_options options;
    options.limit = 1000;                               // of a line
    return lasti::start_server(
        [members](lasti::stream_reader reader, lasti::stream_writer writer) {
            return talk(members, reader, writer);
        },
        "127.0.0.1", port, options);
}

lasti::coroutine<void> stop(std::shared_ptr<room> members, lasti::server server) {
    room all;
    return COROUTINE(void) {
        BEGIN;
        server.close();                                 // nobody comes any more
        tell_all(*members, "* the chat closes");
        all.swap(*members);                             // so nobody is told that the others leave
        for (room::value_type& each : all) each.second.lines.shutdown();
        TRY
            ASYNC_WITH(lasti::timeout(1))
                AWAIT(server.wait_closed());
            END_ASYNC_WITH
        EXCEPT(lasti::timeout_error)
            server.abort_clients();                     // who does not read, or has told no name
        END_TRY
        END;
    };
}

lasti::coroutine<void> serve(std::uint16_t port) {
    const std::shared_ptr<room> members = std::make_shared<room>();
    lasti::server server;
    lasti::signal_receiver signals;
    return COROUTINE(void) {
        BEGIN;
        signals = lasti::signal_receiver({SIGINT, SIGTERM});    // none is lost from now on
        AWAIT_SET(server, start(members, port));
        std::cout << "listening at " << server.sockets().front().getsockname().describe()
                  << std::endl;
        AWAIT(signals.wait());
        AWAIT(stop(members, server));
        END;
    };
}
// [/serve]

// ---- three who talk ----

struct guest {
    std::string name;
    lasti::connection connection;
};

lasti::coroutine<void> hear(guest who, int lines) {
    std::string line;
    return COROUTINE(void) {
        BEGIN;
        for (; lines > 0; --lines) {
            AWAIT_SET(line, who.connection.reader.readline());
            std::cout << who.name << " hears " << (line.empty() ? "the end\n" : line);
        }
        END;
    };
}

lasti::coroutine<guest> join(std::string name, std::uint16_t port) {
    guest made{name, {}};
    return COROUTINE(guest) {
        BEGIN;
        AWAIT_SET(made.connection, lasti::open_connection("127.0.0.1", port));
        AWAIT(made.connection.reader.readuntil("? "));
        AWAIT(made.connection.writer.send_all(name + "\n"));
        AWAIT(hear(made, 1));
        RETURN(made);
        END;
    };
}

lasti::coroutine<void> show() {
    const std::shared_ptr<room> members = std::make_shared<room>();
    lasti::server server;
    std::uint16_t port = 0;                             // one that is free
    guest ann, bob, eve;
    return COROUTINE(void) {
        BEGIN;
        AWAIT_SET(server, start(members, port));
        port = server.sockets().front().getsockname().port();
        AWAIT_SET(ann, join("Ann", port));
        AWAIT_SET(bob, join("Bob", port));
        AWAIT_SET(eve, join("Eve", port));
        AWAIT(ann.connection.writer.send_all("hello\n"));
        AWAIT(hear(eve, 1));
        AWAIT(hear(bob, 2));
        eve.connection.writer.close();
        AWAIT(hear(ann, 3));
        AWAIT(hear(bob, 1));
        AWAIT(stop(members, server));
        AWAIT(hear(ann, 2));
        AWAIT(hear(bob, 2));
        END;
    };
}

int main(int argc, char** argv) {
    lasti::run(argc > 1 ? serve(static_cast<std::uint16_t>(std::stoi(argv[1]))) : show());
}
