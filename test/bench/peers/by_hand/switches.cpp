// What tasks that pass cost without a library: a ring of switch frames; `epoll` asks the system once a round, too.
#include <cstddef>
#include <vector>

#include <sys/epoll.h>
#include <unistd.h>

#include "bench.hpp"

struct frame {
    bool (*resume)(frame&);
    int label;
    long n;
};

bool pass(frame& self) {
    switch (self.label) {
    case 0:
        for (; self.n > 0; --self.n) {
            self.label = 1;
            return true;
        case 1:;
        }
    }
    return false;
}

class ring {
public:
    explicit ring(std::size_t tasks) : first_(0), last_(0) {
        std::size_t room = 1;
        while (room < tasks) room *= 2;
        slots_.resize(room);
    }
    void add(frame* f) { slots_[last_++] = f; }

    __attribute__((noinline)) void run(int selector) {
        frame** const slots = &slots_[0];
        const std::size_t mask = slots_.size() - 1;
        std::size_t first = first_, last = last_;
        while (first != last) {
            epoll_event ready[16];
            if (selector >= 0) epoll_wait(selector, ready, 16, 0);
            for (std::size_t n = last - first; n > 0; --n) {
                frame* const f = slots[first++ & mask];
                if (f->resume(*f)) slots[last++ & mask] = f;
                else delete f;
            }
        }
    }

private:
    std::vector<frame*> slots_;
    std::size_t first_, last_;
};

int main(int argc, char** argv) {
    const long passes = bench::argument(argc, argv, 2, 1000), tasks = bench::argument(argc, argv, 3, 1000);
    ring ready(static_cast<std::size_t>(tasks));
    for (long i = 0; i < tasks; ++i) ready.add(new frame{pass, 0, passes});
    const int selector = bench::says(argc, argv, "epoll") ? epoll_create1(0) : -1;
    bench::measure(static_cast<double>(tasks * passes), [&] { ready.run(selector); });
    if (selector >= 0) close(selector);
}
