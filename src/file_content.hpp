// file_content: an open file as a thread sees it: its descriptor, and what was read ahead. Of
// files.hpp.
#ifndef LASTI_SRC_FILE_CONTENT_HPP_INCLUDED
#define LASTI_SRC_FILE_CONTENT_HPP_INCLUDED

#include <cstddef>
#include <cstring>
#include <memory>
#include <string>

#include <lasti/detail/byte_buffer.hpp>
#include <lasti/error.hpp>

#include "owned_fd.hpp"

namespace lasti {
namespace detail {

/// Python's: "r", "w+b" … Throws value_error for another.
struct file_mode {
    std::string text;
    int flags = 0;
    bool reads = false;
    bool writes = false;

    explicit file_mode(std::string const& given);
};

/// What a thread works on, and the loop's thread where none does: never both.
class file_content {
public:
    /// Opens it. Where that fails there is a `problem`.
    file_content(std::string const& path, file_mode const& given);

    /// Until there are so many bytes, or a newline among them; or the end.
    error read_up_to(std::size_t wanted, bool line);
    bool has_newline(std::size_t from = 0) const {
        return from < ahead.size() && std::memchr(ahead.data() + from, '\n', ahead.size() - from);
    }
    /// What was read ahead is read again: what follows is about where the reader stands.
    void forget_ahead();
    error write_all(std::string const& data);
    /// What errno says.
    error failure(const char* doing) const;

    std::string const name;
    file_mode const mode;
    owned_fd fd;
    byte_buffer ahead;        // read, and not asked for yet
    error problem;            // of an operation, until it is raised
    bool is_dropped = false;  // there is nobody who could be told

private:
    error read_some(std::size_t most, bool& at_end);

    bool is_regular_ = false;
};

}  // namespace detail
}  // namespace lasti

#endif
