// The deque and the heap of the loop by themselves, beside containers of the standard library.
#include <lasti/detail/ready_queue.hpp>
#include <lasti/detail/sleeping_heap.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include <lasti/detail/loop_core.hpp>
#include <lasti/event_loop.hpp>

namespace {

class sleeper final : public lasti::detail::runnable {
public:
    explicit sleeper(lasti::event_loop& on) : runnable(on.core()) {}
    ~sleeper() override {}
    void run() override {}
    void discard() noexcept override {}

private:
    void last_handle_gone() noexcept override {}
};

/// A heap, and beside it the same in a set: (deadline, how many were pushed before).
struct heap_and_model {
    lasti::event_loop loop;
    lasti::detail::sleeping_heap heap;
    std::vector<std::unique_ptr<sleeper>> all;
    std::set<std::pair<int, std::size_t>> model;
    std::vector<int> deadlines; // of all

    void push(int deadline) {
        model.insert({deadline, all.size()});
        all.emplace_back(new sleeper(loop));
        deadlines.push_back(deadline);
        heap.push(std::chrono::nanoseconds(deadline), *all.back());
    }
    void remove(std::size_t which) {
        heap.remove(*all[which]);
        model.erase({deadlines[which], which});
    }
    /// Whether the heap's first is the model's.
    bool pops_the_same() {
        const std::size_t wanted = model.begin()->second;
        model.erase(model.begin());
        return &heap.pop() == all[wanted].get();
    }
};

} // namespace

TEST_SUITE_BEGIN("queues of the loop");

TEST_CASE("whoever goes, and when: the earliest comes out, of equal ones the first that was put in") {
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        heap_and_model h;
        for (int i = 0; i < 2000; ++i) {
            const unsigned what = random() % 8;
            if (what < 4 || h.model.empty()) {
                h.push(static_cast<int>(random() % 50));
            } else if (what < 6) {
                const std::size_t which = random() % h.all.size();
                if (h.all[which]->is_asleep()) h.remove(which);
            } else {
                REQUIRE(h.pops_the_same());
            }
            REQUIRE(h.heap.size() == h.model.size());
            if (!h.model.empty()) REQUIRE(h.heap.earliest() == std::chrono::nanoseconds(h.model.begin()->first));
        }
        while (!h.model.empty()) REQUIRE(h.pops_the_same());
        CHECK(h.heap.empty());
        for (std::unique_ptr<sleeper> const& s : h.all) CHECK_FALSE(s->is_asleep());
    }
}

TEST_CASE("the deque gives what was put in, in that order, in rounds that end or are left") {
    lasti::event_loop loop;
    std::vector<std::unique_ptr<sleeper>> all;
    for (int i = 0; i < 100; ++i) all.emplace_back(new sleeper(loop));
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        lasti::detail::ready_queue queue;
        std::deque<lasti::detail::runnable*> model;
        std::size_t in_round = 0;
        for (int i = 0; i < 3000; ++i) {
            switch (random() % 8) {
            case 0:
                queue.begin_round();
                in_round = model.size();
                break;
            case 1:
            case 2:
            case 3: {
                lasti::detail::runnable* const next = queue.next_in_round();
                REQUIRE(next == (in_round > 0 ? model.front() : nullptr));
                if (!next) break;
                --in_round;
                model.pop_front();
                break;
            }
            default:
                model.push_back(all[random() % all.size()].get());
                queue.push(*model.back());
            }
            REQUIRE(queue.size() == model.size());
            REQUIRE(queue.empty() == model.empty());
            if (!model.empty()) {
                const std::size_t at = random() % model.size();
                REQUIRE(&queue[at] == model[at]);
            }
        }
        for (; !model.empty(); model.pop_front()) REQUIRE(&queue.pop() == model.front());
        CHECK(queue.empty());
    }
}

TEST_SUITE_END();
