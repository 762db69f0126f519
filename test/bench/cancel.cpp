// Cancelling, from cancel() to the end of the task. `sleepers`: N tasks sleep for hours, each is cancelled, in a random
// order. `chain`: tasks that stand a hundred coroutines deep; `chain_finally`: each of these in a TRY. N counts coroutines.
#include <cstddef>
#include <utility>
#include <vector>

#include <lasti/coroutine.hpp>
#include <lasti/event_loop.hpp>
#include <lasti/sleep.hpp>
#include <lasti/task.hpp>
#include <lasti/keywords.hpp>

#include "bench.hpp"
#include "tasks.hpp"

namespace {

void cancel_sleepers(long count) {
    lasti::event_loop loop;
    std::vector<lasti::task<>> tasks;
    bench::random_numbers random;
    for (long i = 0; i < count; ++i)
        tasks.push_back(loop.create_task(lasti::coroutine<void>(bench::sleeping{std::chrono::seconds(3600 + random.next())})));
    loop.poll();
    for (std::size_t i = tasks.size(); i > 1; --i) std::swap(tasks[i - 1], tasks[random.next() % i]);
    bench::measure(static_cast<double>(count), [&] {
        for (lasti::task<> const& t : tasks) t.cancel();
        loop.run();
    });
}

lasti::coroutine<void> chain(long depth) {
    return COROUTINE(void) {
        BEGIN;
        if (depth > 1) AWAIT(chain(depth - 1));
        else AWAIT(lasti::sleep(3600));
        END;
    };
}

lasti::coroutine<void> chain_finally(long depth) {
    return COROUTINE(void) {
        BEGIN;
        TRY
            if (depth > 1) AWAIT(chain_finally(depth - 1));
            else AWAIT(lasti::sleep(3600));
        FINALLY
        END_TRY
        END;
    };
}

void cancel_chains(long count, lasti::coroutine<void> (*make)(long)) {
    const long depth = 100, together = 10;
    lasti::event_loop loop;
    std::vector<lasti::task<>> tasks;
    bench::measure(
        static_cast<double>(count), count / (depth * together),
        [&] {
            tasks.clear();
            for (long i = 0; i < together; ++i) tasks.push_back(loop.create_task(make(depth)));
            loop.poll();
        },
        [&] {
            for (lasti::task<> const& t : tasks) t.cancel();
            loop.run();
        });
}

} // namespace

int main(int argc, char** argv) {
    const long n = bench::argument(argc, argv, 2, 1000000);
    if (bench::says(argc, argv, "sleepers")) return cancel_sleepers(n), 0;
    if (bench::says(argc, argv, "chain")) return cancel_chains(n, chain), 0;
    if (bench::says(argc, argv, "chain_finally")) return cancel_chains(n, chain_finally), 0;
    return bench::usage("cancel sleepers|chain|chain_finally [N]");
}
