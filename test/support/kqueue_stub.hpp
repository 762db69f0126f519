// What selector_kqueue.cpp needs of <sys/event.h>, so that it compiles where there is none. The test defines the two
// calls.
#pragma once
#pragma GCC system_header

#include <stdint.h>
#include <time.h>

struct kevent {
    uintptr_t ident;
    short filter;
    unsigned short flags;
    unsigned fflags;
    intptr_t data;
    void* udata;
};

#define EV_SET(event, a, b, c, d, e, f) \
    ((event)->ident = (a), (event)->filter = (b), (event)->flags = (c), (event)->fflags = (d), (event)->data = (e), \
     (event)->udata = (f))

#define EVFILT_READ (-1)
#define EVFILT_WRITE (-2)
#define EV_ADD 0x0001
#define EV_DELETE 0x0002
#define EV_ENABLE 0x0004
#define EV_ERROR 0x4000
#define EV_EOF 0x8000

extern "C" {
int kqueue(void);
int kevent(int queue, const struct kevent* changes, int change_count, struct kevent* events, int event_count,
           const struct timespec* timeout);
}
