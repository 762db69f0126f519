// Child processes of the tests: on each selector, however their end is noticed, and none left behind.
#pragma once

#include <string>

#include <sys/wait.h>

#include <lasti/subprocess.hpp>

#include "streams.hpp"

/// No child is left, not even one that has ended and that nobody has collected. Collects none.
inline bool no_children() {
    siginfo_t about;
    return ::waitid(P_ALL, 0, &about, WEXITED | WNOHANG | WNOWAIT) == -1 && errno == ECHILD;
}

/// Runs `test(on)` on a loop with each selector, with pidfds and with threads, and looks whether
/// descriptors or children are left.
struct in_each_way {
    template <class F>
    explicit in_each_way(F test) {
        for (const bool by_pidfd : {true, false}) {
            CAPTURE(by_pidfd);
            lasti::detail::watches_by_pidfd = by_pidfd;
            on_each_selector([&test](selector_loop& on) {
                {
                    test(on);
                }
                for (int i = 0; i < 3; ++i) on.loop.poll();
            });
            CHECK(no_children());
        }
        lasti::detail::watches_by_pidfd = true;
    }
};

inline lasti::subprocess_options with_pipes() {
    lasti::subprocess_options o;
    o.std_in = o.std_out = o.std_err = lasti::subprocess::PIPE;
    return o;
}
inline lasti::subprocess_options with_output() {
    lasti::subprocess_options o;
    o.std_out = lasti::subprocess::PIPE;
    return o;
}

inline lasti::process shell(selector_loop& on, std::string const& command,
                            lasti::subprocess_options const& options = lasti::subprocess_options()) {
    return on.loop.run_until_complete(lasti::create_subprocess_shell(command, options));
}
inline lasti::process exec(selector_loop& on, std::string const& program, std::vector<std::string> const& args = {},
                           lasti::subprocess_options const& options = lasti::subprocess_options()) {
    return on.loop.run_until_complete(lasti::create_subprocess_exec(program, args, options));
}
/// What the command prints.
inline std::string output_of(selector_loop& on, std::string const& command,
                             lasti::subprocess_options options = lasti::subprocess_options()) {
    options.std_out = lasti::subprocess::PIPE;
    return on.loop.run_until_complete(shell(on, command, options).communicate()).first;
}
