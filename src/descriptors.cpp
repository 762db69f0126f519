// Watched descriptors: what the selector is told, and who is woken by what it tells.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO

#include "descriptors.hpp"

#include <cerrno>

#include <lasti/detail/loop_core.hpp>
#include <lasti/os_error.hpp>

namespace lasti {
namespace detail {

unsigned descriptor::wanted() const noexcept {
    const auto is_wanted = [](direction const& d) { return d.callback || !d.waiters.empty(); };
    return (is_wanted(directions[0]) ? selector::reading : 0u) |
           (is_wanted(directions[1]) ? selector::writing : 0u);
}

descriptors::descriptors(loop_core& loop, std::unique_ptr<selector> given)
    : loop_(loop), inbox_(*loop.outside), selector_(std::move(given)) {
    fork_ = fork_count();
    if (!selector_) selector_ = make_selector();
    watch_bell();
}

descriptors::~descriptors() {
    for (std::unique_ptr<descriptor> const& d : table_)
        if (d && d->owner) *d->owner = nullptr;
}

void descriptors::fail(const char* what) const {
    throw_os_error(errno, std::string("event_loop: ") + selector_->name() + ": " + what);
}

void descriptors::watch_bell() {
    errno = selector_->watch(inbox_.bell_fd(), 0, 0, selector::reading);
    if (errno != 0) fail("the pipe that wakes it");
}

// A child has the parent's selector and pipe: it makes its own, and leaves those alone.
void descriptors::follow_fork() {
    if (LASTI_LIKELY(!has_forked())) return;
    fork_ = fork_count();
    inbox_.renew_bell();
    selector_ = selector_->anew();
    watch_bell();
    for (std::unique_ptr<descriptor> const& d : table_) {
        if (!d) continue;
        d->watched_for = 0;
        drop_unwanted(*d);
    }
}

descriptor* descriptors::find(int fd) const noexcept {
    const std::size_t number = static_cast<std::size_t>(fd);
    return fd >= 0 && number < table_.size() ? table_[number].get() : nullptr;
}

descriptor& descriptors::at(int fd) {
    if (descriptor* const there = find(fd)) return *there;
    const std::size_t number = static_cast<std::size_t>(fd);
    if (number >= table_.size()) table_.resize(number + 1);
    if (++last_key_ == 0) ++last_key_;  // 0 is the bell's
    table_[number].reset(new descriptor(*this, fd, last_key_));
    return *table_[number];
}

int descriptors::adapt(descriptor& d, unsigned now) {
    follow_fork();
    if (now == d.watched_for) return 0;
    const int refused = selector_->watch(d.fd, d.key, d.watched_for, now);
    if (refused == 0) d.watched_for = now;
    return refused;
}

// What the selector says to that changes nothing.
void descriptors::drop_unwanted(descriptor& d) noexcept {
    if (!has_forked() && adapt(d, d.wanted()) != 0) d.watched_for = 0;
}

// ---- tasks --------------------------------------------------------------------------------------

int descriptors::enter(descriptor& d, bool writing, waiter& node, task_state& task) {
    d.of(writing).waiters.add(node, task);
    ++loop_.watched;
    const unsigned direction = writing ? selector::writing : selector::reading;
    if (LASTI_LIKELY((d.watched_for & direction) != 0 && !has_forked())) return 0;
    const int refused = adapt(d, d.watched_for | d.wanted());
    if (refused == 0) return 0;
    task.wait = wait_state::none;
    node.unlink();
    --loop_.watched;
    return refused;
}

void descriptors::leave(descriptor& d, bool writing, waiter& node) noexcept {
    node.unlink();
    --loop_.watched;
    descriptor::direction& in = d.of(writing);
    if (in.is_ready && !in.waiters.empty() &&
        wait_list::task_of(in.waiters.front()).wait == wait_state::waiting)
        wait_list::wake(in.waiters.front());
}

void descriptors::rouse(descriptor& d, bool writing) noexcept {
    d.of(writing).waiters.for_each([](waiter& node) {
        if (wait_list::task_of(node).wait == wait_state::waiting) wait_list::wake(node);
    });
}

void descriptors::close(descriptor& d, error const& why) noexcept {
    for (descriptor::direction& in : d.directions) {
        while (!in.waiters.empty()) {
            waiter& node = in.waiters.front();
            node.unlink();
            --loop_.watched;
            task_state& task = wait_list::task_of(node);
            if (task.wait != wait_state::waiting) continue;  // it will see in its turn
            task.wait = wait_state::cancelled;
            task.wake(why);
        }
    }
    for (int writing = 0; writing < 2; ++writing)
        if (d.of(writing != 0).callback) set_callback(d.fd, writing != 0, nullptr);
    if (descriptor* const still_there = find(d.fd)) forget(*still_there);
}

void descriptors::forget(descriptor& d) noexcept {
    if (d.watched_for != 0 && !has_forked()) selector_->watch(d.fd, d.key, d.watched_for, 0);
    if (d.owner) *d.owner = nullptr;
    table_[static_cast<std::size_t>(d.fd)] = nullptr;
}

// ---- callbacks ----------------------------------------------------------------------------------

void descriptors::count(counted<handle_state> const& callback, int change) noexcept {
    if (!callback) return;
    loop_.watched += static_cast<std::size_t>(change);
    if (!callback->is_background) loop_.descriptor_callbacks += static_cast<std::size_t>(change);
}

error descriptors::set_callback(int fd, bool writing, counted<handle_state> callback,
                                bool* replaced) {
    descriptor* const there = callback ? &at(fd) : find(fd);
    if (!there) return error();
    descriptor::direction& in = there->of(writing);
    const counted<handle_state> old = in.callback;
    in.callback = callback;
    const int refused = callback || old ? adapt(*there, there->wanted()) : 0;
    if (callback && refused != 0) in.callback = old;
    count(in.callback, +1);
    count(old, -1);
    if (!there->owner && there->wanted() == 0) forget(*there);
    if (callback && refused != 0)
        return make_os_error(refused, std::string(writing ? "add_writer" : "add_reader") +
                                          ": descriptor " + std::to_string(fd));
    if (old) old->cancel();
    if (replaced) *replaced = static_cast<bool>(old);
    return error();
}

// ---- the loop -----------------------------------------------------------------------------------

bool descriptors::sleep(selector::nanoseconds const* time, bool expecting) {
    follow_fork();
    if (!inbox_.begin_sleep(expecting)) return false;
    const int n = selector_->select(time, found_, most_at_once);
    const int problem = errno;
    rang_ = false;
    tell(n);
    inbox_.end_sleep(rang_);
    errno = problem;
    if (n < 0 && errno != EINTR) fail("waiting");
    return n == 0 && !inbox_.has_news();
}

bool descriptors::look() {
    follow_fork();
    const selector::nanoseconds at_once(0);
    const int n = selector_->select(&at_once, found_, most_at_once);
    if (n < 0 && errno != EINTR) fail("looking");
    rang_ = false;
    tell(n);
    if (rang_) inbox_.silence();
    return n > 0;
}

int descriptors::serve_outside() {
    follow_fork();
    inbox_.always_ring();
    return selector_->fileno();
}

void descriptors::tell(int n) {
    for (int i = 0; i < n; ++i) {
        selector::found const& f = found_[i];
        if (f.fd == inbox_.bell_fd()) {
            rang_ = true;
            continue;
        }
        descriptor* const d = find(f.fd);
        if (!d || d->key != f.key) continue;  // of a number that was in use before
        d->is_drained = false;
        const unsigned wanted = d->wanted();
        if (f.ready & selector::reading) wake(*d, false);
        if (f.ready & selector::writing) wake(*d, true);
        if (f.ready & ~wanted) drop_unwanted(*d);
    }
}

void descriptors::wake(descriptor& d, bool writing) noexcept {
    descriptor::direction& in = d.of(writing);
    in.is_ready = true;
    if (!in.waiters.empty() && wait_list::task_of(in.waiters.front()).wait == wait_state::waiting)
        wait_list::wake(in.waiters.front());
    if (in.callback) in.callback->make_ready();
}

}  // namespace detail
}  // namespace lasti

#endif
