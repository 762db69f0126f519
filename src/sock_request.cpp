// What tasks await on sockets: whose turn it is, and the system calls.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO

#include <lasti/detail/sock_request.hpp>

#include <cerrno>
#include <vector>

#include <lasti/detail/loop_core.hpp>
#include <lasti/os_error.hpp>
#include <lasti/socket.hpp>

#include "descriptors.hpp"
#include "system_calls.hpp"

namespace lasti {
namespace detail {

// ---- turns --------------------------------------------------------------------------------------

sock_request::sock_request(sock_call const& on) noexcept : socket_(on.socket) {
    loop_core* const running = running_loop();
    if (running && running != on.loop) state().failed = other_loop;
}

bool sock_request::ready() {
    if (is_refused()) return true;
    if (descriptor* const d = state().watched) {
        const bool is_drained = d->is_drained && !is_writing();
        if (takes_turns() && (is_drained || !d->of(is_writing()).waiters.empty())) return false;
    }
    const int how = try_once();
    if (how == would_block) return false;
    end_at_once(how);
    return true;
}

void sock_request::end_at_once(int how) noexcept {
    state().failed = how;
    if (how == done) socket_ = nullptr;
}

error sock_request::problem() {
    if (!socket_) return error();
    const int how = state().failed;
    state().failed = 0;
    return error_of(how);
}

error sock_request::error_of(int how) const {
    if (how == other_loop)
        return error::make(runtime_error(
            std::string(name()) + ": the member of another event loop than that which runs"));
    return make_os_error(how, failure());
}

int sock_request::try_once() noexcept {
    const int how = attempt();
    if (how == would_block && state().watched) state().watched->of(is_writing()).is_ready = false;
    return how;
}

void sock_request::check_done() const {
    if (LASTI_UNLIKELY(socket_))
        throw_out(runtime_error("await wasn't used with future: " + describe() +
                                " was not ready when its awaiter went on"));
}

std::string sock_request::describe() const {
    return socket_ ? std::string(name()) + " of " + state().title() : std::string(name());
}

void sock_request::arm(task_state& task) {
    error problem = state().watch_in(*task.loop);
    if (!problem) {
        descriptor& d = *state().watched;
        const int refused = d.home.enter(d, is_writing(), node_, task);
        // A file or device that never has anyone wait: its turn is the next round.
        if (refused == EPERM && state().is_pipe()) wait_list::wake(node_);
        else if (refused != 0) problem = make_os_error(refused, failure());
    }
    if (!problem) {
        task.asks_request = true;
        return;
    }
    node_.who = nullptr;
    task.wake(problem);
}

void sock_request::leave() noexcept {
    wait_list::task_of(node_).wait = wait_state::none;
    if (node_.is_linked()) state().watched->home.leave(*state().watched, is_writing(), node_);
    node_.who = nullptr;
}

bool sock_request::cancel(task_state& task, std::string const& message) {
    if (!is_armed() || task.wait != wait_state::waiting) return false;
    state().watched->home.leave(*state().watched, is_writing(), node_);
    task.wait = wait_state::cancelled;
    task.wake(error::make(cancelled_error(message)));
    return true;
}

bool sock_request::go_on(task_state& task, error& thrown) {
    if (!thrown) {
        const int how = try_once();
        if (how == would_block) {
            task.wait = wait_state::waiting;
            task.asks_request = true;
            if (!node_.is_linked()) wait_list::wake(node_);
            return false;
        }
        if (how != done) thrown = error_of(how);
    }
    leave();
    if (!thrown) socket_ = nullptr;
    return true;
}

// ---- system calls -------------------------------------------------------------------------------

namespace {

/// What was received, until take() takes it: in the same step, so that one of each suffices.
struct received {
    std::vector<char> bytes;
    std::size_t size = 0;
    sockaddr_storage from;
    socklen_t from_size = 0;

    socket_address address() const {
        return socket_address(reinterpret_cast<sockaddr const*>(&from), from_size);
    }
    std::string text() const { return std::string(bytes.data(), size); }
};

received& last_received() {
    static thread_local received r;
    return r;
}

// More than this at once no stream has anyway.
const std::size_t most_of_a_stream = 256 * 1024;

ssize_t receive(int fd, void* buffer, std::size_t size) noexcept {
    return uninterrupted([&] { return os::recv(fd, buffer, size, 0); });
}

ssize_t receive_from(int fd, void* buffer, std::size_t size) noexcept {
    received& r = last_received();
    return uninterrupted([&] {
        r.from_size = sizeof r.from;
        return os::recvfrom(fd, buffer, size, 0, reinterpret_cast<sockaddr*>(&r.from),
                            &r.from_size);
    });
}

// Room in the thread's buffer; null: there is no memory.
char* room_for(std::size_t& size, int type) noexcept {
    if (type == SOCK_STREAM && size > most_of_a_stream) size = most_of_a_stream;
    std::vector<char>& bytes = last_received().bytes;
#if LASTI_HAS_EXCEPTIONS
    try {
        if (bytes.size() < size) bytes.resize(size);
    } catch (std::exception const&) {
        return nullptr;
    }
#else
    if (bytes.size() < size) bytes.resize(size);
#endif
    return bytes.data();
}

// Until all is sent or no more can be; `n` becomes how much. Nothing is sent, too.
int send_all(int fd, const char* data, std::size_t size, std::size_t& n) noexcept {
    do {
        const ssize_t sent =
            uninterrupted([&] { return os::send(fd, data + n, size - n, no_signal); });
        if (sent < 0) return call_outcome(sent);
        n += static_cast<std::size_t>(sent);
    } while (n < size);
    return 0;
}

}  // namespace

int recv_into_request::attempt() noexcept {
    const ssize_t n = receive(state().fd, buffer_, size_);
    if (n < 0) return call_outcome(n);
    state().note_read(static_cast<std::size_t>(n), size_);
    size_ = static_cast<std::size_t>(n);
    return done;
}

int recv_request::attempt() noexcept {
    char* const room = room_for(size_, state().type);
    if (!room && size_ != 0) return ENOMEM;
    const ssize_t n = receive(state().fd, room, size_);
    if (n < 0) return call_outcome(n);
    last_received().size = static_cast<std::size_t>(n);
    state().note_read(static_cast<std::size_t>(n), size_);
    return done;
}

std::string recv_request::take() const {
    check_done();
    return last_received().text();
}

int recvfrom_into_request::attempt() noexcept {
    const ssize_t n = receive_from(state().fd, buffer_, size_);
    if (n >= 0) size_ = static_cast<std::size_t>(n);
    return call_outcome(n);
}

std::pair<std::size_t, socket_address> recvfrom_into_request::take() const {
    check_done();
    return std::make_pair(size_, last_received().address());
}

int recvfrom_request::attempt() noexcept {
    char* const room = room_for(size_, state().type);
    if (!room && size_ != 0) return ENOMEM;
    const ssize_t n = receive_from(state().fd, room, size_);
    if (n >= 0) last_received().size = static_cast<std::size_t>(n);
    return call_outcome(n);
}

std::pair<std::string, socket_address> recvfrom_request::take() const {
    check_done();
    return std::make_pair(last_received().text(), last_received().address());
}

accept_request::~accept_request() {
    if (accepted_ >= 0) os::close(accepted_);
}

int accept_request::attempt() noexcept {
    received& r = last_received();
    r.from_size = sizeof r.from;
    const int fd = accept_socket(state().fd, reinterpret_cast<sockaddr*>(&r.from), r.from_size);
    if (fd < 0) return call_outcome(fd);
    accepted_ = fd;
    family_ = state().family;
    type_ = state().type;
    return done;
}

std::pair<socket, socket_address> accept_request::take() {
    check_done();
    const counted<socket_state> made(new socket_state(accepted_, family_, type_));
    accepted_ = -1;
    return std::make_pair(socket(made), last_received().address());
}

// Once begun it goes on by itself, also when a signal has interrupted the call, until the socket is
// writable; a second call would begin anew.
int connect_request::attempt() noexcept {
    socket_state& s = state();
    if (!is_armed()) {
        if (os::connect(s.fd, s.connects_to.data(), s.connects_to.size()) == 0) return done;
        return errno == EINPROGRESS || errno == EINTR ? would_block : errno;
    }
    int problem = 0;
    socklen_t size = sizeof problem;
    if (os::getsockopt(s.fd, SOL_SOCKET, SO_ERROR, &problem, &size) != 0) return errno;
    return problem;
}

std::string connect_request::failure() const {
    return "Connect call failed " + state().connects_to.describe();
}

int sendall_from_request::attempt() noexcept {
    std::size_t n = 0;
    const int how = send_all(state().fd, data_, size_, n);
    data_ += n;
    size_ -= n;
    return how;
}

int sendall_request::attempt() noexcept {
    return send_all(state().fd, data_->data(), data_->size(), sent_);
}

bool sendall_request::ready() {
    std::string const& given = *data_;
    const bool is_over = sock_request::ready();
    data_ = nullptr;
    if (is_over) return true;
    data_ = new std::string(given, sent_);
    sent_ = 0;
    return false;
}

sendto_request::~sendto_request() { delete call_; }

int sendto_request::attempt() noexcept {
    const ssize_t n = uninterrupted([&] {
        return os::sendto(state().fd, call_->data.data(), call_->data.size(), no_signal,
                          call_->address.data(), call_->address.size());
    });
    if (n >= 0) sent_ = static_cast<std::size_t>(n);
    return call_outcome(n);
}

bool sendto_request::ready() {
    sock_sendto_call const& given = *call_;
    const bool is_over = sock_request::ready();
    call_ = nullptr;
    if (!is_over) call_ = new sock_sendto_call(given);
    return is_over;
}

}  // namespace detail
}  // namespace lasti

#endif
