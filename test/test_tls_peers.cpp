// TLS with programs that others wrote: the client and the server of openssl, and curl. They run in threads' pipes, so
// these tests are in real time; where such a program is not installed, its tests say so and pass.
#include <lasti/tls.hpp>

#include <doctest/doctest.h>

#include <cstdio>
#include <string>

#include <lasti/lasti.hpp>

#include "support/tls.hpp"
#include "support/trace.hpp"

#include <lasti/keywords.hpp>

namespace {

bool is_installed(std::string const& program) {
    if (std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0) return true;
    MESSAGE(program << " is not installed: left out");
    return false;
}

/// What a command prints, up to its end.
std::string output_of(std::string command) {
    FILE* const from = ::popen(("timeout 20 sh -c '" + command + "' 2>&1").c_str(), "r");
    if (!from) return "popen failed";
    std::string all;
    char room[1000];
    while (const std::size_t n = std::fread(room, 1, sizeof room, from)) all.append(room, n);
    ::pclose(from);
    return all;
}

/// Each line goes back; a request of HTTP is answered.
lasti::coroutine<void> answer(lasti::stream_reader reader, lasti::stream_writer writer) {
    std::string line;
    return COROUTINE(void) {
        BEGIN;
        AWAIT_SET(line, reader.readline());
        if (line.compare(0, 4, "GET ") == 0) {
            AWAIT(reader.readuntil("\r\n\r\n"));
            writer.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 300000\r\n\r\n");
            AWAIT(writer.send_all(std::string(300000, 'x')));
        } else {
            AWAIT(writer.send_all("you said: " + line));
        }
        writer.close();
        AWAIT(writer.wait_closed());
        END;
    };
}

/// Serves, and asks that command, in which PORT stands for the port.
lasti::coroutine<std::string> served(std::string command, lasti::tls_context context) {
    lasti::server server;
    std::string told;
    std::size_t at = 0;
    return COROUTINE(std::string) {
        BEGIN;
        AWAIT_SET(server, lasti::start_server(answer, "127.0.0.1", 0, answering_by(context)));
        while ((at = command.find("PORT")) != std::string::npos)
            command.replace(at, 4, std::to_string(server.sockets().front().getsockname().port()));
        AWAIT_SET(told, lasti::to_thread([command] { return output_of(command); }));
        server.close();
        AWAIT(server.wait_closed());
        RETURN(told);
        END;
    };
}

template <class R>
R run_on(std::string const& selector, lasti::coroutine<R> main) {
    lasti::event_loop loop(lasti::make_selector(selector));
    loop.set_exception_handler([](lasti::exception_context const&) {}); // clients that are to fail
    return loop.run_until_complete(lasti::wait_for(std::move(main), 30));
}

/// Its server, which sends lines back in reverse; said to be ready when it is.
struct openssl_server {
    FILE* process;
    std::uint16_t port;

    explicit openssl_server(std::string const& options) : port(listening().where.port()) {
        process = ::popen(("exec timeout 20 openssl s_server -cert " + certificate("server.pem") + " -key " +
                           certificate("server.key") + " -accept 127.0.0.1:" + std::to_string(port) +
                           " -naccept 1 -rev " + options + " 2>&1 </dev/null").c_str(), "r");
        char line[1000];
        while (std::fgets(line, sizeof line, process) && std::string(line).find("ACCEPT") == std::string::npos) {}
    }
    openssl_server(openssl_server const&) = delete;
    ~openssl_server() {
        char room[1000];
        while (std::fread(room, 1, sizeof room, process) > 0) {}
        ::pclose(process);
    }
};

lasti::coroutine<std::string> reversed(std::uint16_t port, std::string text) {
    lasti::connection c;
    std::string line;
    return COROUTINE(std::string) {
        BEGIN;
        AWAIT_SET(c, lasti::open_connection("localhost", port, calling_by(calling_tls())));
        AWAIT(c.writer.send_all(text));
        AWAIT_SET(line, c.reader.readline());
        c.writer.close();
        AWAIT(c.writer.wait_closed());
        RETURN(c.writer.get_extra_info("ssl_version") + ' ' + line);
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("tls_peers");

TEST_CASE("TL1: openssl s_client is answered, by either version") {
    if (!is_installed("openssl")) return;
    for (std::string const& name : all_selectors())
        for (const std::string version : {"-tls1_2", "-tls1_3"}) {
            CAPTURE(name);
            const std::string told = run_on(name, served("echo hello | openssl s_client -quiet -verify_return_error "
                                                         "-verify_hostname localhost -ign_eof -CAfile " +
                                                             certificate("authority.pem") + ' ' + version +
                                                             " -connect 127.0.0.1:PORT",
                                                         serving_tls()));
            CAPTURE(told);
            CHECK(contains(told, "you said: hello\n"));
            CHECK_FALSE(contains(told, "error"));
        }
}

TEST_CASE("TL1: openssl s_client that asks for new keys, or a new handshake, goes on or is refused, and hangs nobody") {
    if (!is_installed("openssl")) return;
    const auto told_by = [&](std::string const& input, std::string const& version) {
        // It takes a line that comes by itself for an order, and the end of its input for its own end.
        return run_on(all_selectors().front(),
                      served("(sleep 0.3; " + input + "sleep 0.3; echo hello; sleep 0.6) | openssl s_client -CAfile " +
                                 certificate("authority.pem") + ' ' + version + " -connect 127.0.0.1:PORT",
                             serving_tls()));
    };
    CHECK(contains(told_by("echo K; ", "-tls1_3"), "you said: hello\n")); // new keys for both
    CHECK(contains(told_by("echo k; ", "-tls1_3"), "you said: hello\n"));
    CHECK_FALSE(contains(told_by("echo R; ", "-tls1_2"), "you said: hello\n"));
}

TEST_CASE("TL1: curl gets a page by https, and refuses one of somebody else") {
    if (!is_installed("curl")) return;
    for (std::string const& name : all_selectors()) {
        CAPTURE(name);
        const std::string curl = "curl -sS -w \" %{http_code} %{ssl_verify_result} %{size_download}\" -o /dev/null --noproxy \"*\" ";
        const std::string page = run_on(name, served(curl + "--cacert " + certificate("authority.pem") + " https://localhost:PORT/",
                                                     serving_tls()));
        CHECK(page == " 200 0 300000");
        const std::string refused = run_on(name, served(curl + "--cacert " + certificate("other_authority.pem") +
                                                            " https://localhost:PORT/", serving_tls()));
        CHECK(contains(refused, "certificate"));
        CHECK(contains(refused, " 000 "));
    }
}

TEST_CASE("TL1: openssl s_server answers, by either version") {
    if (!is_installed("openssl")) return;
    for (std::string const& name : all_selectors()) {
        CAPTURE(name);
        const openssl_server newest("");
        CHECK(run_on(name, reversed(newest.port, "hello\n")) == "TLSv1.3 olleh\n");
        const openssl_server older("-tls1_2");
        CHECK(run_on(name, reversed(older.port, "hello\n")) == "TLSv1.2 olleh\n");
        const openssl_server oldest("-tls1_1");
        CHECK_THROWS_AS(run_on(name, reversed(oldest.port, "hello\n")), lasti::tls_error);
    }
}

TEST_SUITE_END();
