// CPython's test_tools.py: all tasks as a tree, here of the loop itself. Its trees begin with those whom nobody
// awaits, ours with those who await nobody.
#include <lasti/graph.hpp>

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <lasti/gather.hpp>
#include <lasti/task.hpp>

#include "support/call_graphs.hpp"
#include "support/virtual_loop.hpp"

#include <lasti/keywords.hpp>

namespace {

typedef std::vector<std::string> names;
typedef std::map<std::string, lasti::task<>> named_tasks;

/// Awaits those of that name, by a gather() if they are many; the future, if there are none.
lasti::coroutine<> awaits(std::shared_ptr<named_tasks> all, names whom, lasti::future<> end) {
    std::vector<lasti::task<>> awaited;
    return COROUTINE(void) {
        BEGIN;
        for (std::string const& name : whom) awaited.push_back(all->at(name));
        if (awaited.empty()) AWAIT(end);
        else AWAIT(lasti::gather(awaited));
        END;
    };
}

/// Tasks that await each other, and what the graph of the loop says of them.
struct tasks : virtual_loop {
    std::shared_ptr<named_tasks> all = std::make_shared<named_tasks>();
    lasti::future<> end = loop.create_future();

    ~tasks() {
        for (named_tasks::value_type const& t : *all) t.second.cancel();
        loop.run();
        all->clear();
    }
    void add(std::string name, names whom = names()) {
        (*all)[name] = loop.create_task(awaits(all, std::move(whom), end), name);
    }
    std::string text() {
        loop.poll();
        loop.poll();
        return lasti::format_call_graph(loop);
    }
    std::string tree() { return titles(text()); }
};

lasti::coroutine<> c1(lasti::future<> f) { return COROUTINE(void) { BEGIN; AWAIT(f); END; }; }
lasti::coroutine<> c2(lasti::future<> f) { return COROUTINE(void) { BEGIN; AWAIT(c1(f)); END; }; }
lasti::coroutine<> c3(lasti::future<> f) { return COROUTINE(void) { BEGIN; AWAIT(c2(f)); END; }; }

} // namespace

TEST_SUITE_BEGIN("CPython's test_tools.py");

TEST_CASE("CG3: trees of tasks (test_asyncio/test_tools.py: TestAsyncioToolsTree.test_asyncio_utils)") {
    {
        tasks on;
        on.add("timer");
        for (const char* child : {"child1_1", "child2_1", "child1_2", "child2_2"}) on.add(child, {"timer"});
        on.add("root1", {"child1_1", "child2_1"});
        on.add("root2", {"child1_2", "child2_2"});
        on.add("main", {"root1", "root2"});
        CHECK(on.tree() == "timer\n"
                           "    child1_1\n"
                           "        root1\n"
                           "            main\n"
                           "    child2_1\n"
                           "        root1: see above\n"
                           "    child1_2\n"
                           "        root2\n"
                           "            main: see above\n"
                           "    child2_2\n"
                           "        root2: see above\n");
    }
    tasks on;
    for (const char* child : {"a", "b", "c", "d", "e", "f"}) on.add(child);
    on.add("main", {"a", "b", "c"});
    on.add("main2", {"d", "e", "f"});
    on.add("alone");
    CHECK(on.tree() == "a\n    main\nb\n    main: see above\nc\n    main: see above\n"
                       "d\n    main2\ne\n    main2: see above\nf\n    main2: see above\n"
                       "alone\n");
}

TEST_CASE("CG3: circles (test_asyncio/test_tools.py: TestAsyncioToolsTree.test_asyncio_utils_cycles)") {
    {
        tasks on;
        on.add("a", {"b"});
        on.add("b", {"a"});
        on.add("main", {"a"});
        CHECK(occurrences(on.text(), "+ Cycle: ") == 1);
    }
    tasks on;
    on.add("A", {"B"});
    on.add("B", {"A", "Task-2"});
    on.add("C", {"B"});
    on.add("Task-2", {"C"});
    const std::string text = on.text();
    CHECK(occurrences(text, "+ Cycle: ") == 2);
    CHECK(contains(text, "+ Cycle: A -> B -> A"));
}

TEST_CASE("CG3: no tasks, no tree (test_asyncio/test_tools.py: TestAsyncioToolsBasic.test_empty_input_tree)") {
    tasks on;
    CHECK(on.text() == "");
}

TEST_CASE("CG3: tasks on their own (test_asyncio/test_tools.py: TestAsyncioToolsBasic.test_only_independent_tasks_tree)") {
    tasks on;
    on.add("taskA");
    on.add("taskB");
    CHECK(on.tree() == "taskA\ntaskB\n");
}

TEST_CASE("CG3: one task (test_asyncio/test_tools.py: TestAsyncioToolsBasic.test_single_task_tree)") {
    tasks on;
    on.add("Task-1");
    CHECK(on.tree() == "Task-1\n");
}

TEST_CASE("CG3: a circle of two (test_asyncio/test_tools.py: TestAsyncioToolsBasic.test_cycle_detection)") {
    tasks on;
    on.add("Task-1", {"Task-2"});
    on.add("Task-2", {"Task-1"});
    CHECK(contains(on.text(), "+ Cycle: Task-1 -> Task-2 -> Task-1"));
}

TEST_CASE("CG3: three in a row (test_asyncio/test_tools.py: TestAsyncioToolsBasic.test_complex_tree)") {
    tasks on;
    on.add("Task-3");
    on.add("Task-2", {"Task-3"});
    on.add("Task-1", {"Task-2"});
    CHECK(on.tree() == "Task-3\n    Task-2\n        Task-1\n");
}

TEST_CASE("CG3: the coroutines of a task (test_asyncio/test_tools.py: TestAsyncioToolsBasic.test_deep_coroutine_chain)") {
    tasks on;
    on.add("leaf");
    const lasti::task<> root = on.loop.create_task(c3(on.all->at("leaf")), "root");
    CHECK(on.tree() == "leaf\n    root\n");
    CHECK(told(lasti::capture_call_graph(on.all->at("leaf"))) == "leaf[awaits] <- (root[c1 c2 c3])");
    on.end.set_result();
    on.loop.run();
}

TEST_CASE("CG3: circles through one task "
          "(test_asyncio/test_tools.py: TestAsyncioToolsBasic.test_multiple_cycles_same_node)") {
    tasks on;
    on.add("Task-A", {"Task-C"});
    on.add("Task-B", {"Task-A", "Task-C"});
    on.add("Task-C", {"Task-B"});
    const std::string text = on.text();
    CHECK(occurrences(text, "+ Cycle: ") == 2);
    CHECK((contains(text, "Task-A -> Task-B -> Task-C -> Task-A") || contains(text, "Task-A -> Task-C -> Task-B -> Task-A")));
}

TEST_CASE("CG3: a task that awaits itself (test_asyncio/test_tools.py: TestAsyncioToolsEdgeCases.test_task_awaits_self)") {
    tasks on;
    on.add("self", {"self", "other"}); // alone it would be a direct await, and an error
    on.add("other");
    CHECK(contains(on.text(), "+ Cycle: self -> self"));
}

TEST_CASE("CG3: two that await in the same coroutine "
          "(test_asyncio/test_tools.py: TestAsyncioToolsEdgeCases.test_duplicate_coroutine_frames)") {
    tasks on;
    on.add("Task-1");
    on.add("Task-2", {"Task-1"});
    on.add("Task-3", {"Task-1"});
    CHECK(on.tree() == "Task-1\n    Task-2\n    Task-3\n");
    CHECK(told(lasti::capture_call_graph(on.all->at("Task-1"))) ==
          "Task-1[awaits] <- (Task-2[awaits], Task-3[awaits])");
}

TEST_SUITE_END();
