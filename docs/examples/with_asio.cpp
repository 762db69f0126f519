// lasti in a program whose loop is Asio's: a coroutine asks a server of Asio's, and waits for its
// timer.
#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#define ASIO_STANDALONE
#include <asio.hpp>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [glue]
class guest_of_asio {
public:
    guest_of_asio(asio::io_context& host, lasti::event_loop& guest)
        : guest_(guest), readable_(host, guest.fd()), deadline_(host) {
        watch();
        turn();
    }
    ~guest_of_asio() { readable_.release(); }           // the descriptor is the guest's

    // lasti has its turn, and tells when it needs the next.
    void turn() {
        const bool again = guest_.poll();
        double when = 0;
        if (again || guest_.next_deadline(when)) {
            const double seconds = again ? 0 : std::max(0.0, when - guest_.time());
            deadline_.expires_after(
                std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9)));
            deadline_.async_wait([this](asio::error_code e) {
                if (!e) turn();
            });
        } else {
            deadline_.cancel();
        }
    }

private:
    void watch() {
        readable_.async_wait(asio::posix::stream_descriptor::wait_read, [this](asio::error_code e) {
            if (e) return;
            turn();
            watch();
        });
    }

    lasti::event_loop& guest_;
    asio::posix::stream_descriptor readable_;
    asio::steady_timer deadline_;
};
// [/glue]

// ---- a server of Asio's: it answers in capitals ----

class session : public std::enable_shared_from_this<session> {
public:
    explicit session(asio::ip::tcp::socket client) : client_(std::move(client)) {}
    void read() {
        const std::shared_ptr<session> self = shared_from_this();
        client_.async_read_some(asio::buffer(bytes_), [self](asio::error_code e, std::size_t size) {
            if (!e) self->answer(size);
        });
    }

private:
    void answer(std::size_t size) {
        for (std::size_t i = 0; i < size; ++i)
            bytes_[i] = static_cast<char>(std::toupper(static_cast<unsigned char>(bytes_[i])));
        const std::shared_ptr<session> self = shared_from_this();
        asio::async_write(client_, asio::buffer(bytes_, size),
                          [self](asio::error_code e, std::size_t) {
                              if (!e) self->read();
                          });
    }

    asio::ip::tcp::socket client_;
    std::array<char, 1024> bytes_;
};

void accept(asio::ip::tcp::acceptor& acceptor) {
    acceptor.async_accept([&acceptor](asio::error_code e, asio::ip::tcp::socket client) {
        if (e) return;
        std::make_shared<session>(std::move(client))->read();
        accept(acceptor);
    });
}

// [main]
lasti::coroutine<void> main_task(std::uint16_t port, asio::steady_timer* timer) {
    lasti::connection server;
    std::string answer;
    lasti::future<void> rings;
    return COROUTINE(void) {
        BEGIN;
        AWAIT(lasti::sleep(0.01));
        std::cout << "lasti has slept\n";
        AWAIT_SET(server, lasti::open_connection("127.0.0.1", port));
        AWAIT(server.writer.send_all("hello\n"));
        AWAIT_SET(answer, server.reader.readline());
        std::cout << "Asio answers " << answer;

        rings = lasti::get_running_loop().create_future<>();
        timer->expires_after(std::chrono::milliseconds(10));
        timer->async_wait([=](asio::error_code) { rings.set_result(); });
        AWAIT(rings);
        std::cout << "Asio's timer rings\n";
        END;
    };
}

int main() {
    asio::io_context host;
    asio::ip::tcp::acceptor acceptor(host, {asio::ip::address_v4::loopback(), 0});
    asio::steady_timer timer(host);
    accept(acceptor);

    lasti::event_loop loop;
    guest_of_asio guest(host, loop);
    const lasti::task<void> task =
        loop.create_task(main_task(acceptor.local_endpoint().port(), &timer));
    task.add_done_callback([&](lasti::task<void> const&) { host.stop(); });
    host.run();                                         // instead of loop.run()
    task.result();                                      // throws what it raised
}
// [/main]
