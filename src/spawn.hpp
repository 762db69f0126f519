// spawn(): starts a program as a child process. Of subprocess.hpp.
#ifndef LASTI_SRC_SPAWN_HPP_INCLUDED
#define LASTI_SRC_SPAWN_HPP_INCLUDED

#include <string>
#include <vector>

#include <signal.h>

#include <lasti/subprocess.hpp>

#include "owned_fd.hpp"

namespace lasti {
namespace detail {

/// All signals stay away from this thread meanwhile.
class signals_held_off {
public:
    signals_held_off() noexcept {
        sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before);
    }
    signals_held_off(signals_held_off const&) = delete;
    signals_held_off& operator=(signals_held_off const&) = delete;
    ~signals_held_off() { ::pthread_sigmask(SIG_SETMASK, &before, nullptr); }

    sigset_t before;
};

struct pipe_ends {
    owned_fd reads, writes;
};
/// Both are closed on exec(). False: errno.
bool make_pipe(pipe_ends& made) noexcept;
/// From now on it does not block.
void set_non_blocking(int fd) noexcept;

/// Our ends of the pipes to a child; -1: there is none.
struct spawned {
    int pid;
    owned_fd ends[3];
};
/// `name` is for who asks; `argv` begins with what the program is told to be its name.
error spawn(std::string const& name, std::vector<std::string> const& argv,
            subprocess_options const& options, spawned& made);

}  // namespace detail
}  // namespace lasti

#endif
