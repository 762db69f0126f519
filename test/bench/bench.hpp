// What every benchmark program shares: it times one thing with the process's CPU clock and prints one line,
//     RESULT items=N ns=TOTAL wall=TOTAL bytes=TOTAL
// of which programs.py knows the meaning. argv[1] says what is timed, argv[2] how much of it.
#ifndef LASTI_TEST_BENCH_BENCH_HPP_INCLUDED
#define LASTI_TEST_BENCH_BENCH_HPP_INCLUDED

#include <cstdint>
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

inline double nanoseconds(clockid_t clock) {
    timespec now;
    clock_gettime(clock, &now);
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

/// callgrind is told to count what happens in here, and nothing else.
template <class F>
__attribute__((noinline)) void timed(F& what) {
    what();
}

/// Runs it again and again, timed, each time after a preparation that is not.
template <class Prepare, class F>
void measure(double items, long times, Prepare prepare, F what) {
    const double memory_before = memory("VmRSS:");
    double cpu = 0, wall = 0;
    for (long i = 0; i < times; ++i) {
        prepare();
        const double begin = nanoseconds(CLOCK_PROCESS_CPUTIME_ID), began = nanoseconds(CLOCK_MONOTONIC);
        timed(what);
        cpu += nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - begin;
        wall += nanoseconds(CLOCK_MONOTONIC) - began;
    }
    std::printf("RESULT items=%.0f ns=%.0f wall=%.0f bytes=%.0f\n", items, cpu, wall, memory("VmHWM:") - memory_before);
}

/// Runs it once, timed.
template <class F>
void measure(double items, F what) {
    measure(items, 1, [] {}, what);
}

/// Whether argv[1] is the word.
inline bool says(int argc, char** argv, const char* word) {
    return argc > 1 && !std::strcmp(argv[1], word);
}

/// The number in argv[which], or `otherwise`.
inline long argument(int argc, char** argv, int which, long otherwise) {
    return argc > which ? std::atol(argv[which]) : otherwise;
}

inline int usage(const char* how) {
    std::fprintf(stderr, "usage: %s\n", how);
    return 2;
}

/// The same numbers in every language.
class random_numbers {
public:
    std::uint32_t next() { return (state_ = state_ * 1664525u + 1013904223u) >> 8; }
    /// How long a task sleeps: 0 to 1000 ms; all the same where argv[3] says so.
    long milliseconds(long same) { return same ? same : static_cast<long>(next() % 1001); }

private:
    std::uint32_t state_ = 12345;
};

} // namespace bench

#endif
