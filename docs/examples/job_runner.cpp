// Runs commands of the shell, a few at a time, tells how far it is, and collects what they print.
//     sh docs/examples/run job_runner 2 'sleep 1; echo a' 'sleep 1; echo b' 'exit 3'
#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

namespace {

// [job]
struct job {
    std::string command;
    std::string output;
    int returncode;
};

struct progress {
    std::size_t done, all;

    void step(std::string const& what) {
        std::cerr << '[' << ++done << '/' << all << "] " << what << '\n';
    }
};

lasti::subprocess_options output_only() {
    lasti::subprocess_options o;
    o.std_in = lasti::subprocess::DEVNULL;
    o.std_out = lasti::subprocess::PIPE;
    o.std_err = lasti::subprocess::STDOUT;
    return o;
}

lasti::coroutine<job> run_job(std::string command, lasti::semaphore slots, progress* told) {
    lasti::process p;
    std::pair<std::string, std::string> printed;
    return COROUTINE(job) {
        BEGIN;
        ASYNC_WITH(slots)                                   // waits until one is free
            AWAIT_SET(p, lasti::create_subprocess_shell(command, output_only()));
            AWAIT_SET(printed, p.communicate());
        END_ASYNC_WITH
        told->step(command);
        RETURN(job{command, printed.first, *p.returncode()});
        END;
    };
}
// [/job]

// [all]
lasti::coroutine<std::vector<job>> run_all(std::vector<std::string> commands, int at_once) {
    lasti::semaphore slots(at_once);
    progress told{0, commands.size()};
    std::vector<lasti::coroutine<job>> jobs;
    std::vector<job> done;
    return COROUTINE(std::vector<job>) {
        BEGIN;
        for (std::string const& command : commands) jobs.push_back(run_job(command, slots, &told));
        AWAIT_SET(done, lasti::gather(std::move(jobs)));    // Ctrl-C kills those that run
        RETURN(done);
        END;
    };
}
// [/all]

} // namespace

int main(int argc, char** argv) try {
    std::vector<std::string> commands(argv + (argc > 2 ? 2 : argc), argv + argc);
    if (commands.empty()) commands = {"echo one; echo two", "exit 3", "cat no-such-file 2>/dev/null || echo none"};
    for (job const& j : lasti::run(run_all(commands, argc > 2 ? std::atoi(argv[1]) : 2)))
        std::cout << "$ " << j.command << '\n' << j.output
                  << (j.returncode == 0 ? "" : "returned " + std::to_string(j.returncode) + '\n');
} catch (lasti::keyboard_interrupt const&) {
    return 130;
}
