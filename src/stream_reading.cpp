// Reading from streams: what suffices, and what is wrong.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO

#include <lasti/detail/stream_reading.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <lasti/detail/loop_core.hpp>
#include <lasti/detail/stream_filter.hpp>
#include <lasti/stream_reader.hpp>

namespace lasti {
namespace detail {

constexpr std::size_t stream_reading::everything;

bool stream_reading::ready() {
    stream_state& s = stream();
    if (is_refused()) return true;
    const std::size_t searched = s.searched;
    s.searched = 0;
    int how = s.lost ? +failed : look();
    if (how == would_block && s.has_reader) {
        how = busy;
        s.searched = searched;  // of the one that waits
    }
    if (how == would_block) return sock_request::ready();
    end_at_once(how);
    return true;
}

void stream_reading::arm(task_state& task) {
    sock_request::arm(task);
    if (!is_armed()) return;
    stream_->has_reader = true;
    stream_->wanted = stream_->offered;
}

void stream_reading::disarm(task_state& task) noexcept {
    if (is_armed()) stream_->has_reader = false;
    sock_request::disarm(task);
}

bool stream_reading::go_on(task_state& task, error& thrown) {
    if (!sock_request::go_on(task, thrown)) return false;
    stream_->has_reader = false;
    stream_->offered = stream_->wanted;
    return true;
}

int stream_reading::attempt() noexcept {
    for (;;) {
        int how = stream().receive(size());
        if (how != done) return how;
        if (!stream().keep_fresh()) return ENOMEM;
        how = look();
        if (how != would_block) return how;
    }
}

error stream_reading::error_of(int how) const {
    if (how == failed) return stream().lost;
    if (how == busy)
        return error::make(runtime_error(std::string(name()) +
                                         "() called while another coroutine is already waiting "
                                         "for incoming data"));
    return sock_request::error_of(how);
}

// ---- as much as there is ------------------------------------------------------------------------

int stream_some::look() noexcept {
    stream_state const& s = stream();
    const bool is_something = size() != everything && (size() == 0 || !s.in.empty());
    return is_something || s.at_end ? done : would_block;
}

// What is fresh goes to who reads without a stay in the buffer.
int stream_some::attempt() noexcept {
    if (size() == everything) return stream_reading::attempt();
    return stream().in.empty() ? stream().receive(size()) : +done;
}

void read_request::take_into(std::string& target) const {
    check_done();
    stream().take_some_into(target, size());
}

std::size_t read_into_request::take() const {
    check_done();
    stream_state& s = stream();
    const bool is_fresh = s.fresh_size > 0;
    const std::size_t n = std::min(size(), is_fresh ? s.fresh_size : s.in.size());
    if (n > 0) std::memcpy(buffer_, is_fresh ? s.fresh : s.in.data(), n);
    if (is_fresh) s.skip_fresh(n);
    else s.drop_first(n);
    return n;
}

int readexactly_request::look() noexcept {
    if (stream().in.size() >= size()) return done;
    return stream().at_end ? +incomplete : would_block;
}

void readexactly_request::take_into(std::string& target) const {
    check_done();
    stream().take_first_into(target, size());
}

error readexactly_request::error_of(int how) const {
    if (how != incomplete) return stream_reading::error_of(how);
    return error::make(incomplete_read_error(stream().take_first(stream().in.size()), size()));
}

// ---- up to a separator --------------------------------------------------------------------------

int stream_until::find(std::string const* separators, std::size_t count) noexcept {
    stream_state& s = stream();
    const char* const begin = s.in.data();
    const char* const end = begin + s.in.size();
    const char* const from = begin + std::min(s.searched, s.in.size());
    const char* best = end;
    std::size_t length = 0;  // of the separator there; 0: none was found
    std::size_t longest = 1;
    for (std::string const* each = separators; each != separators + count; ++each) {
        longest = std::max(longest, each->size());
        const char* const at = each->size() == 1
                                   ? static_cast<const char*>(std::memchr(
                                         from, (*each)[0], static_cast<std::size_t>(end - from)))
                                   : std::search(from, end, each->begin(), each->end());
        if (!at || at == end) continue;
        if (length != 0 && at + each->size() >= best + length) continue;
        best = at;
        length = each->size();
    }
    if (length == 0) {
        s.searched = s.in.size() + 1 > longest ? s.in.size() + 1 - longest : 0;
        if (s.searched > s.limit) return no_separator;
        return s.at_end ? +incomplete : would_block;
    }
    const std::size_t before = static_cast<std::size_t>(best - begin);
    if (before > s.limit) {
        s.searched = before;
        return too_long;
    }
    s.searched = before + length;
    return done;
}

void stream_until::take_into(std::string& target) const {
    check_done();
    stream().take_first_into(target, stream().searched);
}

void readuntil_request::check(std::vector<std::string> const& separators) {
    if (separators.empty()) throw_out(value_error("Separator should contain at least one element"));
    for (std::string const& each : separators)
        if (each.empty()) throw_out(value_error("Separator should be at least one-byte string"));
}

bool readuntil_request::ready() {
    std::vector<std::string> const& given = *separators_;
    const bool is_over = stream_reading::ready();
    separators_ = nullptr;
    if (!is_over) separators_ = new std::vector<std::string>(given);
    return is_over;
}

int readuntil_request::look() noexcept { return find(separators_->data(), separators_->size()); }

error readuntil_request::error_of(int how) const {
    stream_state& s = stream();
    switch (how) {
    case incomplete:
        return error::make(incomplete_read_error(s.take_first(s.in.size())));
    case no_separator:
        return error::make(
            limit_overrun_error("Separator is not found, and chunk exceed the limit", s.searched));
    case too_long:
        return error::make(
            limit_overrun_error("Separator is found, but chunk is longer than limit", s.searched));
    default:
        return stream_reading::error_of(how);
    }
}

int readline_request::look() noexcept {
    static const std::string newline(1, '\n');
    const int how = find(&newline, 1);
    if (how != incomplete) return how;
    stream().searched = stream().in.size();  // the last one has no end
    return done;
}

error readline_request::error_of(int how) const {
    stream_state& s = stream();
    switch (how) {
    case no_separator:
        s.drop_first(s.in.size());
        return error::make(value_error("Separator is not found, and chunk exceed the limit"));
    case too_long:
        s.drop_first(s.searched + 1);
        return error::make(value_error("Separator is found, but chunk is longer than limit"));
    default:
        return stream_reading::error_of(how);
    }
}

int next_line_request::look() noexcept {
    const int how = readline_request::look();
    return how == done && stream().searched == 0 ? +no_more : how;
}

error next_line_request::error_of(int how) const {
    if (how == no_more) return error::make(stop_async_iteration());
    return readline_request::error_of(how);
}

// ---- shaking hands ------------------------------------------------------------------------------

int handshake_request::look() noexcept {
    if (!stream().filter->is_shaking) return done;
    return stream().is_closed ? +failed : +would_block;
}

int handshake_request::attempt() noexcept { return stream().shake_hands(); }

error handshake_request::error_of(int how) const {
    if (how != failed || stream().lost) return stream_reading::error_of(how);
    return make_os_error(ECONNABORTED, "SSL handshake: the stream was closed");
}

}  // namespace detail
}  // namespace lasti

#endif
