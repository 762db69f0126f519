// Wait lists: who is woken, who gives up, and what becomes of those whom nobody can wake any more.
#include <lasti/detail/wait_list.hpp>

#include <lasti/detail/loop_core.hpp>

namespace lasti {
namespace detail {

std::size_t wait_list::size() const noexcept {
    std::size_t n = 0;
    for (const list_link* at = head_.next; at != &head_; at = at->next) ++n;
    return n;
}

bool wait_list::all_cancelled() const noexcept {
    for (const list_link* at = head_.next; at != &head_; at = at->next)
        if (task_of(static_cast<waiter const&>(*at)).wait != wait_state::cancelled) return false;
    return true;
}

void wait_list::fail_all(error const& what) noexcept {
    for (list_link* at = head_.next; at != &head_;) {
        waiter& node = static_cast<waiter&>(*at);
        at = at->next;
        task_state& task = task_of(node);
        if (task.wait != wait_state::waiting) continue;
        node.unlink();
        task.wait = wait_state::cancelled;
        task.wake(what);
    }
}

// ---- waitable -----------------------------------------------------------------------------------

waitable::~waitable() {
    if (loop) loop->release();
}

bool waitable::is_foreign() noexcept {
    loop_core* const running = running_loop();
    if (!loop && running) {
        loop = running;
        loop->retain();
    }
    return running && loop != running;
}

error waitable::foreign() const {
    return error::make(runtime_error(title() + " is bound to a different event loop"));
}

std::string waitable::title() const {
    return name.empty() ? std::string(kind()[0] == 'e' ? "an " : "a ") + kind()
                        : std::string(kind()) + " '" + name + '\'';
}

void waitable::last_handle_gone() noexcept {
    if (references != 0) {
        ++references;  // those who are woken make and drops references of their own
        fail_waiters(error::make(runtime_error(
            title() +
            " was destroyed while somebody waited for it: nobody is left who could wake them")));
        --references;
    }
    if (references == 0) delete this;
}

// ---- wait_request -------------------------------------------------------------------------------

void wait_request::enter(wait_list& list, task_state& task) noexcept {
    list.add(node_, task);
    // From here on this reference only waits. It may have been the last that did not.
    ++owner_->awaited_by;
    owner_->retain();
    owner_->release();
}

wait_state wait_request::leave() noexcept {
    task_state& task = wait_list::task_of(node_);
    const wait_state fared = task.wait;
    node_.unlink();
    node_.who = nullptr;
    task.wait = wait_state::none;
    --owner_->awaited_by;
    return fared;
}

bool wait_request::give_up(task_state& task, std::string const& message) {
    if (task.wait != wait_state::waiting) return false;
    task.wait = wait_state::cancelled;
    task.wake(error::make(cancelled_error(message)));
    return true;
}

bool wait_request::cancel(task_state& task, std::string const& message) {
    if (!give_up(task, message)) return false;
    node_.unlink();
    return true;
}

void wait_request::not_awaited() const {
    throw_out(runtime_error("await wasn't used with future: " + describe() +
                            " was not there when its awaiter went on"));
}

}  // namespace detail
}  // namespace lasti
