// The bodies of tools that walk several ranges abreast, or look at several items at once: zip, map,
// starmap, zip_longest, pairwise, batched, accumulate. See <lasti/itertools.hpp>.
#ifndef LASTI_DETAIL_ITERTOOLS_COMBINING_HPP_INCLUDED
#define LASTI_DETAIL_ITERTOOLS_COMBINING_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <lasti/detail/indices.hpp>
#include <lasti/detail/item_source.hpp>

namespace lasti {
namespace detail {

/// Sources that are drawn from one after the other, in each round.
template <class... R>
class abreast {
public:
    typedef typename indices_up_to<sizeof...(R)>::type all;

    /// `strict`: the name of the tool, which is not to end before all sources do; or null.
    abreast(const char* strict, R&&... from) : from_(std::forward<R>(from)...), strict_(strict) {}

    /// False when one has ended; the later ones are not asked then. Throws value_error.
    bool next() {
        const std::size_t drawn = draw(all());
        if (drawn == sizeof...(R)) return sizeof...(R) > 0;
        if (strict_ && drawn > 0) complain(drawn, "shorter");
        if (strict_) check_ended(all());
        return false;
    }
    template <std::size_t I>
    auto get() -> decltype(std::get<I>(std::declval<std::tuple<item_source<R>...>&>())) {
        return std::get<I>(from_);
    }

private:
    template <std::size_t... I>
    std::size_t draw(indices<I...>) {
        std::size_t drawn = 0;
        const bool in_order[] = {true, (drawn == I && get<I>().next() && ++drawn)...};
        (void)in_order;
        return drawn;
    }
    // The first has ended: so must the others have.
    template <std::size_t... I>
    void check_ended(indices<I...>) {
        const bool in_order[] = {true, (I > 0 && get<I>().next() && complain(I, "longer"))...};
        (void)in_order;
    }
    bool complain(std::size_t before, const char* how) {
        throw_out(value_error(std::string(strict_) + "() argument " + std::to_string(before + 1) +
                              " is " + how + " than argument" + (before == 1 ? " " : "s 1-") +
                              std::to_string(before)));
    }

    std::tuple<item_source<R>...> from_;
    const char* strict_;
};
template <>
class abreast<> {
public:
    typedef indices<> all;
    explicit abreast(const char*) {}
    bool next() { return false; }
};

template <class... R>
struct zip_body {
    typedef std::tuple<item_of<R>...> items;

    abreast<R...> from;

    LASTI_GENERATOR_BODY(items) {
        LASTI_BEGIN;
        while (from.next()) LASTI_YIELD(taken(typename abreast<R...>::all()));
        LASTI_END;
    }
    template <std::size_t... I>
    items taken(indices<I...>) {
        return items(from.template get<I>().take()...);
    }
};

/// What a tool yields that yields what a function returns: a reference to what stays, or a value.
template <class T>
struct returned {
    static_assert(!std::is_void<T>::value, "the function returns nothing: there is no item");
    typedef typename std::conditional<std::is_lvalue_reference<T>::value, T,
                                      typename std::decay<T>::type>::type type;
};

template <class F, class... R>
struct map_body {
    typedef
        typename returned<decltype(std::declval<F&>()(std::declval<item_of<R>>()...))>::type item;

    F function;
    abreast<R...> from;

    LASTI_GENERATOR_BODY(item) {
        LASTI_BEGIN;
        while (from.next()) LASTI_YIELD(call(typename abreast<R...>::all()));
        LASTI_END;
    }
    template <std::size_t... I>
    item call(indices<I...>) {
        return function(from.template get<I>().take()...);
    }
};

/// What a function returns for the parts of a tuple, a pair or an array.
template <class F, class Tuple, std::size_t... I>
auto call_with_parts(F& function, Tuple&& parts, indices<I...>)
    -> decltype(function(std::get<I>(std::forward<Tuple>(parts))...)) {
    return function(std::get<I>(std::forward<Tuple>(parts))...);
}

template <class F, class R>
struct starmap_body {
    typedef typename indices_up_to<std::tuple_size<value_of<R>>::value>::type parts;
    typedef typename returned<decltype(call_with_parts(
        std::declval<F&>(), std::declval<item_of<R>>(), parts()))>::type item;

    F function;
    item_source<R> from;

    LASTI_GENERATOR_BODY(item) {
        LASTI_BEGIN;
        while (from.next())
            LASTI_YIELD(static_cast<item>(call_with_parts(function, from.take(), parts())));
        LASTI_END;
    }
};

template <class... R>
class zip_longest_body {
public:
    typedef std::tuple<value_of<R>...> values;

    zip_longest_body(values fill, R&&... from)
        : from_(std::forward<R>(from)...), fill_(std::move(fill)) {}

    LASTI_GENERATOR_BODY(values) {
        LASTI_BEGIN;
        while (next(indices())) LASTI_YIELD(taken(indices()));
        LASTI_END;
    }

private:
    typedef typename indices_up_to<sizeof...(R)>::type indices;

    // Those that have ended are not asked again; the last one that ends, ends the round at once.
    template <std::size_t... I>
    bool next(detail::indices<I...>) {
        const bool in_order[] = {true, (running_ > 0 && !ended_[I] && draw<I>())...};
        (void)in_order;
        return running_ > 0;
    }
    template <std::size_t I>
    bool draw() {
        ended_[I] = !std::get<I>(from_).next();
        running_ -= ended_[I];
        return true;
    }
    template <std::size_t... I>
    values taken(detail::indices<I...>) {
        return values(item<I>()...);
    }
    template <std::size_t I>
    typename std::tuple_element<I, values>::type item() {
        if (ended_[I]) return std::get<I>(fill_);
        return std::get<I>(from_).take();
    }

    std::tuple<item_source<R>...> from_;
    values fill_;
    bool ended_[sizeof...(R) + 1] = {};
    std::size_t running_ = sizeof...(R);
};

template <class R>
struct pairwise_body {
    typedef std::pair<value_of<R>, value_of<R>> neighbours;

    item_source<R> from;
    place<value_of<R>> before;

    LASTI_GENERATOR_BODY(neighbours) {
        LASTI_BEGIN;
        if (!from.next()) LASTI_RETURN();
        before.set(from.take());
        while (from.next()) {
            LASTI_YIELD(neighbours(before.take(), from.get()));
            before.set(from.take());
        }
        LASTI_END;
    }
};

template <class R>
struct batched_body {
    typedef std::vector<value_of<R>> batch;

    item_source<R> from;
    std::size_t n;
    bool strict;
    batch items;

    LASTI_GENERATOR_BODY(batch) {
        LASTI_BEGIN;
        for (;;) {
            items = batch();
            while (items.size() < n && from.next()) items.push_back(from.take());
            if (items.empty()) break;
            if (strict && items.size() < n) LASTI_RAISE(value_error("batched(): incomplete batch"));
            LASTI_YIELD(std::move(items));
        }
        LASTI_END;
    }
};

template <class R>
generator<std::vector<value_of<R>>> make_batched(R&& range, std::ptrdiff_t n, bool strict) {
    if (n < 1) throw_out(value_error("n must be at least one"));
    return make_tool("batched", batched_body<R>{item_source<R>(std::forward<R>(range)),
                                                static_cast<std::size_t>(n),
                                                strict,
                                                {}});
}

/// `std::plus<>`, which C++11 does not have yet.
struct added {
    template <class T, class U>
    auto operator()(T const& a, U const& b) const -> decltype(a + b) {
        return a + b;
    }
};

template <class R, class F>
struct accumulate_body {
    item_source<R> from;
    F function;
    place<value_of<R>> total;

    LASTI_GENERATOR_BODY(value_of<R>) {
        LASTI_BEGIN;
        if (!from.next()) LASTI_RETURN();
        total.set(from.take());
        for (;;) {
            LASTI_YIELD(static_cast<value_of<R> const&>(total.get()));
            if (!from.next()) break;
            total.set(static_cast<value_of<R>>(function(total.get(), from.take())));
        }
        LASTI_END;
    }
};

template <class R, class F, class T>
struct accumulate_from_body {
    item_source<R> from;
    F function;
    T total;

    LASTI_GENERATOR_BODY(T) {
        LASTI_BEGIN;
        for (;;) {
            LASTI_YIELD(static_cast<T const&>(total));
            if (!from.next()) break;
            total = function(total, from.take());
        }
        LASTI_END;
    }
};

}  // namespace detail
}  // namespace lasti

#endif
