// The system's header of sockets: the types and constants that addresses and options are made of.
#ifndef LASTI_DETAIL_SYSTEM_SOCKETS_HPP_INCLUDED
#define LASTI_DETAIL_SYSTEM_SOCKETS_HPP_INCLUDED

#include <lasti/detail/needs_io.hpp>
LASTI_SYSTEM_HEADER

#if defined(_WIN32)

// The rest of windows.h, and its macros min and max, are the host's choice.
#if !defined(WIN32_LEAN_AND_MEAN)
#define WIN32_LEAN_AND_MEAN
#endif
#if !defined(NOMINMAX)
#define NOMINMAX
#endif
// How many select() watches; 64 otherwise. What a host's own sets have is left to it.
#if !defined(FD_SETSIZE) && (defined(LASTI_BUILDING) || defined(LASTI_IMPLEMENTATION))
#define FD_SETSIZE 512
#endif
#include <winsock2.h>
#include <ws2tcpip.h>

// POSIX's names.
#if !defined(SHUT_RD)
#define SHUT_RD SD_RECEIVE
#define SHUT_WR SD_SEND
#define SHUT_RDWR SD_BOTH
#endif

#else

#include <netdb.h>
#include <sys/socket.h>

#endif

namespace lasti {
namespace detail {

#if defined(_WIN32)
const int family_of_pairs = AF_INET;
#else
const int family_of_pairs = AF_UNIX;
#endif

}  // namespace detail
}  // namespace lasti

#endif
