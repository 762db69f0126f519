// Windows' calls for sockets, in the words of POSIX.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO && defined(_WIN32)

#include "windows_calls.hpp"

#include <algorithm>
#include <limits>

#include <mswsock.h>

namespace lasti {
namespace detail {

namespace {

os::socket_number number_of(int fd) noexcept { return static_cast<os::socket_number>(fd); }

// What a call gave; where that is an error, errno says which.
int told(int result) noexcept {
    if (result == SOCKET_ERROR) errno = errno_of(::WSAGetLastError());
    return result;
}

int told(os::socket_number made) noexcept {
    return made == INVALID_SOCKET ? told(SOCKET_ERROR) : static_cast<int>(made);
}

int length_of(std::size_t size) noexcept {
    return static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
}

// Once for the whole program, before anything else. What comes of it the next call will say.
void begin_winsock() noexcept {
    static const int begun = [] {
        WSADATA about;
        return ::WSAStartup(MAKEWORD(2, 2), &about);
    }();
    (void)begun;
}

bool set_blocking(int fd, bool blocks) noexcept {
    u_long does_not = blocks ? 0 : 1;
    return told(::ioctlsocket(number_of(fd), static_cast<long>(FIONBIO), &does_not)) == 0;
}

int close_with(int problem, int fd) noexcept {
    os::close(fd);
    errno = problem;
    return -1;
}

// A datagram that is longer than the room was cut, which POSIX does not call an error.
ssize_t received_bytes(int n, std::size_t room) noexcept {
    if (n != SOCKET_ERROR) return n;
    return ::WSAGetLastError() == WSAEMSGSIZE ? static_cast<ssize_t>(room) : told(n);
}

}  // namespace

// ---- one socket ---------------------------------------------------------------------------------

int os::bind(int fd, sockaddr const* where, socklen_t size) noexcept {
    return told(::bind(number_of(fd), where, size));
}

int os::close(int fd) noexcept { return told(::closesocket(number_of(fd))); }

int os::connect(int fd, sockaddr const* to, socklen_t size) noexcept {
    const int result = told(::connect(number_of(fd), to, size));
    if (result != 0 && errno == EWOULDBLOCK) errno = EINPROGRESS;
    return result;
}

int os::getpeername(int fd, sockaddr* name, socklen_t* size) noexcept {
    return told(::getpeername(number_of(fd), name, size));
}

int os::getsockname(int fd, sockaddr* name, socklen_t* size) noexcept {
    return told(::getsockname(number_of(fd), name, size));
}

int os::getsockopt(int fd, int level, int option, void* value, socklen_t* size) noexcept {
    const int result =
        told(::getsockopt(number_of(fd), level, option, static_cast<char*>(value), size));
    if (result != 0 || level != SOL_SOCKET || option != SO_ERROR) return result;
    int& problem = *static_cast<int*>(value);
    if (problem != 0) problem = errno_of(problem);
    return result;
}

int os::listen(int fd, int backlog) noexcept { return told(::listen(number_of(fd), backlog)); }

ssize_t os::recv(int fd, void* room, std::size_t size, int flags) noexcept {
    return received_bytes(::recv(number_of(fd), static_cast<char*>(room), length_of(size), flags),
                          size);
}

ssize_t os::recvfrom(int fd, void* room, std::size_t size, int flags, sockaddr* from,
                     socklen_t* from_size) noexcept {
    return received_bytes(::recvfrom(number_of(fd), static_cast<char*>(room), length_of(size),
                                     flags, from, from_size),
                          size);
}

ssize_t os::send(int fd, const void* data, std::size_t size, int flags) noexcept {
    return told(::send(number_of(fd), static_cast<const char*>(data), length_of(size), flags));
}

ssize_t os::sendto(int fd, const void* data, std::size_t size, int flags, sockaddr const* to,
                   socklen_t to_size) noexcept {
    return told(::sendto(number_of(fd), static_cast<const char*>(data), length_of(size), flags, to,
                         to_size));
}

int os::setsockopt(int fd, int level, int option, const void* value, socklen_t size) noexcept {
    return told(::setsockopt(number_of(fd), level, option, static_cast<const char*>(value), size));
}

int os::shutdown(int fd, int how) noexcept { return told(::shutdown(number_of(fd), how)); }

namespace {

// Else a datagram that nobody took makes the next recvfrom() fail, of an endpoint that has many
// other correspondents. What is no datagram socket refuses, and need not.
void ignore_lost_datagrams(int fd) noexcept {
    BOOL tells = FALSE;
    DWORD size = 0;
    ::WSAIoctl(number_of(fd), SIO_UDP_CONNRESET, &tells, sizeof tells, nullptr, 0, &size, nullptr,
               nullptr);
}

}  // namespace

bool prepare_socket(int fd) noexcept {
    ignore_lost_datagrams(fd);
    ::SetHandleInformation(reinterpret_cast<HANDLE>(number_of(fd)), HANDLE_FLAG_INHERIT, 0);
    return set_blocking(fd, false);
}

void let_block(int fd) noexcept { set_blocking(fd, true); }

int make_socket(int family, int type, int protocol) noexcept {
    begin_winsock();
    if (family == AF_UNIX) {  // newer ones have some, but nobody has tried them
        errno = EAFNOSUPPORT;
        return -1;
    }
    const int fd = told(::socket(family, type, protocol));
    return fd < 0 || prepare_socket(fd) ? fd : close_with(errno, fd);
}

int accept_socket(int listening, sockaddr* from, socklen_t& from_size) noexcept {
    const int fd = told(::accept(number_of(listening), from, &from_size));
    return fd < 0 || prepare_socket(fd) ? fd : close_with(errno, fd);
}

ssize_t write_parts(int fd, bool, iovec* parts, std::size_t count) noexcept {
    enum : std::size_t { most = 64 };
    WSABUF all[most];
    const std::size_t n = std::min<std::size_t>(count, most);
    for (std::size_t i = 0; i < n; ++i) {
        all[i].buf = static_cast<char*>(parts[i].iov_base);
        all[i].len = static_cast<u_long>(length_of(parts[i].iov_len));
    }
    DWORD sent = 0;
    const int result =
        told(::WSASend(number_of(fd), all, static_cast<DWORD>(n), &sent, 0, nullptr, nullptr));
    return result == 0 ? static_cast<ssize_t>(sent) : result;
}

// ---- two sockets --------------------------------------------------------------------------------

namespace {

// The one that is accepted must be the one that has called: the port is open to others, too.
bool are_ends_of_one(int one, int other) noexcept {
    sockaddr_in mine = {}, seen = {};
    socklen_t size = sizeof mine;
    if (os::getsockname(one, reinterpret_cast<sockaddr*>(&mine), &size) != 0) return false;
    size = sizeof seen;
    if (os::getpeername(other, reinterpret_cast<sockaddr*>(&seen), &size) != 0) return false;
    return mine.sin_port == seen.sin_port && mine.sin_addr.s_addr == seen.sin_addr.s_addr;
}

int connect_ends(int listening, int caller, int* ends) noexcept {
    sockaddr_in where = {};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    sockaddr* const address = reinterpret_cast<sockaddr*>(&where);
    if (os::bind(listening, address, size) != 0 || os::listen(listening, 1) != 0 ||
        os::getsockname(listening, address, &size) != 0 || os::connect(caller, address, size) != 0)
        return -1;
    const int accepted = told(::accept(number_of(listening), nullptr, nullptr));
    if (accepted < 0) return -1;
    if (!are_ends_of_one(caller, accepted)) return close_with(ECONNABORTED, accepted);
    ends[0] = caller;
    ends[1] = accepted;
    return 0;
}

}  // namespace

int os::socketpair(int family, int type, int protocol, int* ends) noexcept {
    begin_winsock();
    if (family != AF_INET || type != SOCK_STREAM) {
        errno = EOPNOTSUPP;
        return -1;
    }
    const int listening = told(::socket(family, type, protocol));
    if (listening < 0) return -1;
    const int caller = told(::socket(family, type, protocol));
    const bool is_made = caller >= 0 && connect_ends(listening, caller, ends) == 0;
    const int problem = errno;
    os::close(listening);
    if (is_made) return 0;
    return close_with(problem, caller);
}

// ---- selectors ----------------------------------------------------------------------------------

int check_kind(int fd) noexcept {
    int type = 0;
    socklen_t size = sizeof type;
    return os::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 ? 0 : errno;
}

bool fits(int fd, fd_set const& set) noexcept {
    return set.fd_count < FD_SETSIZE || FD_ISSET(number_of(fd), const_cast<fd_set*>(&set));
}

namespace {

// Windows does not wait for nothing.
int wait_for_nothing(DWORD milliseconds) noexcept {
    ::Sleep(milliseconds);
    return 0;
}

}  // namespace

// A connection that failed is an exception there.
int os::select(int, fd_set* reads, fd_set* writes, fd_set*, timeval* limit) noexcept {
    if (reads->fd_count == 0 && writes->fd_count == 0)
        return wait_for_nothing(
            limit ? static_cast<DWORD>(limit->tv_sec * 1000 + (limit->tv_usec + 999) / 1000)
                  : INFINITE);
    fd_set failed = *writes;
    const int ready = told(::select(0, reads, writes, &failed, limit));
    if (ready <= 0) return ready;
    for (u_int i = 0; i < failed.fd_count; ++i) FD_SET(failed.fd_array[i], writes);
    return ready;
}

int os::poll(pollfd* watched, std::size_t n, int milliseconds) noexcept {
    if (n == 0) return wait_for_nothing(static_cast<DWORD>(milliseconds));  // -1: INFINITE
    return told(::WSAPoll(watched, static_cast<ULONG>(n), milliseconds));
}

bool os::poll_tells_failures() noexcept {
    typedef LONG(WINAPI * get_version)(OSVERSIONINFOW*);  // the public ones tell of older Windows
    const HMODULE system = ::GetModuleHandleA("ntdll.dll");
    FARPROC const found = system ? ::GetProcAddress(system, "RtlGetVersion") : nullptr;
    OSVERSIONINFOW about = {};
    about.dwOSVersionInfoSize = sizeof about;
    return found &&
           reinterpret_cast<get_version>(reinterpret_cast<void (*)()>(found))(&about) == 0 &&
           about.dwBuildNumber >= 19041;
}

// ---- names --------------------------------------------------------------------------------------

int os::getaddrinfo(const char* host, const char* service, addrinfo const* hints,
                    addrinfo** found) noexcept {
    begin_winsock();
    return ::getaddrinfo(host, service, hints, found);
}

int os::getnameinfo(sockaddr const* address, socklen_t size, char* host, socklen_t host_size,
                    char* service, socklen_t service_size, int flags) noexcept {
    begin_winsock();
    return ::getnameinfo(address, size, host, static_cast<DWORD>(host_size), service,
                         static_cast<DWORD>(service_size), flags);
}

const char* os::gai_strerror(int code) noexcept { return ::gai_strerrorA(code); }

// ---- files --------------------------------------------------------------------------------------

ssize_t os::pread(int file, void* room, std::size_t size, off_t at) noexcept {
    if (::lseek(file, at, SEEK_SET) < 0) return -1;
    return ::read(file, room, static_cast<unsigned>(length_of(size)));
}

}  // namespace detail
}  // namespace lasti

#endif
