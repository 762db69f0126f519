// Where frames get their memory: the pool of a thread, and blocks that go from thread to thread.
#include <doctest/doctest.h>

#include <thread>
#include <vector>

#include <lasti/frame_memory.hpp>
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

TEST_SUITE_BEGIN("frame_memory");

namespace {

lasti::generator<int> numbers(int n) {
    int i = 0;
    return GENERATOR(int) {
        BEGIN;
        TRY
            for (; i < n; ++i) YIELD(i);
        FINALLY
            i = 0;
        END_TRY
        END;
    };
}

int sum_of(lasti::generator<int> const& g) {
    int sum = 0;
    for (int i : g) sum += i;
    return sum;
}

} // namespace

#if LASTI_FRAME_POOL
TEST_CASE("a freed frame is the next of its size; a thread keeps 64 KiB of each at most") {
    const void* first = numbers(1).shared_frame().get();
    CHECK(numbers(1).shared_frame().get() == first);
    const void* const block = lasti::detail::allocate_for_frame(1000);
    lasti::detail::release_of_frame(const_cast<void*>(block), 1000);
    void* const again = lasti::detail::allocate_for_frame(1000);
    CHECK(again == block);
    std::vector<void*> many;
    for (int i = 0; i < 200; ++i) many.push_back(lasti::detail::allocate_for_frame(1000));
    const unsigned* const room = lasti::detail::this_threads_pool().room;
    const std::size_t c = lasti::detail::frame_pool::class_of(1000);
    const unsigned most = room[c];
    CHECK(most * 1000 <= 64 * 1024);
    for (void* one : many) lasti::detail::release_of_frame(one, 1000);
    CHECK(room[c] == 0);
    many.clear();
    for (int i = 0; i < 200; ++i) many.push_back(lasti::detail::allocate_for_frame(1000));
    CHECK(room[c] == most);
    for (void* one : many) lasti::detail::release_of_frame(one, 1000);
    lasti::detail::release_of_frame(again, 1000);
}
#endif

TEST_CASE("what is larger than the pool's classes, and every size below, holds what is put there") {
    for (std::size_t size = 1; size < 1100; ++size) {
        unsigned char* const block = static_cast<unsigned char*>(lasti::detail::allocate_for_frame(size));
        for (std::size_t i = 0; i < size; ++i) block[i] = static_cast<unsigned char>(size);
        lasti::detail::release_of_frame(block, size);
    }
}

TEST_CASE("frames made on one thread die on another, also while a thread ends") {
    struct kept {
        lasti::generator<int> g;
    };
    for (int round = 0; round < 3; ++round) {
        std::vector<lasti::generator<int>> made;
        std::thread maker([&made] {
            for (int i = 0; i < 50; ++i) {
                made.push_back(numbers(i));
                made.back().resume();
            }
        });
        maker.join();
        int sum = 0;
        for (lasti::generator<int> const& g : made) sum += sum_of(g);
        CHECK(sum == 19600);
        std::thread ender([&made] {
            static thread_local kept until_the_end = {made[0]};
            (void)until_the_end;
            made.clear();
            CHECK(sum_of(numbers(4)) == 6);
        });
        ender.join();
    }
}

TEST_CASE("other memory cannot be chosen once there are frames") {
    CHECK(sum_of(numbers(3)) == 3);
    CHECK_THROWS_WITH_AS(lasti::set_frame_memory(lasti::frame_memory{nullptr, nullptr}),
                         doctest::Contains("frames have got memory already"), lasti::runtime_error);
}

TEST_CASE("static_memory: blocks of a size are used again, and its end is null") {
    static lasti::static_memory<256> memory;
    const lasti::frame_memory from = memory.functions();
    void* const first = from.allocate(60);
    void* const second = from.allocate(64);
    CHECK(first);
    CHECK(second);
    CHECK(memory.high_water() == 128);
    from.release(first, 60);
    CHECK(from.allocate(57) == first);
    CHECK(from.allocate(128));
    CHECK(memory.left() == 0);
    CHECK(from.allocate(1) == nullptr);
    from.release(second, 64);
    CHECK(from.allocate(1) == nullptr);
    CHECK(from.allocate(57) == second);
}

TEST_SUITE_END();
