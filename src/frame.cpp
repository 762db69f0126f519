// The driver of frames, for programs that are linked with this library.
#include <lasti/frame.hpp>

#if defined(LASTI_COMPILED)
#include <lasti/detail/block_storage.hpp>
#include <lasti/detail/copy_chain.hpp>
#include <lasti/detail/dispose.hpp>
#include <lasti/detail/drive.hpp>
#endif
