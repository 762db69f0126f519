// Included by each header of what needs POSIX: pipes, files, subprocesses, signals.
#ifndef LASTI_DETAIL_NEEDS_POSIX_IO_HPP_INCLUDED
#define LASTI_DETAIL_NEEDS_POSIX_IO_HPP_INCLUDED

#include <lasti/detail/needs_io.hpp>

#if !LASTI_HAS_POSIX_IO
#error "lasti: this header needs POSIX; on Windows lasti has sockets and streams, and no more"
#endif

#endif
