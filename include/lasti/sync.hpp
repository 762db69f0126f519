// All by which tasks wait for each other: lock, event, condition, semaphore, bounded_semaphore,
// barrier. Python: what asyncio.locks defines.
#ifndef LASTI_SYNC_HPP_INCLUDED
#define LASTI_SYNC_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <lasti/barrier.hpp>
#include <lasti/condition.hpp>
#include <lasti/event.hpp>
#include <lasti/lock.hpp>
#include <lasti/semaphore.hpp>

#endif
