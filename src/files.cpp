// Files: how their operations follow each other, and what each has a thread do.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_POSIX_IO

#include <lasti/files.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <memory>

#include <unistd.h>

#include <lasti/detail/loop_core.hpp>
#include <lasti/exception_context.hpp>
#include <lasti/lock.hpp>
#include <lasti/macros.hpp>
#include <lasti/os_error.hpp>
#include <lasti/shield.hpp>
#include <lasti/threads.hpp>

#include "file_content.hpp"

namespace lasti {
namespace detail {

namespace {

typedef std::shared_ptr<file_content> content_pointer;

}  // namespace

/// What the handles of one file share. The loop's thread alone uses it.
class file_state {
public:
    file_state(loop_core& serves, content_pointer opened)
        : content(std::move(opened)), fd(content->fd.get()), loop_(&serves) {}

    void retain() noexcept { ++references_; }
    void release() noexcept {
        if (--references_ == 0) delete this;
    }

    bool is_busy() const { return job && !job.done(); }
    /// Why it can't be used so, if it can't.
    error check(bool reads, bool writes) {
        error earlier = take_problem();
        if (earlier) return earlier;
        if (fd < 0)
            return error::make(value_error("I/O operation on closed file '" + content->name + "'"));
        if (reads && !content->mode.reads)
            return error::make(value_error("'" + content->name + "' is not open for reading"));
        if (writes && !content->mode.writes)
            return error::make(value_error("'" + content->name + "' is not open for writing"));
        return error();
    }
    void begin(std::function<error(file_content&)> work) {
        const content_pointer on = content;
        event_loop* const face = loop_->face;
        if (!face) loop_->check_open();
        job = face->run_in_executor(nullptr, [on, work] {
            error failed;
            const error thrown = outcome_of([&] { failed = work(*on); });
            on->problem = thrown ? thrown : failed;
        });
        loop_core& loop = *loop_;
        job.add_done_callback([on, &loop](any_future const&) {
            if (on->is_dropped) tell_loop(loop, *on);
        });
    }
    error take_problem() noexcept {
        error taken = std::move(content->problem);
        content->problem = error();
        return taken;
    }

    content_pointer const content;
    int fd;  // -1: closed, or about to be
    lock turn;
    future<> job;  // the last one that a thread was given

private:
    ~file_state() {
        if (is_busy()) content->is_dropped = true;
        else tell_loop(*loop_, *content);
    }
    static void tell_loop(loop_core& loop, file_content& about) noexcept {
        if (!about.problem || loop.closed) return;
        exception_context context("a file was dropped, and an operation that was cancelled failed");
        context.exception = std::move(about.problem);
        context.subject = about.name;
        loop.report(context);
    }

    counted<loop_core> loop_;
    unsigned references_ = 0;
};

void retain(file_state& state) noexcept { state.retain(); }
void release(file_state& state) noexcept { state.release(); }

namespace {

// ---- operations ---------------------------------------------------------------------------------

// Each says whether it needs a thread, what that does, and what it gives then.

struct reading {
    typedef std::string result;
    enum : bool { reads = true, writes = false };

    std::size_t wanted;
    bool line;

    bool is_ready(file_content const& f) const {
        return f.ahead.size() >= wanted || (line && f.has_newline());
    }
    error work(file_content& f) const { return f.read_up_to(wanted, line); }
    std::string take(file_content& f) const {
        std::size_t n = std::min(wanted, f.ahead.size());
        const void* const end = line && n > 0 ? std::memchr(f.ahead.data(), '\n', n) : nullptr;
        if (end) n = static_cast<std::size_t>(static_cast<const char*>(end) - f.ahead.data()) + 1;
        return f.ahead.take(n);
    }
};

struct writing {
    typedef std::uint64_t result;
    enum : bool { reads = false, writes = true };

    std::string data;

    bool is_ready(file_content const&) const { return data.empty(); }
    error work(file_content& f) const { return f.write_all(data); }
    std::uint64_t take(file_content&) const { return data.size(); }
};

struct seeking {
    typedef std::uint64_t result;
    enum : bool { reads = false, writes = false };

    std::int64_t offset;
    int whence;
    std::uint64_t now;

    bool is_ready(file_content const&) const { return false; }
    error work(file_content& f) {
        f.forget_ahead();
        const off_t at = ::lseek(f.fd.get(), static_cast<off_t>(offset), whence);
        now = static_cast<std::uint64_t>(at);
        return at < 0 ? f.failure("seek") : error();
    }
    std::uint64_t take(file_content&) const { return now; }
};

struct cutting {
    typedef std::uint64_t result;
    enum : bool { reads = false, writes = true };

    std::int64_t size;

    bool is_ready(file_content const&) const { return false; }
    error work(file_content& f) {
        f.forget_ahead();
        if (size < 0) size = ::lseek(f.fd.get(), 0, SEEK_CUR);
        const bool failed = size < 0 || ::ftruncate(f.fd.get(), static_cast<off_t>(size)) != 0;
        return failed ? f.failure("truncate") : error();
    }
    std::uint64_t take(file_content&) const { return static_cast<std::uint64_t>(size); }
};

struct syncing {
    typedef int result;
    enum : bool { reads = false, writes = false };

    bool to_disk;

    bool is_ready(file_content const&) const { return !to_disk; }
    error work(file_content& f) const {
        return ::fsync(f.fd.get()) != 0 ? f.failure("fsync") : error();
    }
    int take(file_content&) const { return 0; }
};

/// The body of an operation. The lock passes from one to the next in their order; a thread that
/// works for one that was cancelled is waited for by the next.
template <class Operation>
struct operating {
    typedef typename Operation::result result;

    counted<file_state> file;
    std::shared_ptr<Operation> operation;

    bool needs_thread() {
        if (operation->is_ready(*file->content)) return false;
        const std::shared_ptr<Operation> shared = operation;
        file->begin([shared](file_content& f) { return shared->work(f); });
        return true;
    }

    LASTI_COROUTINE_BODY(result) {
        LASTI_BEGIN;
        LASTI_ASYNC_WITH(file->turn)
            if (file->is_busy()) LASTI_AWAIT(shield(file->job));
            if (error refused = file->check(Operation::reads, Operation::writes))
                LASTI_RAISE(std::move(refused));
            if (needs_thread()) LASTI_AWAIT(shield(file->job));
            if (error failed = file->take_problem()) LASTI_RAISE(std::move(failed));
            LASTI_RETURN(operation->take(*file->content));
        LASTI_END_ASYNC_WITH
        LASTI_END;
    }
};

template <class Operation>
coroutine<typename Operation::result> operate(file_state& file, Operation operation) {
    return operating<Operation>{counted<file_state>(&file),
                                std::make_shared<Operation>(std::move(operation))};
}

struct synchronizing {
    coroutine<int> inner;

    LASTI_COROUTINE_BODY(void) {
        LASTI_BEGIN;
        LASTI_AWAIT(std::move(inner));
        LASTI_END;
    }
};

struct iterating {
    coroutine<std::string> inner;
    std::string line;

    LASTI_COROUTINE_BODY(std::string) {
        LASTI_BEGIN;
        LASTI_AWAIT_SET(line, std::move(inner));
        if (line.empty()) LASTI_RAISE(stop_async_iteration());
        LASTI_RETURN(std::move(line));
        LASTI_END;
    }
};

struct closing {
    counted<file_state> file;

    bool begin() {
        if (file->fd < 0) return false;
        file->begin([](file_content& f) {
            error earlier = std::move(f.problem);
            if (::close(f.fd.give()) != 0 && errno != EINTR) return f.failure("close");
            return earlier;
        });
        file->fd = -1;
        return true;
    }

    LASTI_COROUTINE_BODY(void) {
        LASTI_BEGIN;
        LASTI_ASYNC_WITH(file->turn)
            if (file->is_busy()) LASTI_AWAIT(shield(file->job));
            if (begin()) LASTI_AWAIT(shield(file->job));
            if (error failed = file->take_problem()) LASTI_RAISE(std::move(failed));
        LASTI_END_ASYNC_WITH
        LASTI_END;
    }
};

struct opening_file {
    std::string path;
    file_mode mode;
    content_pointer opened;

    future<content_pointer> begin() const {
        const std::string name = path;
        const file_mode how = mode;
        return get_running_loop().run_in_executor(
            nullptr, [name, how] { return std::make_shared<file_content>(name, how); });
    }

    LASTI_COROUTINE_BODY(file) {
        LASTI_BEGIN;
        LASTI_AWAIT_SET(opened, begin());
        if (opened->problem) LASTI_RAISE(std::move(opened->problem));
        LASTI_RETURN(file(new file_state(running_core(), std::move(opened))));
        LASTI_END;
    }
};

}  // namespace
}  // namespace detail

detail::file_state& file::get() const {
    if (!state_)
        detail::throw_out(
            type_error("this file handle is empty: default-constructed or moved from"));
    return *state_;
}

coroutine<std::string> file::read(std::int64_t n) const {
    const std::size_t wanted = n < 0 ? ~std::size_t() : static_cast<std::size_t>(n);
    return detail::operate(get(), detail::reading{wanted, false});
}

coroutine<std::string> file::readline() const {
    return detail::operate(get(), detail::reading{~std::size_t(), true});
}

coroutine<std::string> file::anext() const { return detail::iterating{readline(), std::string()}; }

coroutine<std::uint64_t> file::write(std::string data) const {
    return detail::operate(get(), detail::writing{std::move(data)});
}

coroutine<std::uint64_t> file::seek(std::int64_t offset, int whence) const {
    return detail::operate(get(), detail::seeking{offset, whence, 0});
}

coroutine<std::uint64_t> file::tell() const { return seek(0, SEEK_CUR); }

coroutine<std::uint64_t> file::truncate(std::int64_t size) const {
    return detail::operate(get(), detail::cutting{size});
}

coroutine<void> file::flush() const {
    return detail::synchronizing{detail::operate(get(), detail::syncing{false})};
}

coroutine<void> file::fsync() const {
    return detail::synchronizing{detail::operate(get(), detail::syncing{true})};
}

coroutine<void> file::close() const {
    return detail::closing{detail::counted<detail::file_state>(&get())};
}

bool file::closed() const { return fileno() < 0; }

std::string const& file::name() const { return get().content->name; }

std::string const& file::mode() const { return get().content->mode.text; }

int file::fileno() const { return get().fd; }

coroutine<file> open_file(std::string path, std::string mode) {
    return detail::opening_file{std::move(path), detail::file_mode(mode), nullptr};
}

}  // namespace lasti

#endif
