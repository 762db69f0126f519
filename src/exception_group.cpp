// Exception groups: how one is taken apart.
#include <lasti/exception_group.hpp>

#include <lasti/exceptions.hpp>

namespace lasti {

exception_group::exception_group(std::string message, std::vector<error> exceptions) {
    if (exceptions.empty())
        detail::throw_out(
            value_error("exception_group: the list of exceptions is empty: " + message));
    for (error const& e : exceptions)
        if (!e)
            detail::throw_out(
                type_error("exception_group: one of the exceptions is an empty error: " + message));
    const std::string count = std::to_string(exceptions.size());
    std::string what =
        message + " (" + count + (count == "1" ? " sub-exception)" : " sub-exceptions)");
    content_ = std::make_shared<content>(
        content{std::move(message), std::move(what), std::move(exceptions)});
}

exception_group::parts
exception_group::split(std::function<bool(error const&)> const& matches) const {
    const error whole = error::make(*this);
    if (matches(whole)) return parts{whole, error()};
    std::vector<error> match, rest;
    for (error const& e : exceptions()) {
        if (matches(e)) {
            match.push_back(e);
        } else if (exception_group const* const inner = e.as<exception_group>()) {
            const parts of_inner = inner->split(matches);
            if (of_inner.match) match.push_back(of_inner.match);
            if (of_inner.rest) rest.push_back(of_inner.rest);
        } else {
            rest.push_back(e);
        }
    }
    parts result;
    if (!match.empty()) result.match = error::make(derive(std::move(match)));
    if (!rest.empty()) result.rest = error::make(derive(std::move(rest)));
    return result;
}

void exception_group::collect(std::function<bool(error const&)> const& matches,
                              std::vector<error>& found) const {
    for (error const& e : exceptions()) {
        if (matches(e)) found.push_back(e);
        else if (exception_group const* const inner = e.as<exception_group>())
            inner->collect(matches, found);
    }
}

}  // namespace lasti
