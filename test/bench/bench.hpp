// What every benchmark program shares: it times one thing with the process's CPU clock and prints one line,
//     RESULT items=N ns=TOTAL bytes=TOTAL
// so that bench.py can run all of them in turn, round after round, and compare within a round.
#ifndef LASTI_TEST_BENCH_BENCH_HPP_INCLUDED
#define LASTI_TEST_BENCH_BENCH_HPP_INCLUDED

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace bench {

/// Keeps the optimiser from summing in closed form; the same barrier in every program.
template <class T>
inline void keep(T& value) {
    asm volatile("" : "+r"(value));
}

inline double cpu_nanoseconds() {
    timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return 1e9 * static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec);
}

/// A line of /proc/self/status, in bytes: "VmRSS:", "VmHWM:".
inline double memory(const char* key) {
    double kilobytes = 0;
    char line[256];
    std::FILE* const status = std::fopen("/proc/self/status", "r");
    while (status && std::fgets(line, sizeof line, status))
        if (!std::strncmp(line, key, std::strlen(key))) kilobytes = std::atof(line + std::strlen(key));
    if (status) std::fclose(status);
    return 1024 * kilobytes;
}

/// Runs it once, timed.
template <class F>
void measure(double items, F what) {
    const double memory_before = memory("VmRSS:");
    const double start = cpu_nanoseconds();
    what();
    const double spent = cpu_nanoseconds() - start;
    std::printf("RESULT items=%.0f ns=%.0f bytes=%.0f\n", items, spent, memory("VmHWM:") - memory_before);
}

/// The number in argv[which], or `otherwise`.
inline long argument(int argc, char** argv, int which, long otherwise) {
    return argc > which ? std::atol(argv[which]) : otherwise;
}

} // namespace bench

#endif
