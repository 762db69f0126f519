// sock_request: how a task waits for a socket: its system call is tried at once, and where that
// would block, again in each turn after the socket has become ready.
//
// Nothing is read or sent but in the task's own turn, so that a cancellation, whenever it comes,
// loses nothing. Who waits in the same direction has its turn behind those that came before: what
// several tasks send to one socket does not mix.
#ifndef LASTI_DETAIL_SOCK_REQUEST_HPP_INCLUDED
#define LASTI_DETAIL_SOCK_REQUEST_HPP_INCLUDED

#include <lasti/detail/needs_io.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include <lasti/coroutine.hpp>
#include <lasti/detail/future_state.hpp>
#include <lasti/detail/request.hpp>
#include <lasti/detail/socket_state.hpp>
#include <lasti/socket_address.hpp>

namespace lasti {

class socket;

namespace detail {

/// What each call is given: the loop whose member was called, and the socket.
struct sock_call {
    loop_core* loop;
    counted<socket_state> socket;
};

class LASTI_API sock_request : public request {
public:
    static constexpr bool never_fails = false;

    bool ready();
    error problem();
    std::string describe() const override;
    void arm(task_state& task) override;
    bool cancel(task_state& task, std::string const& message) override;
    void disarm(task_state&) noexcept override { leave(); }
    bool go_on(task_state& task, error& thrown) override;

protected:
    enum : int { done = 0, would_block = -1, other_loop = -2 };

    explicit sock_request(sock_call const& on) noexcept;

    /// The system call: done, would_block, or an errno.
    virtual int attempt() noexcept = 0;
    /// The direction in which it waits.
    virtual bool is_writing() const noexcept = 0;
    virtual const char* name() const noexcept = 0;
    /// What failed, in words.
    virtual std::string failure() const { return name(); }
    /// Of what attempt() gave, if it is neither done nor would_block.
    virtual error error_of(int how) const;
    /// Whether it waits behind those who wait already.
    virtual bool takes_turns() const noexcept { return true; }

    socket_state& state() const noexcept { return *socket_; }
    bool is_armed() const noexcept { return node_.who != nullptr; }
    /// It can not even be tried.
    bool is_refused() const noexcept { return state().failed != 0; }
    /// Of take(): it was resumed by hand, and not by what it waits for.
    void check_done() const;
    /// Of ready(): it is over, without a wait.
    void end_at_once(int how) noexcept;
    /// Of a destructor that still knows the direction.
    void end() noexcept {
        if (node_.who) leave();
        else if (socket_) state().failed = 0;
    }

private:
    int try_once() noexcept;
    void leave() noexcept;

    counted<socket_state> socket_;  // null: it is done
    waiter node_;
};

class LASTI_API reading_request : public sock_request {
public:
    ~reading_request() override { end(); }

protected:
    using sock_request::sock_request;
    bool is_writing() const noexcept override { return false; }
};

class LASTI_API writing_request : public sock_request {
public:
    ~writing_request() override { end(); }

protected:
    using sock_request::sock_request;
    bool is_writing() const noexcept override { return true; }
};

// ---- receiving ----------------------------------------------------------------------------------

class LASTI_API recv_into_request final : public reading_request {
public:
    template <class Call>
    recv_into_request(Call const& asked, awaiting_frame&)
        : reading_request(asked.on), buffer_(asked.buffer), size_(asked.size) {}
    std::size_t take() const {
        check_done();
        return size_;
    }

private:
    int attempt() noexcept override;
    const char* name() const noexcept override { return "sock_recv_into"; }

    void* buffer_;
    std::size_t size_;  // once done, how much there was
};

/// Into a buffer of this thread, out of which take() takes it.
class LASTI_API recv_request final : public reading_request {
public:
    template <class Call>
    recv_request(Call const& asked, awaiting_frame&)
        : reading_request(asked.on), size_(asked.size) {}
    std::string take() const;

private:
    int attempt() noexcept override;
    const char* name() const noexcept override { return "sock_recv"; }

    std::size_t size_;
};

/// The address, too, waits in this thread until take().
class LASTI_API recvfrom_into_request final : public reading_request {
public:
    template <class Call>
    recvfrom_into_request(Call const& asked, awaiting_frame&)
        : reading_request(asked.on), buffer_(asked.buffer), size_(asked.size) {}
    std::pair<std::size_t, socket_address> take() const;

private:
    int attempt() noexcept override;
    const char* name() const noexcept override { return "sock_recvfrom_into"; }

    void* buffer_;
    std::size_t size_;
};

class LASTI_API recvfrom_request : public reading_request {
public:
    template <class Call>
    recvfrom_request(Call const& asked, awaiting_frame&)
        : reading_request(asked.on), size_(asked.size) {}
    std::pair<std::string, socket_address> take() const;

protected:
    int attempt() noexcept override;
    const char* name() const noexcept override { return "sock_recvfrom"; }

private:
    std::size_t size_;
};

class LASTI_API accept_request final : public reading_request {
public:
    template <class Call>
    accept_request(Call const& asked, awaiting_frame&) : reading_request(asked.on) {}
    ~accept_request() override;
    std::pair<socket, socket_address> take();

private:
    int attempt() noexcept override;
    const char* name() const noexcept override { return "sock_accept"; }

    int accepted_ = -1;
    int family_ = 0;
    int type_ = 0;
};

// ---- sending ------------------------------------------------------------------------------------

class LASTI_API connect_request final : public writing_request {
public:
    template <class Call>
    connect_request(Call const& asked, awaiting_frame&) : writing_request(asked.on) {
        state().connects_to = asked.address;
    }
    void take() const { check_done(); }

private:
    int attempt() noexcept override;
    const char* name() const noexcept override { return "sock_connect"; }
    std::string failure() const override;
    bool takes_turns() const noexcept override { return false; }
};

/// Of bytes that the caller keeps.
class LASTI_API sendall_from_request final : public writing_request {
public:
    template <class Call>
    sendall_from_request(Call const& asked, awaiting_frame&)
        : writing_request(asked.on), data_(static_cast<const char*>(asked.data)),
          size_(asked.size) {}
    void take() const { check_done(); }

private:
    int attempt() noexcept override;
    const char* name() const noexcept override { return "sock_sendall"; }

    const char* data_;
    std::size_t size_;
};

/// Of a string in the operand of the AWAIT, which is gone once it waits: it keeps what is left.
class LASTI_API sendall_request final : public writing_request {
public:
    template <class Call>
    sendall_request(Call const& asked, awaiting_frame&)
        : writing_request(asked.on), data_(&asked.data) {}
    ~sendall_request() override { delete data_; }
    bool ready();
    void take() const { check_done(); }

private:
    int attempt() noexcept override;
    const char* name() const noexcept override { return "sock_sendall"; }

    std::string const* data_;  // after ready(): its own, or null
    std::size_t sent_ = 0;
};

struct sock_sendto_call;

/// The same, with the address.
class LASTI_API sendto_request final : public writing_request {
public:
    template <class Call>
    sendto_request(Call const& asked, awaiting_frame&) : writing_request(asked.on), call_(&asked) {}
    ~sendto_request() override;
    bool ready();
    std::size_t take() const {
        check_done();
        return sent_;
    }

private:
    int attempt() noexcept override;
    const char* name() const noexcept override { return "sock_sendto"; }

    sock_sendto_call const* call_;
    std::size_t sent_ = 0;
};

/// What cannot be sent is a value_error, or an os_error.
error check_regular_file(int file, const char* doing);

class LASTI_API sendfile_request final : public writing_request {
public:
    template <class Call>
    sendfile_request(Call const& asked, awaiting_frame&)
        : writing_request(asked.on), job_(begin(asked.file, asked.offset, asked.count, state())) {}
    ~sendfile_request() override;
    std::size_t take() const;

private:
    struct job;
    static job* begin(int file, std::size_t offset, std::size_t count, socket_state const& to);
    int attempt() noexcept override;
    const char* name() const noexcept override { return "sock_sendfile"; }

    job* job_;  // owned
};

static_assert(sizeof(recv_into_request) <= request_slot::room_size &&
                  sizeof(recv_request) <= request_slot::room_size &&
                  sizeof(recvfrom_into_request) <= request_slot::room_size &&
                  sizeof(recvfrom_request) <= request_slot::room_size &&
                  sizeof(accept_request) <= request_slot::room_size &&
                  sizeof(connect_request) <= request_slot::room_size &&
                  sizeof(sendall_from_request) <= request_slot::room_size &&
                  sizeof(sendall_request) <= request_slot::room_size &&
                  sizeof(sendto_request) <= request_slot::room_size,
              "waiting for a socket allocates nothing");

// ---- what the members of event_loop return ------------------------------------------------------

struct sock_recv_call {
    typedef recv_request request_type;
    sock_call on;
    std::size_t size;
};
struct sock_recv_into_call {
    typedef recv_into_request request_type;
    sock_call on;
    void* buffer;
    std::size_t size;
};
struct sock_recvfrom_call {
    typedef recvfrom_request request_type;
    sock_call on;
    std::size_t size;
};
struct sock_recvfrom_into_call {
    typedef recvfrom_into_request request_type;
    sock_call on;
    void* buffer;
    std::size_t size;
};
struct sock_accept_call {
    typedef accept_request request_type;
    sock_call on;
};
struct sock_connect_call {
    typedef connect_request request_type;
    sock_call on;
    socket_address address;
};
struct sock_sendall_call {
    typedef sendall_request request_type;
    sock_call on;
    std::string data;
};
struct sock_sendall_from_call {
    typedef sendall_from_request request_type;
    sock_call on;
    const void* data;
    std::size_t size;
};
struct sock_sendto_call {
    typedef sendto_request request_type;
    sock_call on;
    std::string data;
    socket_address address;
};
struct sock_sendfile_call {
    typedef sendfile_request request_type;
    sock_call on;
    int file;
    std::size_t offset;
    std::size_t count;
};

}  // namespace detail
}  // namespace lasti

#endif
