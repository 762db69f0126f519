// stream_reading: how a task waits for what a stream_reader has to give: it looks at what is there,
// receives, and looks again, until that suffices or nothing more can come.
#ifndef LASTI_DETAIL_STREAM_READING_HPP_INCLUDED
#define LASTI_DETAIL_STREAM_READING_HPP_INCLUDED

#include <lasti/detail/needs_io.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <string>
#include <vector>

#include <lasti/detail/sock_request.hpp>
#include <lasti/detail/stream_state.hpp>

namespace lasti {
namespace detail {

class LASTI_API stream_reading : public reading_request {
public:
    // Those that give a string have a take_into(), too: who reads again and again into the same one
    // allocates nothing.

    /// As a size: all up to the end.
    static constexpr std::size_t everything = ~std::size_t();

    /// Nobody waits where what is there already suffices.
    bool ready();
    void arm(task_state& task) override;
    void disarm(task_state& task) noexcept override;
    bool go_on(task_state& task, error& thrown) override;

protected:
    /// What look() can come to, beside what stream_state::receive() can.
    enum : int {
        failed = -3,
        incomplete = -4,
        no_separator = -5,
        too_long = -6,
        busy = -7,
        no_more = -8
    };

    stream_reading(counted<stream_state> const& from, std::size_t size)
        : reading_request(sock_call{from->loop, from->socket}), stream_(from) {
        stream_->offered = size;
    }
    ~stream_reading() override {
        if (is_armed()) stream_->has_reader = false;
    }

    /// Whether what is there suffices: done, would_block (it does not), or what is wrong.
    virtual int look() noexcept = 0;
    int attempt() noexcept override;
    error error_of(int how) const override;

    template <class Request>
    static std::string taken_from(Request const& request) {
        std::string text;
        request.take_into(text);
        return text;
    }
    stream_state& stream() const noexcept { return *stream_; }
    /// What was asked for.
    std::size_t size() const noexcept { return is_armed() ? stream_->wanted : stream_->offered; }

private:
    counted<stream_state> stream_;
};

// ---- as much as there is ------------------------------------------------------------------------

/// Something, or the end; or everything.
class LASTI_API stream_some : public stream_reading {
protected:
    using stream_reading::stream_reading;
    int look() noexcept override;
    int attempt() noexcept override;
};

class LASTI_API read_request final : public stream_some {
public:
    template <class Call>
    read_request(Call const& asked, awaiting_frame&) : stream_some(asked.stream, asked.size) {}
    void take_into(std::string& target) const;
    std::string take() const { return taken_from(*this); }

private:
    const char* name() const noexcept override { return "read"; }
};

class LASTI_API read_into_request final : public stream_some {
public:
    template <class Call>
    read_into_request(Call const& asked, awaiting_frame&)
        : stream_some(asked.stream, asked.size), buffer_(static_cast<char*>(asked.buffer)) {}
    std::size_t take() const;

private:
    const char* name() const noexcept override { return "read_into"; }

    char* buffer_;
};

class LASTI_API readexactly_request final : public stream_reading {
public:
    template <class Call>
    readexactly_request(Call const& asked, awaiting_frame&)
        : stream_reading(asked.stream, asked.size) {}
    void take_into(std::string& target) const;
    std::string take() const { return taken_from(*this); }

private:
    int look() noexcept override;
    error error_of(int how) const override;
    const char* name() const noexcept override { return "readexactly"; }
};

// ---- up to a separator --------------------------------------------------------------------------

class LASTI_API stream_until : public stream_reading {
public:
    void take_into(std::string& target) const;
    std::string take() const { return taken_from(*this); }

protected:
    using stream_reading::stream_reading;

    /// Once one is found, it ends where stream_state::searched says; one that comes too late begins
    /// there.
    int find(std::string const* separators, std::size_t count) noexcept;
};

class LASTI_API readuntil_request final : public stream_until {
public:
    template <class Call>
    readuntil_request(Call const& asked, awaiting_frame&)
        : stream_until(asked.stream, 0), separators_(&asked.separators) {
        check(asked.separators);
    }
    ~readuntil_request() override { delete separators_; }
    bool ready();

private:
    static void check(std::vector<std::string> const& separators);
    int look() noexcept override;
    error error_of(int how) const override;
    const char* name() const noexcept override { return "readuntil"; }

    std::vector<std::string> const* separators_;  // after ready(): its own, or null
};

class LASTI_API readline_request : public stream_until {
public:
    template <class Call>
    readline_request(Call const& asked, awaiting_frame&) : stream_until(asked.stream, 0) {}

protected:
    int look() noexcept override;
    error error_of(int how) const override;
    const char* name() const noexcept override { return "readline"; }
};

/// … of an iteration: it ends where there are no more lines.
class LASTI_API next_line_request final : public readline_request {
public:
    using readline_request::readline_request;

private:
    int look() noexcept override;
    error error_of(int how) const override;
};

// ---- shaking hands ------------------------------------------------------------------------------

/// Of a stream whose filter has begun to.
class LASTI_API handshake_request final : public stream_reading {
public:
    template <class Call>
    handshake_request(Call const& asked, awaiting_frame&) : stream_reading(asked.stream, 1) {}
    void take() const { check_done(); }

private:
    int look() noexcept override;
    int attempt() noexcept override;
    error error_of(int how) const override;
    const char* name() const noexcept override { return "start_tls"; }
};

static_assert(sizeof(read_request) <= request_slot::room_size &&
                  sizeof(read_into_request) <= request_slot::room_size &&
                  sizeof(readuntil_request) <= request_slot::room_size &&
                  sizeof(readline_request) <= request_slot::room_size,
              "waiting for a stream allocates nothing");

// ---- what the members of stream_reader return ---------------------------------------------------

template <class Request>
struct LASTI_TO_BE_AWAITED stream_call {
    typedef Request request_type;
    counted<stream_state> stream;
};
template <class Request>
struct LASTI_TO_BE_AWAITED stream_size_call {
    typedef Request request_type;
    counted<stream_state> stream;
    std::size_t size;
};
struct LASTI_TO_BE_AWAITED stream_read_into_call {
    typedef read_into_request request_type;
    counted<stream_state> stream;
    void* buffer;
    std::size_t size;
};
struct LASTI_TO_BE_AWAITED stream_readuntil_call {
    typedef readuntil_request request_type;
    counted<stream_state> stream;
    std::vector<std::string> separators;
};

}  // namespace detail
}  // namespace lasti

#endif
