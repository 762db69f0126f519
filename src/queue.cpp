// Queues: what does not depend on what is in them.
#include <lasti/queue.hpp>

namespace lasti {
namespace detail {

void queue_core::task_done() {
    if (unfinished == 0) throw_out(value_error("task_done() called too many times: " + title()));
    if (--unfinished == 0) joiners.wake_all();
}

void queue_core::shut_down(bool immediate) {
    is_shut_down = true;
    if (immediate) {
        unfinished -= size < unfinished ? size : unfinished;
        size = 0;
        clear_items();
        if (unfinished == 0) joiners.wake_all();
    }
    getters.wake_all();
    putters.wake_all();
}

error queue_core::shut_down_error(const char* operation) const {
    return error::make(queue_shut_down(std::string(operation) + ": " + title() + " is shut down"));
}

void queue_core::refuse(const char* operation) const {
    const bool puts = operation[0] == 'p';
    if (is_shut_down) shut_down_error(operation).rethrow();
    if (puts) throw_out(queue_full(std::string(operation) + ": " + describe() + " is full"));
    throw_out(queue_empty(std::string(operation) + ": " + title() + " is empty"));
}

std::string queue_core::describe() const {
    const std::string most = maxsize > 0 ? " of " + std::to_string(maxsize) : std::string();
    std::string text = title() + " [" + std::to_string(size) + most;
    if (!getters.empty()) text += ", getters:" + std::to_string(getters.size());
    if (!putters.empty()) text += ", putters:" + std::to_string(putters.size());
    if (unfinished > 0) text += ", unfinished:" + std::to_string(unfinished);
    return text + (is_shut_down ? ", shut down]" : "]");
}

void queue_core::fail_waiters(error const& what) noexcept {
    getters.fail_all(what);
    putters.fail_all(what);
    joiners.fail_all(what);
}

// ---- get ----------------------------------------------------------------------------------------

error get_request_base::problem() const {
    if (!queue().empty()) return error();
    return queue().is_shut_down ? queue().shut_down_error("get") : owner_->foreign();
}

void get_request_base::arm(task_state& task) {
    enter(queue().getters, task);
    task.asks_request = true;
}

bool get_request_base::go_on(task_state& task, error& thrown) {
    if (thrown) {
        back_out();
        return true;
    }
    if (queue().empty() && !queue().is_shut_down) {
        queue().getters.add(node_, task);
        task.asks_request = true;
        return false;
    }
    leave();
    thrown = problem();
    return true;
}

void get_request_base::back_out() noexcept {
    if (leave() == wait_state::woken && !queue().empty()) queue().getters.wake_first();
}

// ---- put ----------------------------------------------------------------------------------------

error put_request_base::problem() const {
    if (queue().is_shut_down) return queue().shut_down_error("put");
    return queue().full() ? owner_->foreign() : error();
}

void put_request_base::arm(task_state& task) {
    enter(queue().putters, task);
    task.asks_request = true;
}

bool put_request_base::go_on(task_state& task, error& thrown) {
    if (thrown) {
        back_out();
        return true;
    }
    if (queue().full() && !queue().is_shut_down) {
        queue().putters.add(node_, task);
        task.asks_request = true;
        return false;
    }
    leave();
    thrown = problem();
    return true;
}

void put_request_base::back_out() noexcept {
    if (leave() == wait_state::woken && !queue().full()) queue().putters.wake_first();
}

// ---- join ---------------------------------------------------------------------------------------

std::string join_request::describe() const { return "queue.join: " + queue().describe(); }

}  // namespace detail
}  // namespace lasti
