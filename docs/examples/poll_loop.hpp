// Tutorial 9: the loop of chapter 7, which waits for descriptors as well.
#ifndef LASTI_POLL_LOOP_HPP_INCLUDED
#define LASTI_POLL_LOOP_HPP_INCLUDED

#include <algorithm>
#include <map>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "callback_loop.hpp"

// [loop]
class poll_loop : public event_loop {
public:
    using event_loop::event_loop;

    void add_reader(int fd, callback f) { readers_[fd] = f; }
    void remove_reader(int fd) { readers_.erase(fd); }

protected:
    bool watches() const override { return !readers_.empty(); }
    void wait(double seconds) override {
        if (clock_.jumps() && poll_them(0)) return;     // time jumps only where nothing is to read
        if (clock_.jumps()) event_loop::wait(seconds);
        else poll_them(static_cast<int>(std::min(std::max(seconds, 0.0), 1e6) * 1000));
    }

private:
    // Sleeps until one of them can be read, but not longer than that.
    bool poll_them(int milliseconds) {
        std::vector<pollfd> fds;
        for (auto const& reader : readers_) fds.push_back(pollfd{reader.first, POLLIN, 0});
        const int found = ::poll(fds.data(), fds.size(), milliseconds);
        for (pollfd const& p : fds)
            if (p.revents) call_soon(readers_[p.fd]);
        return found > 0;
    }

    std::map<int, callback> readers_;
};

// Done when `fd` has something to read.
inline future_ptr readable(poll_loop& loop, int fd) {
    const future_ptr ready = std::make_shared<future>(loop);
    loop.add_reader(fd, [&loop, fd, ready] {
        loop.remove_reader(fd);
        ready->set_result("");
    });
    return ready;
}
// [/loop]

#endif
