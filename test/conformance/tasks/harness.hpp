// What the emitted C++ programs run on: the twin of harness.py, world.py and actions.py, function
// by function; the comments on what is meant are there. The programs see declarations alone; the
// work is in harness.cpp and actions.cpp, compiled once, so that 40 programs compile in seconds.
#pragma once
#include <string>
#include <vector>

#include <tuple>

#include <lasti/as_completed.hpp>
#include <lasti/async_generator.hpp>
#include <lasti/exception_group.hpp>
#include <lasti/gather.hpp>
#include <lasti/queue.hpp>
#include <lasti/shield.hpp>
#include <lasti/sync.hpp>
#include <lasti/task_group.hpp>
#include <lasti/timeouts.hpp>
#include <lasti/wait.hpp>

#include <lasti/keywords.hpp>

typedef lasti::coroutine<long> co;
typedef lasti::future<long> fut;
typedef lasti::outcome<long> outcome;
typedef lasti::async_generator<long, long> generator;

template <class First, class Second>
struct two {
    First first;
    Second second;
};

// What gather() and wait() give, among the locals of each body.
#define LISTS \
    std::vector<long> long_list; \
    std::vector<outcome> outcome_list; \
    std::tuple<long, long> long_pair; \
    std::tuple<outcome, outcome> outcome_pair(0L, 0L); \
    lasti::wait_result<fut> found; \
    lasti::next_result<long> item; \
    fut completed;

// The program's own exceptions.
struct C : std::exception {
    std::string text;
    explicit C(long number) : text(std::to_string(number)) {}
    const char* what() const noexcept override { return text.c_str(); }
};
struct A : std::exception {
    std::string text;
    explicit A(long number) : text(std::to_string(number)) {}
    const char* what() const noexcept override { return text.c_str(); }
};
struct B : A {
    explicit B(long number) : A(number) {}
};

struct action {
    const char* name;
    int a, b, then;
};
struct injection {
    int run, when, ticks, what;
};
struct program {
    int number;
    co (*const* functions)(long);
    action const* actions;
    int const* starts;            // rows of `actions`, then -1
    injection const* injections;  // then one of run -1
    int const* runs;              // their numbers, then -1
    generator (*generator_function)(long);
};

enum { levels = 5, slots = 2 };

struct world_state {
    world_state(program const& p, int number);

    program const& of;
    int run, fuel, coin;
    lasti::virtual_clock clock;
    lasti::event_loop loop;
    std::vector<lasti::task<long>> tasks, spawned;
    fut over;
    std::vector<fut> futures;
    std::vector<lasti::lock> locks;
    std::vector<lasti::event> events;
    std::vector<lasti::condition> conditions;
    int counts[2];
    std::vector<lasti::semaphore> semaphores;
    std::vector<lasti::barrier> barriers;
    std::vector<lasti::queue<long>> queues;
    generator generators[2];
    std::vector<lasti::timeout> timeouts;
    std::vector<lasti::task_group> groups;
    bool has_timeout[levels], has_group[levels];
    std::vector<lasti::handle> handles;
};
extern world_state* world;

// Called by bodies
void s(int id);
long v(int id, long x);
double d(int id);
double now();
bool fuelled();
bool flip();
void got(long value);
void got_sent(bool sent, long value);

long got_list(std::vector<long> const& values);
long got_list(std::vector<outcome> const& values);
long got_list(std::tuple<long, long> const& values);
long got_list(std::tuple<outcome, outcome> const& values);
long got_sets(lasti::wait_result<fut> const& sets);
void caught(lasti::error const& e);
// What EXCEPT_AS bound.
void bound(std::exception const* e);
void bound(lasti::cancelled_error const* e);
void bound(lasti::generator_exit const* e);
[[noreturn]] void throw_native(const char* name, long number);
void act(int row, bool guarded);

struct asks {
    int i;
    bool operator()() const;
};

fut T(int slot);
generator G(int i);
generator no_items();
fut F(int i);
co slept(double delay);
co limited(co awaited, double time);
co limited(fut awaited, double time);
fut shielded(co awaited);
fut shielded(fut awaited);
fut ensured(co awaited);
lasti::future<std::vector<long>> gather(std::vector<co> const& given);
lasti::future<std::vector<long>> gather(std::vector<fut> const& given);
lasti::future<std::tuple<long, long>> gather(two<co, fut> const& given);
lasti::future<std::tuple<long, long>> gather(two<fut, co> const& given);
lasti::future<std::vector<outcome>> gather_outcomes(std::vector<co> const& given);
lasti::future<std::vector<outcome>> gather_outcomes(std::vector<fut> const& given);
lasti::future<std::tuple<outcome, outcome>> gather_outcomes(two<co, fut> const& given);
lasti::future<std::tuple<outcome, outcome>> gather_outcomes(two<fut, co> const& given);
co gathered(lasti::future<std::vector<long>> awaited);
co gathered(lasti::future<std::vector<outcome>> awaited);
co gathered(lasti::future<std::tuple<long, long>> awaited);
co gathered(lasti::future<std::tuple<outcome, outcome>> awaited);
lasti::timeout open_timeout(int slot, lasti::timeout made);
lasti::task_group open_group(int slot);

int run_programs(program const* programs, int count, int argc, char** argv);

// Between the two source files
void log(std::string const& text);
std::string label(lasti::any_future const& future);
std::string describe(lasti::error const& e);
std::string state_of(lasti::any_future const& future);
