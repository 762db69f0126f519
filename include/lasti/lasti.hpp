// All of lasti but the short names of its statements, which <lasti/keywords.hpp> brings.
#ifndef LASTI_LASTI_HPP_INCLUDED
#define LASTI_LASTI_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <lasti/async_generator.hpp>
#include <lasti/as_completed.hpp>
#include <lasti/awaitable.hpp>
#include <lasti/context.hpp>
#include <lasti/contextlib.hpp>
#include <lasti/cancel_scope.hpp>
#include <lasti/coroutine.hpp>
#include <lasti/event_loop.hpp>
#include <lasti/exception_group.hpp>
#include <lasti/fixed_loop.hpp>
#include <lasti/frame_memory.hpp>
#include <lasti/future.hpp>
#include <lasti/gather.hpp>
#include <lasti/generator.hpp>
#include <lasti/graph.hpp>
#include <lasti/inspect.hpp>
#include <lasti/itertools.hpp>
#include <lasti/os_error.hpp>
#include <lasti/outcome.hpp>
#include <lasti/queue.hpp>
#include <lasti/runner.hpp>
#include <lasti/shield.hpp>
#include <lasti/sleep.hpp>
#include <lasti/static_frame.hpp>
#include <lasti/sync.hpp>
#include <lasti/staggered.hpp>
#include <lasti/task.hpp>
#include <lasti/threads.hpp>
#include <lasti/task_group.hpp>
#include <lasti/timeouts.hpp>
#include <lasti/trace.hpp>
#include <lasti/version.hpp>
#include <lasti/wait.hpp>
#include <lasti/weak.hpp>

#if LASTI_HAS_IO
#include <lasti/datagram.hpp>
#include <lasti/dns.hpp>
#include <lasti/selector.hpp>
#include <lasti/socket.hpp>
#include <lasti/streams.hpp>
#include <lasti/tls.hpp>
#endif

#if LASTI_HAS_POSIX_IO
#include <lasti/file_watch.hpp>
#include <lasti/files.hpp>
#include <lasti/pipes.hpp>
#include <lasti/signals.hpp>
#include <lasti/subprocess.hpp>
#endif

#endif
