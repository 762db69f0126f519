// lasti in a program whose loop is libuv's: a coroutine asks a server of libuv's, and waits for its
// timer.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

#include <uv.h>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [glue]
// Each time before libuv waits, lasti has its turn, and tells how long to wait.
class guest_of_libuv {
public:
    guest_of_libuv(uv_loop_t* host, lasti::event_loop* guest) : host_(host), guest_(guest) {
        ::uv_prepare_init(host, &before_waiting_);
        before_waiting_.data = this;
        ::uv_prepare_start(&before_waiting_, [](uv_prepare_t* handle) {
            static_cast<guest_of_libuv*>(handle->data)->turn();
        });
        ::uv_poll_init(host, &readable_, guest->fd());
        ::uv_poll_start(&readable_, UV_READABLE, [](uv_poll_t*, int, int) {});  // ends the wait
        ::uv_timer_init(host, &deadline_);
    }
    guest_of_libuv(guest_of_libuv const&) = delete;
    guest_of_libuv& operator=(guest_of_libuv const&) = delete;
    ~guest_of_libuv() {
        for (uv_handle_t* handle : {reinterpret_cast<uv_handle_t*>(&before_waiting_),
                                    reinterpret_cast<uv_handle_t*>(&readable_),
                                    reinterpret_cast<uv_handle_t*>(&deadline_)})
            ::uv_close(handle, nullptr);
        ::uv_run(host_, UV_RUN_DEFAULT);                // closing takes it a round
    }

private:
    void turn() noexcept {                              // C above: nothing may be thrown through it
        const bool again = guest_->poll();
        double when = guest_->time();
        if (!again && !guest_->next_deadline(when)) {
            ::uv_timer_stop(&deadline_);
            return;
        }
        const double milliseconds = again ? 0 : std::max(0.0, (when - guest_->time()) * 1000);
        ::uv_update_time(host_);                        // lasti's turn may have taken a while
        ::uv_timer_start(&deadline_, [](uv_timer_t*) {},
                         static_cast<std::uint64_t>(std::ceil(milliseconds)), 0);
    }

    uv_loop_t* host_;
    lasti::event_loop* guest_;
    uv_prepare_t before_waiting_;
    uv_poll_t readable_;
    uv_timer_t deadline_;
};
// [/glue]

// ---- a server of libuv's: it answers in capitals ----

void close_and_free(uv_handle_t* handle) {
    ::uv_close(handle, [](uv_handle_t* h) { delete reinterpret_cast<uv_tcp_t*>(h); });
}

void answer(uv_stream_t* client, ssize_t size, uv_buf_t const* bytes) {
    for (char* c = bytes->base; c < bytes->base + size; ++c)
        *c = static_cast<char>(std::toupper(static_cast<unsigned char>(*c)));
    const uv_buf_t all = ::uv_buf_init(bytes->base, size > 0 ? static_cast<unsigned>(size) : 0);
    if (size > 0) ::uv_try_write(client, &all, 1);
    std::free(bytes->base);
    if (size < 0) close_and_free(reinterpret_cast<uv_handle_t*>(client));
}

void accept(uv_stream_t* server, int) {
    uv_tcp_t* const client = new uv_tcp_t;
    ::uv_tcp_init(server->loop, client);
    uv_stream_t* const stream = reinterpret_cast<uv_stream_t*>(client);
    ::uv_accept(server, stream);
    ::uv_read_start(stream, [](uv_handle_t*, std::size_t size, uv_buf_t* made) {
        *made = ::uv_buf_init(static_cast<char*>(std::malloc(size)), static_cast<unsigned>(size));
    }, answer);
}

std::uint16_t listen(uv_tcp_t* server) {
    sockaddr_in address;
    ::uv_ip4_addr("127.0.0.1", 0, &address);
    ::uv_tcp_bind(server, reinterpret_cast<sockaddr*>(&address), 0);
    ::uv_listen(reinterpret_cast<uv_stream_t*>(server), 10, accept);
    int size = sizeof address;
    ::uv_tcp_getsockname(server, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

// [main]
lasti::coroutine<void> main_task(std::uint16_t port, uv_timer_t* timer) {
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
        std::cout << "libuv answers " << answer;

        rings = lasti::get_running_loop().create_future<>();
        timer->data = &rings;
        ::uv_timer_start(timer, [](uv_timer_t* t) {
            static_cast<lasti::future<void>*>(t->data)->set_result();
        }, 10, 0);
        AWAIT(rings);
        std::cout << "libuv's timer rings\n";
        END;
    };
}

int main() {
    uv_loop_t* const host = ::uv_default_loop();
    uv_tcp_t server;
    uv_timer_t timer;
    ::uv_tcp_init(host, &server);
    ::uv_timer_init(host, &timer);
    {
        lasti::event_loop loop;
        guest_of_libuv guest(host, &loop);
        const lasti::task<void> task = loop.create_task(main_task(listen(&server), &timer));
        task.add_done_callback([=](lasti::task<void> const&) { ::uv_stop(host); });
        ::uv_run(host, UV_RUN_DEFAULT);                 // instead of loop.run()
        task.result();                                  // throws what it raised
        ::uv_close(reinterpret_cast<uv_handle_t*>(&server), nullptr);
        ::uv_close(reinterpret_cast<uv_handle_t*>(&timer), nullptr);
    }
    return ::uv_loop_close(host);
}
// [/main]
