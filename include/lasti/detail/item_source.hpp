// item_source<R>: what an iterator tool draws its items from, whatever the caller gave.
//
// `R` is a reference for an lvalue, which must outlive the tool. Of a temporary the tool is the
// owner. A generator is a handle and is kept either way.
#ifndef LASTI_DETAIL_ITEM_SOURCE_HPP_INCLUDED
#define LASTI_DETAIL_ITEM_SOURCE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <iterator>
#include <type_traits>
#include <utility>
#include <vector>

#include <lasti/detail/is_copyable.hpp>
#include <lasti/detail/iterated_range.hpp>
#include <lasti/generator.hpp>

namespace lasti {
namespace detail {

#if defined(__cpp_lib_ranges)
template <class It>
using value_of_iterator = std::iter_value_t<It>;
#else
template <class It>
using value_of_iterator = typename std::iterator_traits<It>::value_type;
#endif

/// A slot in a body. A body is moved only before it runs, when it has nothing in it.
template <class T, bool Plain = is_plain<T>::value>
struct place : slot<T, Plain> {
    place() noexcept : slot<T, Plain>(zeroed()) {}
    place(place&&) noexcept : place() {}
};

/// Draws from a range. Its items are references into an lvalue that can be walked again and again;
/// else values, which outlive the tool; references to those that cannot be copied.
template <class R>
class range_source {
    typedef typename std::remove_reference<R>::type range;
    static_assert(is_range<range>::value,
                  "this cannot be iterated: it is no generator, and has no begin()");
    typedef iterated_range<R> iterated;
    typedef typename iterated::iterator iterator;
    typedef typename iterated::reference reference;

public:
    typedef value_of_iterator<iterator> value;
    typedef typename std::conditional<std::is_lvalue_reference<reference>::value &&
                                          ((std::is_lvalue_reference<R>::value &&
                                            is_multi_pass<iterator>::value) ||
                                           !is_copyable<value>::value),
                                      reference, value>::type item;

    explicit range_source(R&& from) : from_(std::forward<R>(from)) {}

    /// Draws the next item; false at the end, and from then on.
    bool next() {
        if (over_) return false;
        over_ = !from_.next();
        if (!over_) held_.set(from_.item());
        return !over_;
    }
    /// What it drew last.
    typename slot<item>::reference get() noexcept { return held_.get(); }
    /// The same, to be moved from if it is a value.
    item&& take() noexcept { return static_cast<item&&>(held_.get()); }

private:
    iterated from_;
    place<item> held_;
    bool over_ = false;
};

/// Draws from a generator. What it yields by value is moved on.
template <class G>
class generator_source {
    static_assert(!std::is_void<typename G::yield_type>::value,
                  "this cannot be iterated: it yields nothing");

public:
    typedef typename G::yield_type item;
    typedef typename std::decay<item>::type value;

    explicit generator_source(G from) : from_(std::move(from)) {}

    bool next() {
        if (!from_.resume()) return false;
        held_.set(static_cast<item&&>(from_.value()));
        return true;
    }
    typename slot<item>::reference get() noexcept { return held_.get(); }
    item&& take() noexcept { return static_cast<item&&>(held_.get()); }

private:
    G from_;
    place<item> held_;
};

template <class R, class Decayed, class = void>
struct choose_source {
    typedef range_source<R> type;
};
template <class R, class Y, class S, class T>
struct choose_source<R, generator<Y, S, T>, void> {
    typedef generator_source<generator<Y, S, T>> type;
};
// The struct form, not made into a generator yet.
template <class R, class Body>
struct choose_source<R, Body, typename make_void<typename frame_of_body<Body>::yield_type>::type> {
    typedef frame_of_body<Body> frame_type;
    typedef generator_source<
        generator<typename frame_type::yield_type, typename frame_type::send_type,
                  typename frame_type::return_type>>
        type;
};

/// `R` as a forwarding parameter deduces it.
template <class R>
using item_source = typename choose_source<R, typename std::decay<R>::type>::type;
/// What is handed on of it.
template <class R>
using item_of = typename item_source<R>::item;
/// What is kept of it: never a reference.
template <class R>
using value_of = typename item_source<R>::value;

/// The base of what stands for a keyword argument of Python's, in front of the ranges.
struct keyword_argument {};

template <template <class...> class Body, bool AllAreRanges, class... R>
struct body_if {
    typedef Body<R...> type;
};
template <template <class...> class Body, class... R>
struct body_if<Body, false, R...> {};
template <class... R>
struct none_is_keyword : std::true_type {};
template <class First, class... More>
struct none_is_keyword<First, More...>
    : std::integral_constant<
          bool, !std::is_base_of<keyword_argument, typename std::decay<First>::type>::value> {};

/// Body<R...>, if no keyword argument is in front: then an overload that takes one is meant.
template <template <class...> class Body, class... R>
using body_of = typename body_if<Body, none_is_keyword<R...>::value, R...>::type;

/// All items, at once.
template <class T, class R>
std::vector<T> pool_of(R&& range) {
    item_source<R> from(std::forward<R>(range));
    std::vector<T> pool;
    while (from.next()) pool.push_back(from.take());
    return pool;
}

/// The code record of a tool: named as in Python, placed by its body.
template <class Body>
code const* code_of_tool(const char* name) {
    static const code record = {name, Body::lasti_file(), Body::lasti_line()};
    return &record;
}

template <class Body>
generator<typename frame_of_body<Body>::yield_type> make_tool(const char* name, Body body) {
    typedef frame_of_body<Body> frame_type;
    return generator<typename frame_type::yield_type>(
        new_frame<frame_type>(code_of_tool<Body>(name), std::move(body)));
}

}  // namespace detail
}  // namespace lasti

#endif
