// Files, read and written in threads of the loop's executor, so that no disk has the loop wait.
// Python's open(), as aiofiles and trio have it for tasks; asyncio has nothing of the kind.
//
//     AWAIT_SET(notes, lasti::open_file("notes.txt", "r+"));
//     ASYNC_WITH(notes)                                    // or: AWAIT(notes.close());
//         ASYNC_FOR(line, notes) … END_ASYNC_FOR
//         AWAIT(notes.write("the end\n"));
//     END_ASYNC_WITH
//
// Operations of one file are done in the order in which they were awaited, one at a time.
#ifndef LASTI_FILES_HPP_INCLUDED
#define LASTI_FILES_HPP_INCLUDED

#include <lasti/detail/needs_posix_io.hpp>
LASTI_SYSTEM_HEADER

#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>

#include <lasti/coroutine.hpp>
#include <lasti/detail/counted.hpp>
#include <lasti/detail/wait_list.hpp>

namespace lasti {

namespace detail {
class file_state;
LASTI_API void retain(file_state& state) noexcept;
LASTI_API void release(file_state& state) noexcept;
}  // namespace detail

/// An open file. Copies of the handle name the same one; when the last one goes, it is closed. Not
/// thread-safe.
///
/// Whoever is cancelled while a thread is at work stops waiting at once; the thread goes on. What
/// it reads is there for the next operation; what it writes is written; what fails is raised by the
/// next operation, or reported if there is none.
class LASTI_API file {
public:
    /// Empty: falsy, and every use is a type_error.
    file() noexcept {}
    explicit file(detail::file_state* state) noexcept : state_(state) { enter(); }
    file(file const& other) noexcept : state_(other.state_) { enter(); }
    file(file&& other) noexcept : state_(other.state_) { other.state_ = nullptr; }
    file& operator=(file other) noexcept {
        std::swap(state_, other.state_);
        return *this;
    }
    ~file() {
        if (state_) detail::release(*state_);
    }

    explicit operator bool() const noexcept { return state_ != nullptr; }
    bool operator==(file const& other) const noexcept { return state_ == other.state_; }
    bool operator!=(file const& other) const noexcept { return state_ != other.state_; }

    // To be awaited. Each raises os_error with the path in its text, and value_error if the file is
    // closed or was not opened for that.

    /// All up to the end.
    coroutine<std::string> read() const { return read(-1); }
    /// n bytes, or less if the end comes first; empty: the end. Negative: all up to the end.
    coroutine<std::string> read(std::int64_t n) const;
    /// A line with its "\n"; the last one may have none; empty: the end. Needs a thread once for
    /// 64 KiB.
    coroutine<std::string> readline() const;
    /// Writes all of it; gives how many bytes. They are with the system then: nothing is kept back.
    /// How much was written before an error is not known.
    coroutine<std::uint64_t> write(std::string data) const;
    /// From the beginning, SEEK_CUR: from here, SEEK_END: from the end. Gives where it is now.
    coroutine<std::uint64_t> seek(std::int64_t offset, int whence = SEEK_SET) const;
    coroutine<std::uint64_t> tell() const;
    /// Cuts it, or fills it with zeros, to that size; negative: to where it is. Gives the size.
    coroutine<std::uint64_t> truncate(std::int64_t size = -1) const;
    /// Until what was awaited before is done.
    coroutine<void> flush() const;
    /// Until what was written is on the disk.
    coroutine<void> fsync() const;
    /// Again: nothing.
    coroutine<void> close() const;

    /// Of ASYNC_FOR: the next line.
    coroutine<std::string> anext() const;
    /// Of ASYNC_WITH, which closes it.
    file aenter() const { return *this; }
    coroutine<void> aexit(error const&) const { return close(); }

    bool closed() const;
    std::string const& name() const;
    std::string const& mode() const;
    /// The descriptor; -1 once it is closed.
    int fileno() const;

private:
    detail::file_state& get() const;
    void enter() const noexcept {
        if (state_) detail::retain(*state_);
    }

    detail::file_state* state_ = nullptr;
};

/// Opens a file. `mode` is Python's: "r" reads, "w" writes from the beginning and drops what was
/// there, "a" writes at the end, "x" makes a file that must not be there; "+" reads and writes. "b"
/// and "t" change nothing: what is read are bytes. Raises os_error: file_not_found_error,
/// permission_error, is_a_directory_error …; throws value_error for another mode.
LASTI_API coroutine<file> open_file(std::string path, std::string mode = "r");

}  // namespace lasti

#endif
