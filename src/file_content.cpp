// Open files, as threads see them.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_POSIX_IO

#include "file_content.hpp"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <lasti/exceptions.hpp>
#include <lasti/os_error.hpp>

#include "system_calls.hpp"

namespace lasti {
namespace detail {

namespace {

const std::size_t usually_ahead = 64 * 1024;

[[noreturn]] void refuse_mode(std::string const& why) {
    throw_out(value_error("open_file: " + why));
}

}  // namespace

file_mode::file_mode(std::string const& given) : text(given) {
    int kinds = 0, pluses = 0, forms = 0;
    for (const char c : given) {
        switch (c) {
        case 'r':
            reads = true;
            ++kinds;
            break;
        case 'w':
            flags = O_CREAT | O_TRUNC;
            ++kinds;
            break;
        case 'a':
            flags = O_CREAT | O_APPEND;
            ++kinds;
            break;
        case 'x':
            flags = O_CREAT | O_EXCL;
            ++kinds;
            break;
        case '+':
            ++pluses;
            break;
        case 'b':
        case 't':
            ++forms;
            break;
        default:
            refuse_mode("invalid mode: '" + given + "'");
        }
    }
    if (kinds != 1 || pluses > 1)
        refuse_mode("must have exactly one of create/read/write/append mode, got '" + given + "'");
    if (forms > 1) refuse_mode("can't have text and binary mode at once, got '" + given + "'");
    writes = !reads || pluses == 1;
    reads = reads || pluses == 1;
    flags |= O_CLOEXEC | (reads && writes ? O_RDWR : reads ? O_RDONLY : O_WRONLY);
}

file_content::file_content(std::string const& path, file_mode const& given)
    : name(path), mode(given) {
    fd = owned_fd(static_cast<int>(
        uninterrupted([&] { return ssize_t(::open(path.c_str(), mode.flags, 0666)); })));
    struct stat about;
    if (!fd || ::fstat(fd.get(), &about) != 0) problem = make_os_error(errno, path);
    else if (S_ISDIR(about.st_mode)) problem = make_os_error(EISDIR, path);
    if (problem) return;
    is_regular_ = S_ISREG(about.st_mode);
    if (mode.flags & O_APPEND) ::lseek(fd.get(), 0, SEEK_END);
}

error file_content::read_up_to(std::size_t wanted, bool line) {
    std::size_t looked = 0;
    for (bool at_end = false; ahead.size() < wanted && !at_end;) {
        if (line && has_newline(looked)) break;
        looked = ahead.size();
        const std::size_t most = line ? usually_ahead : 16 * usually_ahead;
        error failed = read_some(std::max(usually_ahead, std::min(wanted - looked, most)), at_end);
        if (failed) return failed;
    }
    return error();
}

void file_content::forget_ahead() {
    if (!ahead.empty()) ::lseek(fd.get(), -static_cast<off_t>(ahead.size()), SEEK_CUR);
    ahead.clear();
}

error file_content::write_all(std::string const& data) {
    forget_ahead();
    for (std::size_t n = 0; n < data.size();) {
        const std::size_t left = data.size() - n;
        const ssize_t now = uninterrupted([&]() -> ssize_t {
            if (is_regular_) return ::write(fd.get(), data.data() + n, left);
            no_sigpipe here;
            return here.gave(::write(fd.get(), data.data() + n, left), left);
        });
        if (now < 0) return failure("write");
        n += static_cast<std::size_t>(now);
    }
    return error();
}

error file_content::failure(const char* doing) const {
    return make_os_error(errno, std::string(doing) + ' ' + name);
}

error file_content::read_some(std::size_t most, bool& at_end) {
    std::unique_ptr<char[]> room(new char[most]);
    const ssize_t n = uninterrupted([&] { return ::read(fd.get(), room.get(), most); });
    if (n < 0) return failure("read");
    ahead.append(room.get(), static_cast<std::size_t>(n));
    at_end = n == 0;
    return error();
}

}  // namespace detail
}  // namespace lasti

#endif
