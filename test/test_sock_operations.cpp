// What tasks await on sockets, where all goes well; on each selector. What goes wrong: test_sock_failures.cpp.
#include <lasti/socket.hpp>

#include <doctest/doctest.h>

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include <lasti/lasti.hpp>

#include "support/sockets.hpp"
#include "support/trace.hpp"

#include <lasti/keywords.hpp>

namespace {

typedef std::pair<lasti::socket, lasti::socket_address> accepted;

lasti::coroutine<std::string> receives(lasti::event_loop* loop, lasti::socket s, std::size_t n) {
    std::string text;
    return COROUTINE(std::string) { BEGIN; AWAIT_SET(text, loop->sock_recv(s, n)); RETURN(text); END; };
}

lasti::coroutine<> notes_what_comes(lasti::event_loop* loop, lasti::socket s, trace note, std::string name) {
    std::string text;
    return COROUTINE(void) {
        BEGIN;
        do {
            AWAIT_SET(text, loop->sock_recv(s, 100));
            note(name + "'" + text + "'");
        } while (!text.empty());
        END;
    };
}

lasti::coroutine<> sends(lasti::event_loop* loop, lasti::socket s, std::string text, trace note, std::string name) {
    return COROUTINE(void) { BEGIN; AWAIT(loop->sock_sendall(s, text)); note(name); END; };
}

lasti::coroutine<> serves_one(lasti::event_loop* loop, lasti::socket listener) {
    accepted client;
    std::string text;
    return COROUTINE(void) {
        BEGIN;
        AWAIT_SET(client, loop->sock_accept(listener));
        for (;;) {
            AWAIT_SET(text, loop->sock_recv(client.first, 10));
            if (text.empty()) break;
            AWAIT(loop->sock_sendall(client.first, text));
        }
        END;
    };
}

lasti::coroutine<std::string> asks(lasti::event_loop* loop, lasti::socket_address where, std::string text) {
    lasti::socket s(where.family());
    std::string answer, part;
    return COROUTINE(std::string) {
        BEGIN;
        AWAIT(loop->sock_connect(s, where));
        AWAIT(loop->sock_sendall(s, text));
        s.shutdown(SHUT_WR);
        do {
            AWAIT_SET(part, loop->sock_recv(s, 7));
            answer += part;
        } while (!part.empty());
        RETURN(answer);
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("sock operations");

TEST_CASE("SK1, SK3: connect, accept, send, receive until the end; IPv4, IPv6, Unix") {
    on_each_selector([](selector_loop& on) {
        for (lasti::socket_address const& place : all_places()) {
            const listening at(place);
            const lasti::task<> server = on.loop.create_task(serves_one(&on.loop, at.socket));
            CHECK(on.loop.run_until_complete(asks(&on.loop, at.where, "hello, is somebody there?")) == "hello, is somebody there?");
            on.loop.run_until_complete(server);
        }
    });
}

TEST_CASE("SK1: what can be done at once does not suspend") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        put(ends.second, "there");
        const lasti::task<std::string> t = on.loop.create_task(receives(&on.loop, ends.first, 100));
        on.loop.poll();
        CHECK(t.done());
        CHECK(t.result() == "there");
    });
}

TEST_CASE("who waits steps in the round in which it is ready") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        const lasti::task<std::string> t = on.loop.create_task(receives(&on.loop, ends.first, 100));
        on.loop.poll();
        on.loop.poll();
        CHECK_FALSE(t.done());
        CHECK(contains(on.loop.describe_tasks(), "Waits for: sock_recv of socket " + std::to_string(ends.first.fileno())));
        put(ends.second, "now");
        on.loop.poll();
        CHECK(t.result() == "now");
    });
}

TEST_CASE("what comes in parts is received in parts, also after short reads; then its end") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        const trace note;
        on.loop.create_task(notes_what_comes(&on.loop, ends.first, note, ""));
        for (const char* part : {"a", "bc", "", "def"}) {
            put(ends.second, part);
            on.loop.poll();
            on.loop.poll();
        }
        CHECK(note.take() == "'a' 'bc' 'def'");
        put(ends.second, "last"); // and the end together with it
        ends.second.close();
        on.loop.run();
        CHECK(note.take() == "'last' ''");
    });
}

TEST_CASE("what comes between a short read and the next one is received in the next round") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        const trace note;
        struct body {
            lasti::event_loop* loop;
            socket_pair ends;
            trace note;
            std::string text;
            COROUTINE_BODY(void) {
                BEGIN;
                AWAIT_SET(text, loop->sock_recv(ends.first, 100)); // waits, so that the loop knows the socket
                note(text);
                put(ends.second, "second");
                AWAIT_SET(text, loop->sock_recv(ends.first, 100));
                note(text);
                END;
            }
        };
        on.loop.create_task(lasti::coroutine<>(body{&on.loop, ends, note, ""}));
        on.loop.poll();
        put(ends.second, "first");
        on.loop.run();
        CHECK(note.take() == "first second");
    });
}

TEST_CASE("what comes while nobody waits neither keeps the loop busy nor is lost") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        const trace note;
        struct body {
            lasti::event_loop* loop;
            lasti::socket s;
            trace note;
            std::string text;
            COROUTINE_BODY(void) {
                BEGIN;
                AWAIT_SET(text, loop->sock_recv(s, 100));
                note(text);
                AWAIT(lasti::sleep(5)); // virtual time goes on only when nothing is ready
                AWAIT_SET(text, loop->sock_recv(s, 100));
                note(text + " at " + std::to_string(static_cast<int>(loop->time())));
                END;
            }
        };
        const test_pipe watched; // so that the loop looks
        on.loop.add_reader(watched.reads, [] {});
        const lasti::task<> t = on.loop.create_task(lasti::coroutine<>(body{&on.loop, ends.first, note, ""}));
        on.loop.poll();
        put(ends.second, "first");
        on.loop.poll();
        put(ends.second, "second");
        on.loop.run_until_complete(t);
        on.loop.remove_reader(watched.reads);
        CHECK(note.take() == "first second at 5");
    });
}

TEST_CASE("urgent data does not make a reader miss what follows it") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        const trace note;
        on.loop.create_task(notes_what_comes(&on.loop, ends.first, note, ""));
        on.loop.poll();
        put(ends.second, "before");
        CHECK(::send(ends.second.fileno(), "!", 1, MSG_OOB) == 1);
        put(ends.second, "behind");
        ends.second.close();
        on.loop.run();
        const std::string all = note.take();
        CHECK(contains(all, "before"));
        CHECK(contains(all, "behind"));
    });
}

TEST_CASE("recv_into: into memory of the caller") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        char room[8] = "-------";
        struct body {
            lasti::event_loop* loop;
            lasti::socket s;
            char* room;
            std::size_t n;
            COROUTINE_BODY(std::size_t) { BEGIN; AWAIT_SET(n, loop->sock_recv_into(s, room, 4)); RETURN(n); END; }
        };
        const lasti::task<std::size_t> t = on.loop.create_task(lasti::coroutine<std::size_t>(body{&on.loop, ends.first, room, 0}));
        on.loop.poll();
        put(ends.second, "abc");
        CHECK(on.loop.run_until_complete(t) == 3u);
        CHECK(std::string(room) == "abc----");
    });
}

TEST_CASE("sendall waits where the other side does not read, and then sends all: of a string, and of the caller's bytes") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        const trace note;
        const std::string large(3000000, 'x');
        const std::size_t before = fill(ends.first);
        on.loop.create_task(sends(&on.loop, ends.first, large, note, "sent"));
        struct body {
            lasti::event_loop* loop;
            lasti::socket s;
            std::string const& large;
            trace note;
            COROUTINE_BODY(void) {
                BEGIN;
                AWAIT(loop->sock_sendall(s, large.data(), large.size()));
                note("sent, too");
                END;
            }
        };
        on.loop.create_task(lasti::coroutine<>(body{&on.loop, ends.first, large, note}));
        on.loop.poll();
        CHECK(note.take() == "");
        std::size_t n = 0;
        for (int i = 0; i < 100000 && n < before + 2 * large.size(); ++i) {
            n += drain_socket(ends.second);
            on.loop.poll();
        }
        CHECK(n == before + 2 * large.size());
        CHECK(note.take() == "sent sent, too");
    });
}

TEST_CASE("what two tasks send to one socket does not mix") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        const trace note;
        const std::size_t before = fill(ends.first);
        on.loop.create_task(sends(&on.loop, ends.first, std::string(500000, 'a'), note, "a"));
        on.loop.create_task(sends(&on.loop, ends.first, std::string(500000, 'b'), note, "b"));
        on.loop.create_task(sends(&on.loop, ends.first, "c", note, "c")); // small, but not first
        std::string all;
        for (int i = 0; i < 100000 && all.size() < before + 1000001; ++i) {
            on.loop.poll();
            std::string part;
            do {
                part = get(ends.second);
                if (part != "nothing") all += part;
            } while (part != "nothing");
        }
        CHECK(all.substr(before) == std::string(500000, 'a') + std::string(500000, 'b') + "c");
        CHECK(note.take() == "a b c");
    });
}

TEST_CASE("several who wait to receive get it in the order they came") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        const trace note;
        std::vector<lasti::task<std::string>> tasks;
        for (int i = 0; i < 3; ++i) tasks.push_back(on.loop.create_task(receives(&on.loop, ends.first, 1)));
        on.loop.poll();
        put(ends.second, "abc"); // one event for all of them
        on.loop.run();
        CHECK(tasks[0].result() + tasks[1].result() + tasks[2].result() == "abc");
    });
}

TEST_CASE("several who accept: each gets a connection, though one event told of all") {
    on_each_selector([](selector_loop& on) {
        const listening at;
        struct body {
            lasti::event_loop* loop;
            lasti::socket s;
            accepted a;
            COROUTINE_BODY(void) { BEGIN; AWAIT_SET(a, loop->sock_accept(s)); END; }
        };
        for (int i = 0; i < 3; ++i) on.loop.create_task(lasti::coroutine<>(body{&on.loop, at.socket, accepted()}));
        on.loop.poll();
        std::vector<lasti::socket> clients;
        for (int i = 0; i < 3; ++i) {
            clients.push_back(lasti::socket(AF_INET));
            ::connect(clients.back().fileno(), at.where.data(), at.where.size());
        }
        on.loop.run();
        CHECK(on.loop.task_count() == 0);
    });
}

TEST_CASE("one socket is read and written by two tasks at the same time") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        const trace note;
        fill(ends.first);
        on.loop.create_task(sends(&on.loop, ends.first, "x", note, "sent"));
        on.loop.create_task(notes_what_comes(&on.loop, ends.first, note, ""));
        on.loop.poll();
        put(ends.second, "for the reader");
        on.loop.poll();
        CHECK(note.take() == "'for the reader'");
        for (int i = 0; i < 1000 && on.loop.task_count() == 2; ++i) {
            drain_socket(ends.second);
            on.loop.poll();
        }
        CHECK(note.take() == "sent");
        drain_socket(ends.second); // or closing would be a reset
        ends.second.close();
        on.loop.run();
        CHECK(note.take() == "''");
    });
}

TEST_CASE("SK1: datagrams: sendto, recvfrom, recvfrom_into; IPv4, IPv6, Unix; empty ones, too") {
    on_each_selector([](selector_loop& on) {
        for (lasti::socket_address const& place : all_places()) {
            const lasti::socket a(place.family(), SOCK_DGRAM), b(place.family(), SOCK_DGRAM);
            a.bind(place);
            const lasti::socket_address at = a.getsockname();
            struct server {
                lasti::event_loop* loop;
                lasti::socket s;
                trace note;
                std::pair<std::string, lasti::socket_address> got;
                std::pair<std::size_t, lasti::socket_address> into;
                char room[4];
                COROUTINE_BODY(void) {
                    BEGIN;
                    AWAIT_SET(got, loop->sock_recvfrom(s, 100));
                    note("'" + got.first + "' " + (got.second.family() == s.family() ? "from somebody" : ""));
                    AWAIT_SET(into, loop->sock_recvfrom_into(s, room, sizeof room));
                    note("'" + std::string(room, into.first) + "'");
                    AWAIT_SET(got, loop->sock_recvfrom(s, 100));
                    note("'" + got.first + "'");
                    END;
                }
            };
            struct client {
                lasti::event_loop* loop;
                lasti::socket s;
                lasti::socket_address to;
                std::size_t n;
                COROUTINE_BODY(std::size_t) {
                    BEGIN;
                    AWAIT_SET(n, loop->sock_sendto(s, "hello", to));
                    AWAIT(loop->sock_sendto(s, "what is too long", to));
                    AWAIT(loop->sock_sendto(s, "", to));
                    RETURN(n);
                    END;
                }
            };
            if (place.family() != AF_UNIX) b.bind(lasti::socket_address(place.host(), 0));
            const trace note;
            const lasti::task<> t = on.loop.create_task(lasti::coroutine<>(server{&on.loop, a, note, {}, {}, {}}));
            on.loop.poll();
            CHECK(on.loop.run_until_complete(lasti::coroutine<std::size_t>(client{&on.loop, b, at, 0})) == 5u);
            on.loop.run_until_complete(t);
            CHECK(note.take() == (place.family() == AF_UNIX ? "'hello'  'what' ''" : "'hello' from somebody 'what' ''"));
            if (place.family() == AF_UNIX) ::unlink(place.path().c_str());
        }
    });
}

TEST_CASE("sendto waits where the receiver's queue is full, and keeps data and address") {
    on_each_selector([](selector_loop& on) {
        const lasti::socket_address place = all_places().back();
        const lasti::socket a(AF_UNIX, SOCK_DGRAM), b(AF_UNIX, SOCK_DGRAM);
        a.bind(place);
        ssize_t n = 0;
        while (n >= 0) n = ::sendto(b.fileno(), "x", 1, 0, place.data(), place.size());
        struct body {
            lasti::event_loop* loop;
            lasti::socket s;
            lasti::socket_address to;
            COROUTINE_BODY(void) { BEGIN; AWAIT(loop->sock_sendto(s, std::string(3, 'l'), to)); END; }
        };
        const lasti::task<> t = on.loop.create_task(lasti::coroutine<>(body{&on.loop, b, place}));
        on.loop.poll();
        CHECK_FALSE(t.done());
        std::string last;
        for (int i = 0; i < 100000 && last != "lll"; ++i) {
            last = get(a);
            on.loop.poll();
        }
        CHECK(last == "lll");
        CHECK(t.done());
        ::unlink(place.path().c_str());
    });
}

TEST_CASE("SF1: sendfile sends a file or a part of it, says how much, and leaves the file behind that") {
    on_each_selector([](selector_loop& on) {
        std::FILE* const file = std::tmpfile();
        REQUIRE(file != nullptr);
        const int fd = ::fileno(file);
        const std::string content = std::string(2000000, 'f') + "the end";
        REQUIRE(::write(fd, content.data(), content.size()) == static_cast<ssize_t>(content.size()));
        struct body {
            lasti::event_loop* loop;
            lasti::socket s;
            int fd;
            std::size_t offset, count, n;
            COROUTINE_BODY(std::size_t) {
                BEGIN;
                AWAIT_SET(n, loop->sock_sendfile(s, fd, offset, count));
                RETURN(n);
                END;
            }
        };
        const auto sending = [&](lasti::socket const& s, std::size_t offset, std::size_t count) {
            return on.loop.create_task(lasti::coroutine<std::size_t>(body{&on.loop, s, fd, offset, count, 0}));
        };
        const socket_pair ends = tcp_pair();
        CHECK(on.loop.run_until_complete(sending(ends.first, 2000000, ~std::size_t())) == 7u);
        CHECK(get(ends.second) == "the end");
        CHECK(::lseek(fd, 0, SEEK_CUR) == 2000007);
        CHECK(on.loop.run_until_complete(sending(ends.first, 2000004, 2)) == 2u);
        CHECK(get(ends.second) == "en");
        CHECK(::lseek(fd, 0, SEEK_CUR) == 2000006);
        CHECK(on.loop.run_until_complete(sending(ends.first, 3000000, 2)) == 0u);
        const lasti::task<std::size_t> all = sending(ends.first, 0, ~std::size_t());
        std::size_t n = 0;
        for (int i = 0; i < 100000 && n < content.size(); ++i) {
            on.loop.poll();
            n += drain_socket(ends.second);
        }
        on.loop.run();
        CHECK(all.result() == content.size());
        CHECK(n == content.size());
        std::fclose(file);
    });
}

TEST_CASE("SF1: sendfile of what is no regular file, or to what is no stream, is a value_error") {
    on_each_selector([](selector_loop& on) {
        const test_pipe p;
        struct body {
            lasti::event_loop* loop;
            lasti::socket s;
            int fd;
            COROUTINE_BODY(void) { BEGIN; AWAIT(loop->sock_sendfile(s, fd)); END; }
        };
        const socket_pair ends = tcp_pair();
        const auto outcome = [&](lasti::socket const& s, int fd) {
            return thrown_by([&] { on.loop.run_until_complete(lasti::coroutine<>(body{&on.loop, s, fd})); }).type_name();
        };
        std::FILE* const file = std::tmpfile();
        CHECK(outcome(ends.first, p.reads) == "lasti::value_error");
        CHECK(outcome(lasti::socket(AF_INET, SOCK_DGRAM), ::fileno(file)) == "lasti::value_error");
        CHECK(outcome(ends.first, -1) == "lasti::os_error");
        std::fclose(file);
    });
}

TEST_CASE("add_reader() and sock_recv() on one descriptor, side by side") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        const trace note;
        const lasti::task<std::string> t = on.loop.create_task(receives(&on.loop, ends.first, 100));
        on.loop.poll();
        const int fd = ends.first.fileno();
        lasti::event_loop* const loop = &on.loop;
        on.loop.add_reader(fd, [=] { note("ready"); });
        put(ends.second, "x");
        on.loop.poll();
        CHECK(t.result() == "x");
        CHECK(note.take() == "ready");
        on.loop.add_writer(fd, [=] { note("writable"); loop->remove_writer(fd); });
        on.loop.poll();
        CHECK(note.take() == "writable");
        CHECK(on.loop.remove_reader(fd));
        const lasti::task<std::string> again = on.loop.create_task(receives(&on.loop, ends.first, 100));
        on.loop.poll();
        put(ends.second, "y");
        on.loop.poll();
        CHECK(again.result() == "y");
    });
}

TEST_CASE("a socket may serve another loop when nobody waits for it in the first; and outlive both") {
    const socket_pair ends = tcp_pair();
    on_each_selector([&](selector_loop& on) {
        const lasti::task<std::string> t = on.loop.create_task(receives(&on.loop, ends.first, 100));
        on.loop.poll();
        put(ends.second, "x");
        CHECK(on.loop.run_until_complete(t) == "x");
    });
}

TEST_CASE("timeouts and gather work on them, as on all that is awaited") {
    on_each_selector([](selector_loop& on) {
        const socket_pair ends = tcp_pair();
        struct body {
            lasti::event_loop* loop;
            lasti::socket s;
            trace note;
            std::string text;
            COROUTINE_BODY(void) {
                BEGIN;
                TRY { AWAIT(lasti::wait_for(loop->sock_recv(s, 10), 3)); }
                EXCEPT(lasti::timeout_error) { note("late at " + std::to_string(static_cast<int>(loop->time()))); }
                END_TRY
                END;
            }
        };
        const trace note;
        on.loop.run_until_complete(lasti::coroutine<>(body{&on.loop, ends.first, note, ""}));
        CHECK(note.take() == "late at 3");
        put(ends.second, "nothing is lost");
        CHECK(on.loop.run_until_complete(receives(&on.loop, ends.first, 100)) == "nothing is lost");
    });
}

TEST_SUITE_END();
