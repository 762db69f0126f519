// What the system is asked for by sockets and pipes: the namespace os has its calls, as POSIX names
// them and with errno, and what is made of them here. Windows' own are made to look like that.
#ifndef LASTI_SRC_SYSTEM_CALLS_HPP_INCLUDED
#define LASTI_SRC_SYSTEM_CALLS_HPP_INCLUDED

#if defined(_WIN32)
#include "windows_calls.hpp"
#else
#include "posix_calls.hpp"
#endif

#endif
