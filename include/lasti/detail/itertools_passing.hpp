// The bodies of tools that pass items on, or leave them out: filter, takewhile, dropwhile,
// compress, islice, chain, cycle, repeat, count, enumerate, reversed. See <lasti/itertools.hpp>.
#ifndef LASTI_DETAIL_ITERTOOLS_PASSING_HPP_INCLUDED
#define LASTI_DETAIL_ITERTOOLS_PASSING_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <lasti/detail/indices.hpp>
#include <lasti/detail/item_source.hpp>

namespace lasti {
namespace detail {

/// The predicate None: whether an item is true by itself.
struct truth {
    template <class T>
    bool operator()(T const& item) const {
        return static_cast<bool>(item);
    }
};

template <bool Wanted, class Test, class R>
struct filter_body {
    Test test;
    item_source<R> from;

    LASTI_GENERATOR_BODY(item_of<R>) {
        LASTI_BEGIN;
        while (from.next())
            if (static_cast<bool>(test(from.get())) == Wanted) LASTI_YIELD(from.take());
        LASTI_END;
    }
};

template <class Test, class R>
struct takewhile_body {
    Test test;
    item_source<R> from;

    LASTI_GENERATOR_BODY(item_of<R>) {
        LASTI_BEGIN;
        while (from.next() && test(from.get())) LASTI_YIELD(from.take());
        LASTI_END;
    }
};

template <class Test, class R>
struct dropwhile_body {
    Test test;
    item_source<R> from;
    bool more;

    LASTI_GENERATOR_BODY(item_of<R>) {
        LASTI_BEGIN;
        do more = from.next();
        while (more && test(from.get()));
        for (; more; more = from.next()) LASTI_YIELD(from.take());
        LASTI_END;
    }
};

template <class Data, class Selectors>
struct compress_body {
    item_source<Data> data;
    item_source<Selectors> selectors;

    LASTI_GENERATOR_BODY(item_of<Data>) {
        LASTI_BEGIN;
        while (data.next() && selectors.next())
            if (selectors.get()) LASTI_YIELD(data.take());
        LASTI_END;
    }
};

/// An index of islice; nullptr is None.
class slice_bound {
public:
    template <class Integer,
              class = typename std::enable_if<std::is_integral<Integer>::value>::type>
    slice_bound(Integer value) : value_(static_cast<std::ptrdiff_t>(value)), none_(false) {}
    slice_bound(std::nullptr_t) : value_(0), none_(true) {}

    /// Itself, or what None stands for. Throws value_error if it is less than `least`.
    std::ptrdiff_t or_else(std::ptrdiff_t none, std::ptrdiff_t least, const char* message) const {
        if (!none_ && value_ < least) throw_out(value_error(message));
        return none_ ? none : value_;
    }

private:
    std::ptrdiff_t value_;
    bool none_;
};

/// `stop` < 0: there is none.
template <class R>
struct islice_body {
    item_source<R> from;
    std::ptrdiff_t wanted;  // the index of the next item to hand on
    std::ptrdiff_t stop;
    std::ptrdiff_t step;
    std::ptrdiff_t drawn;

    LASTI_GENERATOR_BODY(item_of<R>) {
        LASTI_BEGIN;
        for (;;) {
            while (drawn < wanted) {
                if (!from.next()) LASTI_RETURN();
                ++drawn;
            }
            if ((stop >= 0 && drawn >= stop) || !from.next()) LASTI_RETURN();
            ++drawn;
            go_on();
            LASTI_YIELD(from.take());
        }
        LASTI_END;
    }
    // At the end it draws up to `stop`, as Python does, and not beyond the largest index.
    void go_on() noexcept {
        const std::ptrdiff_t last = std::numeric_limits<std::ptrdiff_t>::max();
        wanted = wanted > last - step ? last : wanted + step;
        if (stop >= 0 && wanted > stop) wanted = stop;
    }
};

/// What all sources can be handed on as: references if all are of one type, else values.
template <class... R>
struct common_item : std::common_type<value_of<R>...> {};
template <class First>
struct common_item<First> {
    typedef item_of<First> type;
};
template <class First, class Second, class... More>
struct common_item<First, Second, More...>
    : std::conditional<
          std::is_same<item_of<First>, item_of<Second>>::value, common_item<Second, More...>,
          std::common_type<value_of<First>, value_of<Second>, value_of<More>...>>::type {};

template <class... R>
class chain_body {
public:
    typedef typename common_item<R...>::type item;

    explicit chain_body(R&&... from) : from_(std::forward<R>(from)...) {}

    LASTI_GENERATOR_BODY(item) {
        LASTI_BEGIN;
        for (; at_ < sizeof...(R); ++at_)
            while (next(std::integral_constant<std::size_t, 0>())) LASTI_YIELD(held_.take());
        LASTI_END;
    }

private:
    bool next(std::integral_constant<std::size_t, sizeof...(R)>) { return false; }
    template <std::size_t I>
    bool next(std::integral_constant<std::size_t, I>) {
        if (I != at_) return next(std::integral_constant<std::size_t, I + 1>());
        if (!std::get<I>(from_).next()) return false;
        held_.set(std::get<I>(from_).take());
        return true;
    }

    std::tuple<item_source<R>...> from_;
    place<item> held_;
    std::size_t at_ = 0;
};

template <class R>
struct chain_from_iterable_body {
    item_source<R> from;
    place<item_source<item_of<R>>, false> inner;

    explicit chain_from_iterable_body(R&& range) : from(std::forward<R>(range)) {}

    LASTI_GENERATOR_BODY(item_of<item_of<R>>) {
        LASTI_BEGIN;
        while (from.next()) {
            inner.clear();
            inner.emplace(from.take());
            while (inner.get().next()) LASTI_YIELD(inner.get().take());
        }
        LASTI_END;
    }
};

template <class R>
struct cycle_body {
    item_source<R> from;
    std::vector<value_of<R>> saved;
    std::size_t at;

    LASTI_GENERATOR_BODY(value_of<R>) {
        LASTI_BEGIN;
        while (from.next()) {
            saved.push_back(from.take());
            LASTI_YIELD(saved.back());
        }
        while (!saved.empty())
            for (at = 0; at < saved.size(); ++at) LASTI_YIELD(saved[at]);
        LASTI_END;
    }
};

/// `times` < 0: without end.
template <class T>
struct repeat_body {
    T object;
    std::ptrdiff_t times;

    LASTI_GENERATOR_BODY(T) {
        LASTI_BEGIN;
        for (; times != 0; times -= times > 0) LASTI_YIELD(object);
        LASTI_END;
    }
};

template <class T>
bool would_overflow(T const& n, T const& step, std::true_type) {
    return step < 0 ? n < std::numeric_limits<T>::min() - step
                    : n > std::numeric_limits<T>::max() - step;
}
template <class T>
bool would_overflow(T const&, T const&, std::false_type) {
    return false;
}

template <class T>
struct count_body {
    T n;
    T step;

    LASTI_GENERATOR_BODY(T) {
        LASTI_BEGIN;
        for (;;) {
            LASTI_YIELD(n);
            if (would_overflow(n, step, std::is_integral<T>()))
                LASTI_RAISE(std::overflow_error("count(): the next number is too large"));
            n = static_cast<T>(n + step);
        }
        LASTI_END;
    }
};

template <class R>
struct enumerate_body {
    typedef std::pair<std::ptrdiff_t, item_of<R>> numbered;

    item_source<R> from;
    std::ptrdiff_t n;

    LASTI_GENERATOR_BODY(numbered) {
        LASTI_BEGIN;
        for (; from.next(); ++n) LASTI_YIELD(numbered(n, from.take()));
        LASTI_END;
    }
};

/// A range, backwards.
template <class R>
class backwards {
    typedef typename std::remove_reference<R>::type range;
    static_assert(std::is_base_of<
                      std::bidirectional_iterator_tag,
                      typename std::iterator_traits<iterator_of<range>>::iterator_category>::value,
                  "reversed: this goes only forward, as a generator does");

public:
    typedef std::reverse_iterator<iterator_of<range>> iterator;

    explicit backwards(R&& forwards) : range_(std::forward<R>(forwards)) {}
    iterator begin() { return iterator(range_access::end_of(range_)); }
    iterator end() { return iterator(range_access::begin_of(range_)); }

private:
    R range_;
};

/// Of an lvalue the items are references into it, though `backwards` is a temporary.
template <class R>
class reversed_body {
    typedef range_source<backwards<R>> owner;
    typedef range_source<backwards<R>&> borrower;
    typedef
        typename std::conditional<std::is_lvalue_reference<R>::value, borrower, owner>::type source;

public:
    typedef typename source::item item;

    explicit reversed_body(R&& range) : range_(std::forward<R>(range)) {}
    reversed_body(reversed_body&& other) : range_(std::move(other.range_)) {}

    LASTI_GENERATOR_BODY(item) {
        LASTI_BEGIN;
        at_.emplace(range_.begin());
        for (; at_.get() != range_.end(); ++at_.get()) LASTI_YIELD(*at_.get());
        LASTI_END;
    }

private:
    backwards<R> range_;
    place<typename backwards<R>::iterator, false> at_;
};

}  // namespace detail
}  // namespace lasti

#endif
