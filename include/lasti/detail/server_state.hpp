// server_state: what the handles of a server share: what listens, who was accepted, who waits for
// the end.
#ifndef LASTI_DETAIL_SERVER_STATE_HPP_INCLUDED
#define LASTI_DETAIL_SERVER_STATE_HPP_INCLUDED

#include <lasti/detail/needs_io.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

#include <lasti/coroutine.hpp>
#include <lasti/detail/handle.hpp>
#include <lasti/detail/list_link.hpp>
#include <lasti/detail/wait_list.hpp>
#include <lasti/future.hpp>
#include <lasti/socket.hpp>
#include <lasti/tls.hpp>

namespace lasti {

class stream_reader;
class stream_writer;

namespace detail {

class stream_state;

class LASTI_API server_state final : public waitable {
public:
    typedef std::function<coroutine<void>(stream_reader, stream_writer)> answer;

    server_state(loop_core& serves, answer answers, std::size_t read_limit, int backlog);

    error start();
    void close() noexcept;
    void end_clients(bool drop) noexcept;
    /// A connection has come.
    void enter(stream_state& client) noexcept;
    /// It is closed.
    void leave(stream_state& client) noexcept;
    /// The file of a Unix socket: it goes when the server does, unless there is another one by
    /// then.
    void owns_file(std::string const& path);
    /// A coroutine that answers a client that is ready.
    coroutine<void> answer_to(counted<stream_state> const& client) const;
    bool is_over() const noexcept { return is_closed && client_count == 0; }
    const char* kind() const noexcept override { return "server"; }

    std::vector<lasti::socket> sockets;
    std::size_t client_count = 0;
    bool is_serving = false;
    bool is_closed = false;
    future<> forever;  // what serve_forever() awaits
    wait_list closers;
    tls_context tls;  // none: connections are not encrypted
    delay tls_handshake_timeout = 60;
    delay tls_shutdown_timeout = 30;

private:
    ~server_state() override;
    void fail_waiters(error const& what) noexcept override { closers.fail_all(what); }
    error listen_to(lasti::socket const& s);
    void tell(lasti::socket const& s, const char* what, error problem) const;
    void accept_from(lasti::socket const& s);
    bool accept_one(lasti::socket const& s);
    void take_break(lasti::socket const& s, int problem);
    void begin(counted<socket_state> const& accepted, socket_address const& from);
    void remove_file() noexcept;

    answer answers_;
    std::size_t const limit_;
    int const backlog_;
    list_link clients_;  // a client_link each
    handle break_ends_;
    std::string file_;
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

class LASTI_API server_wait_request final : public wait_request {
public:
    template <class Call>
    server_wait_request(Call const& asked, awaiting_frame&) : wait_request(*asked.server) {}
    ~server_wait_request() override {
        if (is_armed()) leave();
    }
    bool ready() noexcept { return state().is_over() || state().is_foreign(); }
    error problem() const { return state().is_over() ? error() : state().foreign(); }
    void take() const {
        if (LASTI_UNLIKELY(!is_armed() && !state().is_over())) not_awaited();
    }
    std::string describe() const override;
    void arm(task_state& task) override { enter(state().closers, task); }
    void disarm(task_state&) noexcept override { leave(); }

private:
    server_state& state() const noexcept { return static_cast<server_state&>(*owner_); }
};

struct LASTI_TO_BE_AWAITED server_wait_call {
    typedef server_wait_request request_type;
    counted<server_state> server;
};

}  // namespace detail
}  // namespace lasti

#endif
