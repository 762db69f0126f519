// An echo server by standalone Asio's callbacks (Debian: libasio-dev).
#include <cstdlib>
#include <memory>
#include <utility>

#include <asio.hpp>

namespace {

struct session : std::enable_shared_from_this<session> {
    asio::ip::tcp::socket s;
    char room[65536];

    explicit session(asio::ip::tcp::socket accepted) : s(std::move(accepted)) {}
    void read() {
        const std::shared_ptr<session> self = shared_from_this();
        s.async_read_some(asio::buffer(room), [self](std::error_code failed, std::size_t n) {
            if (!failed) self->write(n);
        });
    }
    void write(std::size_t size) {
        const std::shared_ptr<session> self = shared_from_this();
        asio::async_write(s, asio::buffer(room, size), [self](std::error_code failed, std::size_t) {
            if (!failed) self->read();
        });
    }
};

void accept_next(asio::ip::tcp::acceptor& from) {
    from.async_accept([&from](std::error_code failed, asio::ip::tcp::socket accepted) {
        if (!failed) {
            accepted.set_option(asio::ip::tcp::no_delay(true));
            std::make_shared<session>(std::move(accepted))->read();
        }
        accept_next(from);
    });
}

} // namespace

int main(int, char** argv) {
    asio::io_context loop(1);
    asio::ip::tcp::acceptor acceptor(loop, {asio::ip::address_v4::loopback(), static_cast<unsigned short>(std::atoi(argv[1]))});
    accept_next(acceptor);
    loop.run();
}
