// Everything that a task can wait for outside, and what can happen to any wait: it is cancelled before its first step,
// while it waits, or in the round in which it is ready; its time runs out; its loop is closed. Each time the task ends
// with the right exception, no descriptor, child or task is left, and the loop goes on. What else can happen to which:
// see conformance/failures.md.
#include <lasti/streams.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <lasti/lasti.hpp>

#include "support/children.hpp"
#include "support/datagrams.hpp"
#include "support/temporary.hpp"
#include "support/tls.hpp"

#include <lasti/keywords.hpp>

namespace {

/// What one wait needs, until it is over.
struct scene {
    selector_loop& on;
    bool is_limited; // to 5 seconds
    std::vector<std::shared_ptr<void>> kept;
    std::function<void()> get_ready = [] {}; // has the wait be over in the next round

    scene(selector_loop& where, bool limited) : on(where), is_limited(limited) {}

    template <class A>
    lasti::any_task waits(A const& a) {
        if (is_limited) return on.loop.create_task(lasti::wait_for(lasti::as_coroutine(a), 5));
        return on.loop.create_task(lasti::as_coroutine(a));
    }
    template <class T>
    T const& keep(T const& what) {
        kept.push_back(std::make_shared<T>(what));
        return *static_cast<T const*>(kept.back().get());
    }
    template <class T, class... A>
    T& make(A&&... with) {
        kept.push_back(std::make_shared<T>(std::forward<A>(with)...));
        return *static_cast<T*>(kept.back().get());
    }
    socket_pair const& pair() { return keep(lasti::socketpair()); }
    far_end const& stream() { return make<far_end>(on); }
    /// The other side takes no more.
    far_end const& full_stream() {
        far_end const& e = stream();
        fill(e.c.writer);
        return e;
    }
    void fill(lasti::stream_writer const& w) {
        w.set_write_buffer_limits(1000, 100);
        w.write(std::string(4000000, 'x'));
    }
};

struct large_file {
    temporary_file file;
    int fd;

    large_file() : fd(::open(file.path.c_str(), O_RDWR | O_CLOEXEC)) { REQUIRE(::ftruncate(fd, 64 << 20) == 0); }
    large_file(large_file const&) = delete;
    ~large_file() { ::close(fd); }
};

struct pipe_ends {
    int ends[2];
    pipe_ends() { REQUIRE(::pipe(ends) == 0); }
};

lasti::coroutine<void> stays(lasti::stream_reader reader, lasti::stream_writer writer) {
    return COROUTINE(void) { BEGIN; AWAIT(reader.read()); writer.close(); END; };
}

struct wait_kind {
    std::string name;
    std::function<lasti::any_task(scene&)> begin;
};

std::vector<wait_kind> kinds() {
    std::vector<wait_kind> all;
    const auto add = [&all](std::string const& name, std::function<lasti::any_task(scene&)> begin) {
        all.push_back(wait_kind{name, std::move(begin)});
    };
    // ---- sockets ----
    add("sock_connect", [](scene& s) {
        return s.waits(s.on.loop.sock_connect(s.keep(lasti::socket(AF_INET)), s.make<deaf>().at.where));
    });
    add("sock_accept", [](scene& s) {
        listening const& at = s.make<listening>();
        lasti::socket const& caller = s.keep(lasti::socket(AF_INET));
        s.get_ready = [&] { (void)::connect(caller.fileno(), at.where.data(), at.where.size()); };
        return s.waits(s.on.loop.sock_accept(at.socket));
    });
    add("sock_recv", [](scene& s) {
        socket_pair const& ends = s.pair();
        s.get_ready = [&] { put(ends.second, "x"); };
        return s.waits(s.on.loop.sock_recv(ends.first, 10));
    });
    add("sock_recv_into", [](scene& s) {
        socket_pair const& ends = s.pair();
        s.get_ready = [&] { put(ends.second, "x"); };
        return s.waits(s.on.loop.sock_recv_into(ends.first, &s.make<std::string>(10, ' ')[0], 10));
    });
    add("sock_recvfrom", [](scene& s) {
        socket_pair const& ends = s.keep(lasti::socketpair(AF_UNIX, SOCK_DGRAM));
        s.get_ready = [&] { put(ends.second, "x"); };
        return s.waits(s.on.loop.sock_recvfrom(ends.first, 10));
    });
    add("sock_recvfrom_into", [](scene& s) {
        socket_pair const& ends = s.keep(lasti::socketpair(AF_UNIX, SOCK_DGRAM));
        s.get_ready = [&] { put(ends.second, "x"); };
        return s.waits(s.on.loop.sock_recvfrom_into(ends.first, &s.make<std::string>(10, ' ')[0], 10));
    });
    add("sock_sendall", [](scene& s) {
        socket_pair const& ends = s.pair();
        fill(ends.first);
        s.get_ready = [&] { drain_socket(ends.second); };
        return s.waits(s.on.loop.sock_sendall(ends.first, "x"));
    });
    add("sock_sendto", [](scene& s) {
        lasti::socket const& reader = s.keep(lasti::socket(AF_UNIX, SOCK_DGRAM));
        const lasti::socket_address place = all_places().back();
        reader.bind(place);
        lasti::socket const& sender = s.keep(lasti::socket(AF_UNIX, SOCK_DGRAM));
        while (::sendto(sender.fileno(), "x", 1, 0, place.data(), place.size()) == 1) {}
        s.get_ready = [&] { drain_socket(reader); };
        const lasti::any_task t = s.waits(s.on.loop.sock_sendto(sender, "x", place));
        s.make<std::shared_ptr<void>>(nullptr, [place](void*) { ::unlink(place.path().c_str()); });
        return t;
    });
    add("sock_sendfile", [](scene& s) {
        socket_pair const& ends = s.pair();
        fill(ends.first);
        return s.waits(s.on.loop.sock_sendfile(ends.first, s.make<large_file>().fd));
    });
    // ---- streams ----
    add("open_connection", [](scene& s) { return s.waits(lasti::open_connection("127.0.0.1", s.make<deaf>().at.where.port())); });
    add("serve_forever", [](scene& s) {
        return s.waits(s.on.loop.run_until_complete(lasti::start_server(stays, "127.0.0.1", 0)).serve_forever());
    });
    add("wait_closed of a server", [](scene& s) {
        const lasti::server serves = s.on.loop.run_until_complete(lasti::start_server(stays, "127.0.0.1", 0));
        const std::uint16_t port = serves.sockets().front().getsockname().port();
        lasti::connection const& c = s.keep(s.on.loop.run_until_complete(lasti::open_connection("127.0.0.1", port)));
        some_rounds(s.on, 12);
        serves.close();
        s.get_ready = [&] { c.writer.close(); };
        return s.waits(serves.wait_closed());
    });
    add("read", [](scene& s) {
        far_end const& e = s.stream();
        s.get_ready = [&] { e.feed("x"); };
        return s.waits(e.c.reader.read(10));
    });
    add("readexactly", [](scene& s) {
        far_end const& e = s.stream();
        s.get_ready = [&] { e.feed("xx"); };
        return s.waits(e.c.reader.readexactly(2));
    });
    add("readline", [](scene& s) {
        far_end const& e = s.stream();
        s.get_ready = [&] { e.feed("x\n"); };
        return s.waits(e.c.reader.readline());
    });
    add("readuntil", [](scene& s) {
        far_end const& e = s.stream();
        s.get_ready = [&] { e.feed("x;"); };
        return s.waits(e.c.reader.readuntil(";"));
    });
    add("drain", [](scene& s) { return s.waits(s.full_stream().c.writer.drain()); });
    add("send_all", [](scene& s) { return s.waits(s.full_stream().c.writer.send_all("x")); });
    add("sendfile", [](scene& s) { return s.waits(s.stream().c.writer.sendfile(s.make<large_file>().fd)); });
    add("wait_closed", [](scene& s) {
        far_end const& e = s.full_stream();
        e.c.writer.close();
        return s.waits(e.c.writer.wait_closed());
    });
    // ---- datagrams ----
    add("recvfrom of an endpoint", [](scene& s) {
        lasti::datagram_endpoint const& e = s.keep(opened(s.on, between(any_port)));
        s.get_ready = [&] { s.keep(opened(s.on, between(lasti::socket_address(), e.sockname()))).sendto("x"); };
        return s.waits(e.recvfrom());
    });
    add("drain of an endpoint", [](scene& s) {
        narrow& n = s.make<narrow>(s.on);
        n.endpoint.set_write_buffer_limits(0);
        s.get_ready = [&] { drain_socket(n.reader); };
        return s.waits(n.endpoint.drain());
    });
    add("wait_closed of an endpoint", [](scene& s) {
        narrow& n = s.make<narrow>(s.on);
        n.endpoint.close();
        return s.waits(n.endpoint.wait_closed());
    });
    // ---- pipes ----
    add("read of a pipe", [](scene& s) {
        pipe_ends& p = s.make<pipe_ends>();
        const int writes = p.ends[1];
        s.make<std::shared_ptr<void>>(nullptr, [writes](void*) { ::close(writes); });
        s.get_ready = [writes] { (void)!::write(writes, "x", 1); };
        return s.waits(lasti::connect_read_pipe(s.on.loop, p.ends[0]).read(10));
    });
    add("drain of a pipe", [](scene& s) {
        pipe_ends& p = s.make<pipe_ends>();
        const int reads = p.ends[0];
        s.make<std::shared_ptr<void>>(nullptr, [reads](void*) { ::close(reads); });
        lasti::stream_writer const& w = s.keep(lasti::connect_write_pipe(s.on.loop, p.ends[1]));
        s.fill(w);
        return s.waits(w.drain());
    });
    // ---- TLS ----
    if (lasti::tls_context::is_available()) {
        add("start_tls", [](scene& s) {
            return s.waits(s.stream().c.writer.start_tls(calling_tls(), "localhost"));
        });
        add("read of an encrypted stream", [](scene& s) {
            tls_ends const& e = s.make<tls_ends>(s.on);
            s.get_ready = [&] { e.server.writer.write("x"); };
            return s.waits(e.client.reader.read(10));
        });
        add("drain of an encrypted stream", [](scene& s) {
            tls_ends const& e = s.make<tls_ends>(s.on);
            s.fill(e.client.writer);
            return s.waits(e.client.writer.drain());
        });
        add("sendfile of an encrypted stream", [](scene& s) {
            tls_ends const& e = s.make<tls_ends>(s.on);
            s.fill(e.client.writer);
            return s.waits(e.client.writer.sendfile(s.make<large_file>().fd));
        });
        add("wait_closed of an encrypted stream", [](scene& s) {
            tls_ends const& e = s.make<tls_ends>(s.on);
            e.client.writer.close();
            return s.waits(e.client.writer.wait_closed());
        });
    }
    // ---- processes, signals, files that are watched ----
    add("wait of a process", [](scene& s) { return s.waits(s.keep(shell(s.on, "exec sleep 1000")).wait()); });
    add("communicate", [](scene& s) { return s.waits(s.keep(exec(s.on, "sleep", {"1000"}, with_output())).communicate()); });
    add("wait_signal", [](scene& s) {
        s.get_ready = [] { ::raise(SIGUSR1); };
        struct body {
            COROUTINE_BODY(void) { BEGIN; AWAIT(lasti::wait_signal({SIGUSR1})); END; }
        };
        return s.waits(lasti::coroutine<void>(body()));
    });
#if defined(__linux__)
    add("next of a watch", [](scene& s) {
        temporary_file const& f = s.make<temporary_file>();
        s.get_ready = [&] { f.append("x"); };
        struct body {
            std::string path;
            lasti::file_watch w;
            COROUTINE_BODY(void) { BEGIN; w = lasti::file_watch(path); AWAIT(w.next()); END; }
        };
        return s.waits(lasti::coroutine<void>(body{f.path, {}}));
    });
#endif
    return all;
}

std::string end_of(lasti::any_task const& t) {
    if (!t.done()) return "waits";
    if (t.cancelled()) return "cancelled";
    const lasti::error e = t.exception();
    return e ? e.type_name() : "done";
}

/// `strike` makes it fail, or succeed, at last; then all that the wait needed goes.
template <class Strike>
void on_all(bool is_limited, std::string const& expected, Strike strike) {
    for (wait_kind const& kind : kinds())
        for (std::string const& selector : all_selectors()) {
            CAPTURE(kind.name);
            CAPTURE(selector);
            const int open = open_descriptors();
            {
                selector_loop on(selector);
                on.loop.set_exception_handler([](lasti::exception_context const&) {}); // of what the end drops
                scene s(on, is_limited);
                const lasti::any_task t = kind.begin(s);
                const std::string came_to = strike(s, t);
                CHECK((expected.empty() || came_to == expected));
                CHECK(t.done());
                if (!on.loop.is_closed()) {
                    const lasti::task<void> goes_on = on.loop.create_task(lasti::as_coroutine(lasti::sleep(0)));
                    some_rounds(on, 4);
                    CHECK(goes_on.done());
                }
                s.get_ready = nullptr;
                while (!s.kept.empty()) s.kept.pop_back();
                if (!on.loop.is_closed()) some_rounds(on, 4);
            }
            CHECK(open_descriptors() == open);
            CHECK(no_children());
        }
}

} // namespace

TEST_SUITE_BEGIN("each wait");

TEST_CASE("each wait that is cancelled before its first step never begins") {
    on_all(false, "cancelled", [](scene& s, lasti::any_task const& t) {
        t.cancel();
        some_rounds(s.on, 8);
        return end_of(t);
    });
}

TEST_CASE("each wait that is cancelled ends at once, with a cancelled_error") {
    on_all(false, "cancelled", [](scene& s, lasti::any_task const& t) {
        some_rounds(s.on, 6);
        CHECK(end_of(t) == "waits");
        t.cancel();
        some_rounds(s.on, 12);
        if (end_of(t) == "waits") s.kept.clear(); // a server that waits for its clients
        some_rounds(s.on, 4);
        return end_of(t);
    });
}

TEST_CASE("each wait that is cancelled in the round in which it is ready ends, one way or the other") {
    on_all(false, "", [](scene& s, lasti::any_task const& t) {
        some_rounds(s.on, 6);
        s.get_ready();
        t.cancel();
        some_rounds(s.on, 12);
        CHECK((end_of(t) == "cancelled" || end_of(t) == "done"));
        return end_of(t);
    });
}

TEST_CASE("a cancellation of each wait that comes after its end changes nothing") {
    for (wait_kind const& kind : kinds()) {
        CAPTURE(kind.name);
        selector_loop on(all_selectors().front());
        scene s(on, false);
        const lasti::any_task t = kind.begin(s);
        some_rounds(on, 6);
        s.get_ready();
        some_rounds(on, 12);
        if (!t.done()) { // of those that the test cannot make ready
            t.cancel();
            some_rounds(on, 12);
            continue;
        }
        CHECK_FALSE(t.cancel());
        some_rounds(on, 4);
        CHECK(end_of(t) == "done");
        s.get_ready = nullptr;
        while (!s.kept.empty()) s.kept.pop_back();
    }
}

TEST_CASE("each wait can be given a time, and ends with a timeout_error") {
    on_all(true, "lasti::timeout_error", [](scene& s, lasti::any_task const& t) {
        some_rounds(s.on, 6);
        CHECK(end_of(t) == "waits");
        s.on.clock.advance(5);
        some_rounds(s.on, 12);
        return end_of(t);
    });
}

TEST_CASE("each wait ends when its loop is closed under it") {
    on_all(false, "", [](scene& s, lasti::any_task const& t) {
        some_rounds(s.on, 6);
        CHECK(end_of(t) == "waits");
        s.on.loop.close();
        return end_of(t);
    });
}

TEST_SUITE_END();
