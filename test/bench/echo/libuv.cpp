// An echo server by libuv's streams (Debian: libuv1-dev).
#include <cstdlib>
#include <cstring>

#include <uv.h>

namespace {

struct writing {
    uv_write_t request;
    uv_buf_t buffer;
};

void make_room(uv_handle_t*, size_t size, uv_buf_t* room) { *room = uv_buf_init(static_cast<char*>(std::malloc(size)), static_cast<unsigned>(size)); }

void free_writing(uv_write_t* request, int) {
    writing* const w = reinterpret_cast<writing*>(request);
    std::free(w->buffer.base);
    delete w;
}

void echo(uv_stream_t* client, ssize_t n, uv_buf_t const* room) {
    if (n > 0) {
        writing* const w = new writing;
        w->buffer = uv_buf_init(room->base, static_cast<unsigned>(n));
        uv_write(&w->request, client, &w->buffer, 1, free_writing);
        return;
    }
    std::free(room->base);
    if (n < 0) uv_close(reinterpret_cast<uv_handle_t*>(client), [](uv_handle_t* h) { delete reinterpret_cast<uv_tcp_t*>(h); });
}

void accept(uv_stream_t* server, int) {
    uv_tcp_t* const client = new uv_tcp_t;
    uv_tcp_init(server->loop, client);
    uv_accept(server, reinterpret_cast<uv_stream_t*>(client));
    uv_tcp_nodelay(client, 1);
    uv_read_start(reinterpret_cast<uv_stream_t*>(client), make_room, echo);
}

} // namespace

int main(int, char** argv) {
    uv_tcp_t server;
    uv_tcp_init(uv_default_loop(), &server);
    sockaddr_in where;
    uv_ip4_addr("127.0.0.1", std::atoi(argv[1]), &where);
    uv_tcp_bind(&server, reinterpret_cast<sockaddr*>(&where), 0);
    uv_listen(reinterpret_cast<uv_stream_t*>(&server), 128, accept);
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}
