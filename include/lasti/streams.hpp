// Streams: all of it: what calls, what answers, what reads and writes.
#ifndef LASTI_STREAMS_HPP_INCLUDED
#define LASTI_STREAMS_HPP_INCLUDED

#include <lasti/detail/needs_io.hpp>
LASTI_SYSTEM_HEADER

#include <lasti/connection.hpp>
#include <lasti/server.hpp>
#include <lasti/stream_reader.hpp>
#include <lasti/stream_writer.hpp>

#endif
