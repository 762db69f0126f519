// Two workers take jobs from a queue that two producers fill; the queue is closed when all is done.
#include <iostream>
#include <string>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [jobs]
struct job {
    std::string name;
    double seconds;
};

lasti::coroutine<void> produce(lasti::queue<job> jobs, std::string name, double seconds) {
    int i = 1;
    return COROUTINE(void) {
        BEGIN;
        for (; i <= 3; ++i) {
            AWAIT(jobs.put(job{name + std::to_string(i), seconds}));   // waits while the queue is full
            std::cout << "put " << name << i << '\n';
        }
        END;
    };
}

lasti::coroutine<void> work(lasti::queue<job> jobs, int number) {
    job todo;
    return COROUTINE(void) {
        BEGIN;
        TRY
            for (;;) {
                AWAIT_SET(todo, jobs.get());                           // waits while it is empty
                AWAIT(lasti::sleep(todo.seconds));
                std::cout << number << " did " << todo.name << '\n';
                jobs.task_done();
            }
        EXCEPT(lasti::queue_shut_down)
            std::cout << number << " goes home\n";
        END_TRY
        END;
    };
}

lasti::coroutine<void> all() {
    lasti::queue<job> jobs(2);
    lasti::task<void> a, b;
    return COROUTINE(void) {
        BEGIN;
        lasti::create_task(work(jobs, 1));
        lasti::create_task(work(jobs, 2));
        a = lasti::create_task(produce(jobs, "a", 1));
        b = lasti::create_task(produce(jobs, "b", 2.5));
        AWAIT(a);
        AWAIT(b);
        AWAIT(jobs.join());                                            // until each has its task_done()
        jobs.shutdown();
        END;
    };
}
// [/jobs]

int main() {
    lasti::virtual_clock clock;
    lasti::event_loop loop(clock);
    loop.create_task(all());
    loop.run();
    std::cout << "after " << loop.time() << " s\n";
}
