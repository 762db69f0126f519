// sleep(): into the loop's heap and out of it.
#include <lasti/sleep.hpp>

#include <sstream>

#include <lasti/detail/loop_core.hpp>

namespace lasti {
namespace detail {

lasting_pass_request giving_way;

std::string pass_request::describe() const { return "sleep 0"; }

void pass_request::arm(task_state& task) { task.loop->make_ready(task); }

error sleep_request::problem() const {
    std::ostringstream message;
    message << "sleep: the time is ";
    if (time_.is_nan()) message << "NaN";
    else message << "negative (" << time_.in_seconds() << " s)";
    message << ": " << by_->place();
    return error::make(value_error(message.str()));
}

std::string sleep_request::describe() const {
    if (what() == kind::pass) return "sleep 0";
    std::ostringstream text;
    text << "sleep " << time_.in_seconds() << " s";
    return text.str();
}

void sleep_request::arm(task_state& task) {
    if (time_.is_zero()) return task.loop->make_ready(task);
    sleeper_ = &task;
    task.loop->put_to_sleep(time_.count(), task);
}

bool sleep_request::cancel(task_state& task, std::string const& message) {
    if (!sleeper_ || !task.is_asleep()) return false;
    disarm(task);
    task.wake(error::make(cancelled_error(message)));
    return true;
}

void sleep_request::disarm(task_state& task) noexcept {
    if (sleeper_ && task.is_asleep()) task.loop->sleeping.remove(task);
}

}  // namespace detail
}  // namespace lasti
