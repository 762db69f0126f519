// Which selector a loop gets.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_IO

#include <lasti/selector.hpp>

#include <cstdlib>
#include <limits>

#include <lasti/error.hpp>
#include <lasti/exceptions.hpp>

#include "selectors.hpp"
#include "system_calls.hpp"

namespace lasti {

namespace {

struct kind {
    const char* name;
    std::unique_ptr<selector> (*make)();
};

// The best first. The build may put another in front.
const kind kinds[] = {
#if defined(LASTI_SELECTOR_POLL)
    {"poll", &detail::make_poll_selector},
#endif
    {"epoll", &detail::make_epoll_selector}, {"kqueue", &detail::make_kqueue_selector},
    {"poll", &detail::make_poll_selector},   {"select", &detail::make_select_selector},
};

// Unless it is asked for.
bool is_to_be_chosen(kind const& k) noexcept {
    return k.make != &detail::make_poll_selector || detail::os::poll_tells_failures();
}

}  // namespace

selector::~selector() {}

std::unique_ptr<selector> make_selector(std::string const& name) {
    const char* const given = name.empty() ? std::getenv("LASTI_SELECTOR") : name.c_str();
    const std::string wanted = given ? given : "";
    for (kind const& k : kinds) {
        if (wanted.empty() ? !is_to_be_chosen(k) : wanted != k.name) continue;
        std::unique_ptr<selector> made = k.make();
        if (made) return made;
    }
    detail::throw_out(
        value_error("make_selector: there is no '" + wanted +
                    "' here; the names are epoll (Linux), kqueue (BSD, macOS), poll, select"));
}

int detail::rounded_up_to_milliseconds(selector::nanoseconds time) noexcept {
    const std::int64_t longest = std::numeric_limits<int>::max();
    const std::int64_t whole = time.count() / 1000000 + (time.count() % 1000000 > 0 ? 1 : 0);
    return static_cast<int>(whole < longest ? whole : longest);
}

}  // namespace lasti

#endif
