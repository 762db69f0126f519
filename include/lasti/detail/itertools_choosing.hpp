// The bodies of tools that choose from pools of items: product, permutations, combinations. The
// algorithms are those of CPython's documentation. See <lasti/itertools.hpp>.
#ifndef LASTI_DETAIL_ITERTOOLS_CHOOSING_HPP_INCLUDED
#define LASTI_DETAIL_ITERTOOLS_CHOOSING_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <numeric>
#include <tuple>
#include <utility>
#include <vector>

#include <lasti/detail/indices.hpp>
#include <lasti/detail/item_source.hpp>

namespace lasti {
namespace detail {

/// A choice from each of some pools: the rightmost turns fastest.
struct odometer {
    std::vector<std::size_t> at;
    std::vector<std::size_t> sizes;

    explicit odometer(std::vector<std::size_t> of) : at(of.size()), sizes(std::move(of)) {}

    /// Whether there is a choice at all.
    bool any() const {
        for (std::size_t size : sizes)
            if (size == 0) return false;
        return true;
    }
    /// False after the last choice.
    bool turn() {
        for (std::size_t i = at.size(); i-- > 0;) {
            if (++at[i] < sizes[i]) return true;
            at[i] = 0;
        }
        return false;
    }
};

/// One item of each pool, in a tuple.
template <class... R>
class product_body {
public:
    typedef std::tuple<value_of<R>...> items;

    explicit product_body(R&&... ranges)
        : pools_{pool_of<value_of<R>>(std::forward<R>(ranges))...},
          chosen_(std::vector<std::size_t>()) {
        chosen_ = odometer(sizes(all()));
    }

    LASTI_GENERATOR_BODY(items) {
        LASTI_BEGIN;
        if (!chosen_.any()) LASTI_RETURN();
        do LASTI_YIELD(taken(all()));
        while (chosen_.turn());
        LASTI_END;
    }

private:
    typedef typename indices_up_to<sizeof...(R)>::type all;

    template <std::size_t... I>
    std::vector<std::size_t> sizes(indices<I...>) const {
        return std::vector<std::size_t>{std::get<I>(pools_).size()...};
    }
    template <std::size_t... I>
    items taken(indices<I...>) const {
        return items(std::get<I>(pools_)[chosen_.at[I]]...);
    }

    std::tuple<std::vector<value_of<R>>...> pools_;
    odometer chosen_;
};

/// One item of each pool, `times` times over, in a vector.
template <class T>
class product_times_body {
public:
    typedef std::vector<T> items;

    product_times_body(std::vector<std::vector<T>> pools, std::size_t times)
        : pools_(std::move(pools)), chosen_(sizes(times)) {}

    LASTI_GENERATOR_BODY(items) {
        LASTI_BEGIN;
        if (!chosen_.any()) LASTI_RETURN();
        do LASTI_YIELD(taken());
        while (chosen_.turn());
        LASTI_END;
    }

private:
    std::vector<std::size_t> sizes(std::size_t times) const {
        std::vector<std::size_t> all;
        for (; times > 0; --times)
            for (std::vector<T> const& pool : pools_) all.push_back(pool.size());
        return all;
    }
    items taken() const {
        items taken;
        taken.reserve(chosen_.at.size());
        for (std::size_t i = 0; i < chosen_.at.size(); ++i)
            taken.push_back(pools_[i % pools_.size()][chosen_.at[i]]);
        return taken;
    }

    std::vector<std::vector<T>> pools_;
    odometer chosen_;
};

/// A number of items to choose. Throws value_error if it is negative.
inline std::size_t not_negative(std::ptrdiff_t n, const char* message) {
    if (n < 0) throw_out(value_error(message));
    return static_cast<std::size_t>(n);
}

template <class T>
std::vector<T> picked(std::vector<T> const& pool, std::vector<std::size_t> const& indices,
                      std::size_t r) {
    std::vector<T> items;
    items.reserve(r);
    for (std::size_t i = 0; i < r; ++i) items.push_back(pool[indices[i]]);
    return items;
}

inline std::size_t chosen_number(std::ptrdiff_t r) {
    return not_negative(r, "r must be non-negative");
}

inline std::vector<std::size_t> first_numbers(std::size_t n) {
    std::vector<std::size_t> numbers(n);
    std::iota(numbers.begin(), numbers.end(), std::size_t());
    return numbers;
}

template <class T>
class permutations_body {
public:
    permutations_body(std::vector<T> pool, std::ptrdiff_t r)
        : pool_(std::move(pool)), r_(chosen_number(r)), indices_(first_numbers(pool_.size())) {
        for (std::size_t i = 0; i < r_ && r_ <= pool_.size(); ++i)
            cycles_.push_back(pool_.size() - i);
    }

    LASTI_GENERATOR_BODY(std::vector<T>) {
        LASTI_BEGIN;
        if (r_ > pool_.size()) LASTI_RETURN();
        do LASTI_YIELD(picked(pool_, indices_, r_));
        while (turn());
        LASTI_END;
    }

private:
    bool turn() {
        const std::size_t n = indices_.size();
        for (std::size_t i = r_; i-- > 0;) {
            if (--cycles_[i] > 0) {
                std::swap(indices_[i], indices_[n - cycles_[i]]);
                return true;
            }
            const std::size_t first = indices_[i];
            for (std::size_t k = i + 1; k < n; ++k) indices_[k - 1] = indices_[k];
            indices_[n - 1] = first;
            cycles_[i] = n - i;
        }
        return false;
    }

    std::vector<T> pool_;
    std::size_t r_;
    std::vector<std::size_t> indices_;
    std::vector<std::size_t> cycles_;
};

/// Again: whether an item may be chosen again.
template <class T, bool Again>
class combinations_body {
public:
    combinations_body(std::vector<T> pool, std::ptrdiff_t r)
        : pool_(std::move(pool)), indices_(Again ? std::vector<std::size_t>(chosen_number(r))
                                                 : first_numbers(chosen_number(r))) {}

    LASTI_GENERATOR_BODY(std::vector<T>) {
        LASTI_BEGIN;
        if (!any()) LASTI_RETURN();
        do LASTI_YIELD(picked(pool_, indices_, indices_.size()));
        while (turn());
        LASTI_END;
    }

private:
    bool any() const noexcept {
        return indices_.size() <= pool_.size() || (Again && !pool_.empty());
    }
    bool turn() {
        const std::size_t n = pool_.size(), r = indices_.size();
        std::size_t i = r;
        while (i > 0 && indices_[i - 1] == (Again ? n - 1 : n - r + i - 1)) --i;
        if (i == 0) return false;
        std::size_t next = indices_[i - 1] + 1;
        for (--i; i < r; ++i) {
            indices_[i] = next;
            if (!Again) ++next;
        }
        return true;
    }

    std::vector<T> pool_;
    std::vector<std::size_t> indices_;
};

}  // namespace detail
}  // namespace lasti

#endif
