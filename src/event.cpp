// Events: what is compiled of them.
#include <lasti/event.hpp>

namespace lasti {

event::event(std::string name) : state_(new detail::event_state(std::move(name))) {}

std::string event::describe() const {
    detail::event_state const& e = get();
    const std::size_t waiting = e.waiters.size();
    return e.title() + (e.is_set ? " [set" : " [unset") +
           (waiting ? ", waiters:" + std::to_string(waiting) : std::string()) + ']';
}

}  // namespace lasti
