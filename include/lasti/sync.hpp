// Everything by which tasks wait for each other: lock, event. asyncio.locks.
#ifndef LASTI_SYNC_HPP_INCLUDED
#define LASTI_SYNC_HPP_INCLUDED

#include <lasti/event.hpp>
#include <lasti/lock.hpp>

#endif
