// Included by each header of what needs an operating system's sockets.
#ifndef LASTI_DETAIL_NEEDS_IO_HPP_INCLUDED
#define LASTI_DETAIL_NEEDS_IO_HPP_INCLUDED

#include <lasti/detail/config.hpp>

#if !LASTI_HAS_IO
#error "lasti: this header needs I/O, which this build of lasti is without (LASTI_NO_IO)"
#endif

#endif
