// What a generator raises, with its __context__: a C++ throw would lose that, so the frame is asked.
#pragma once

#include <string>
#include <utility>

#include <lasti/generator.hpp>

namespace detail {

template <class G>
lasti::error taken_from(G const& g, lasti::step why) {
    lasti::error problem = std::move(g.shared_frame()->in_flight);
    g.shared_frame()->in_flight = lasti::error();
    return why == lasti::step::raised ? problem : lasti::error();
}

} // namespace detail

/// Of next().
template <class G>
lasti::error raised_by_next(G const& g) {
    return detail::taken_from(g, g.shared_frame()->resume());
}
/// Of throw_().
template <class G>
lasti::error raised_by_throw(G const& g, lasti::error e) {
    return detail::taken_from(g, g.shared_frame()->throw_in(std::move(e)));
}
/// Of close(), a generator_exit included that close() itself keeps to itself.
template <class G>
lasti::error raised_by_close(G const& g) {
    return detail::taken_from(g, g.shared_frame()->close());
}

/// "E <- D <- C": an exception, its context, the context of that, … as `name` calls them.
template <class Name>
std::string chain_of(lasti::error e, Name name) {
    std::string text = e ? name(e) : "nothing";
    while ((e = e.context())) text += " <- " + name(e);
    return text;
}
