// A writing end that notices when nobody reads any more. Of pipes.hpp and subprocess.hpp.
#ifndef LASTI_SRC_PIPES_HPP_INCLUDED
#define LASTI_SRC_PIPES_HPP_INCLUDED

#include <cstddef>

#include <lasti/detail/stream_state.hpp>

namespace lasti {
namespace detail {

/// A stream of one end of a pipe, which is non-blocking, and belongs to the stream.
counted<stream_state> reading_end(loop_core& loop, counted<socket_state> const& end,
                                  std::size_t limit);
counted<stream_state> writing_end(loop_core& loop, counted<socket_state> const& end,
                                  error& problem);

}  // namespace detail
}  // namespace lasti

#endif
