// What a read of a file costs that is in memory, in three ways: by pread() itself, by a thread that is woken and rings
// back as lasti's files do, and by io_uring. Medians of 7 rounds.
//     g++ -std=c++11 -O2 test/bench/file_reads.cpp -o /tmp/file_reads -luring -pthread && /tmp/file_reads
#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>

#include <liburing.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

namespace {

const std::size_t size_of_file = 16 << 20;

double now() {
    timespec t;
    ::clock_gettime(CLOCK_MONOTONIC, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

void check(bool good, const char* what) {
    if (good) return;
    std::perror(what);
    std::exit(1);
}

struct file {
    int fd;
    std::vector<char> room;

    file() : room(size_of_file, 'x') {
        char path[] = "/tmp/lasti-file-reads-XXXXXX";
        fd = ::mkstemp(path);
        ::unlink(path);
        check(::write(fd, room.data(), room.size()) == static_cast<ssize_t>(room.size()), "write");
    }
    void read(std::size_t at, std::size_t n) {
        check(::pread(fd, room.data(), n, static_cast<off_t>(at)) == static_cast<ssize_t>(n), "pread");
    }
};

/// Reads where it is told to, and rings.
class reader {
public:
    reader(file& f, std::size_t n) : bell_(::eventfd(0, EFD_NONBLOCK)), epoll_(::epoll_create1(0)) {
        epoll_event e = {};
        e.events = EPOLLIN;
        check(::epoll_ctl(epoll_, EPOLL_CTL_ADD, bell_, &e) == 0, "epoll_ctl");
        thread_ = std::thread([this, &f, n] {
            for (;;) {
                std::unique_lock<std::mutex> locked(mutex_);
                told_.wait(locked, [this] { return has_work_ || stops_; });
                if (stops_) return;
                has_work_ = false;
                const std::size_t at = at_;
                locked.unlock();
                f.read(at, n);
                const std::uint64_t one = 1;
                check(::write(bell_, &one, sizeof one) == sizeof one, "ring");
            }
        });
    }
    ~reader() {
        {
            const std::lock_guard<std::mutex> locked(mutex_);
            stops_ = true;
        }
        told_.notify_one();
        thread_.join();
        ::close(bell_);
        ::close(epoll_);
    }
    void read(std::size_t at) {
        {
            const std::lock_guard<std::mutex> locked(mutex_);
            at_ = at;
            has_work_ = true;
        }
        told_.notify_one();
        epoll_event e;
        check(::epoll_wait(epoll_, &e, 1, -1) == 1, "epoll_wait");
        std::uint64_t n;
        check(::read(bell_, &n, sizeof n) == sizeof n, "read of the bell");
    }

private:
    int bell_, epoll_;
    std::mutex mutex_;
    std::condition_variable told_;
    bool has_work_ = false, stops_ = false;
    std::size_t at_ = 0;
    std::thread thread_;
};

void read_by(io_uring& ring, file& f, std::size_t at, std::size_t n) {
    ::io_uring_prep_read(::io_uring_get_sqe(&ring), f.fd, f.room.data(), static_cast<unsigned>(n), at);
    check(::io_uring_submit_and_wait(&ring, 1) == 1, "io_uring_submit_and_wait");
    io_uring_cqe* done = nullptr;
    check(::io_uring_peek_cqe(&ring, &done) == 0 && done->res == static_cast<int>(n), "io_uring's read");
    ::io_uring_cqe_seen(&ring, done);
}

template <class Read>
double microseconds(std::size_t n, Read read) {
    std::vector<double> rounds;
    for (int round = 0; round < 7; ++round) {
        const double begin = now();
        for (std::size_t at = 0; at < size_of_file; at += n) read(at);
        rounds.push_back((now() - begin) / static_cast<double>(size_of_file / n) * 1e6);
    }
    std::sort(rounds.begin(), rounds.end());
    return rounds[rounds.size() / 2];
}

} // namespace

int main() {
    io_uring ring;
    const int refused = ::io_uring_queue_init(8, &ring, 0);
    if (refused < 0) std::printf("io_uring: %s\n", std::strerror(-refused));
    file f;
    for (const std::size_t n : {std::size_t(4096), std::size_t(65536)}) {
        const double bare = microseconds(n, [&](std::size_t at) { f.read(at, n); });
        reader r(f, n);
        const double thread = microseconds(n, [&](std::size_t at) { r.read(at); });
        const double by_ring = refused < 0 ? 0 : microseconds(n, [&](std::size_t at) { read_by(ring, f, at, n); });
        std::printf("%zu bytes: pread() %.1f us, a thread %.1f us, io_uring %.1f us\n", n, bare, thread, by_ring);
    }
}
