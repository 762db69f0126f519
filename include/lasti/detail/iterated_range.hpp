// iterated_range: a range, and how far it was iterated. What FOR, the YIELD_FROM of a range and the
// iterator tools keep.
#ifndef LASTI_DETAIL_ITERATED_RANGE_HPP_INCLUDED
#define LASTI_DETAIL_ITERATED_RANGE_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <iterator>  // std::begin, std::end
#include <type_traits>
#include <utility>

#include <lasti/detail/copying.hpp>
#include <lasti/error.hpp>
#include <lasti/detail/slot.hpp>

namespace lasti {
namespace detail {

// Found by argument-dependent lookup first, as range-for does.
namespace range_access {
using std::begin;
using std::end;
template <class R>
auto begin_of(R& range) -> decltype(begin(range)) {
    return begin(range);
}
template <class R>
auto end_of(R& range) -> decltype(end(range)) {
    return end(range);
}
}  // namespace range_access

template <class R>
using iterator_of = decltype(range_access::begin_of(std::declval<R&>()));
template <class R>
using sentinel_of = decltype(range_access::end_of(std::declval<R&>()));

/// Whether range-for takes it.
template <class R, class = void>
struct is_range : std::false_type {};
template <class R>
struct is_range<R, typename make_void<iterator_of<R>>::type> : std::true_type {};

/// Whether a range of such iterators can be iterated again up to where somebody was, and what `*it`
/// refers to stays when `it` goes on.
template <class It, class = void>
struct is_multi_pass : std::false_type {};
template <class It>
struct is_multi_pass<It,
                     typename make_void<typename std::iterator_traits<It>::iterator_category>::type>
    : std::is_base_of<std::forward_iterator_tag,
                      typename std::iterator_traits<It>::iterator_category> {};

/// Whether it is a generator: the copy of one goes on for itself.
template <class R, class = void>
struct copies_itself : std::false_type {};
template <class R>
struct copies_itself<
    R, typename std::enable_if<std::is_same<decltype(std::declval<R const&>().copy()), R>::value &&
                               !is_multi_pass<iterator_of<R>>::value>::type> : std::true_type {};

/// Whether it is a generator, or something else of a single pass whose begin(problem) goes on
/// without throwing.
template <class R, class = void>
struct tells_problems : std::false_type {};
template <class R>
struct tells_problems<
    R, typename make_void<decltype(std::declval<R&>().begin(std::declval<error&>()))>::type>
    : std::true_type {};

/// `R` is a reference for an lvalue, which must outlive this.
template <class R>
class iterated_range {
public:
    typedef typename std::remove_reference<R>::type range_type;
    typedef iterator_of<range_type> iterator;
    typedef decltype(*std::declval<iterator&>()) reference;

    explicit iterated_range(R&& range) : range_(std::forward<R>(range)) {}
    // Moved only before it begins, when there are no iterators yet.
    iterated_range(iterated_range&& other) : range_(std::forward<R>(other.range_)) {}

    /// Goes to the next item, the first time to the first; false: there is none.
    bool next() {
        if (at_.full()) {
            ++at_.get();
        } else {
            at_.emplace(range_access::begin_of(range_));
            end_.emplace(range_access::end_of(range_));
        }
        return at_.get() != end_.get();
    }
    /// The same without C++ exceptions: what a generator lets out becomes `problem`.
    bool next(error& problem) { return next(problem, tells_problems<range_type>()); }
    reference item() { return *at_.get(); }

    /// A copy of the range, not begun. If it is a local of the frame, it is the local of the copy.
    static R copy(iterated_range& of, relocation const& locals) {
        return copy_range(of, locals, std::is_reference<R>(), copies_itself<range_type>());
    }
    /// Goes as far as `of` is, of whose range this one's is a copy.
    void settle(iterated_range& of, relocation const& locals) {
        if (!of.at_.full()) return;
        if (std::addressof(range_) == std::addressof(of.range_)) {
            at_.emplace(of.at_.get());
            end_.emplace(of.end_.get());
        } else {
            settle_in_copy(of, locals, is_multi_pass<iterator>(), copies_itself<range_type>());
        }
    }

private:
    bool next(error& problem, std::true_type) {
        at_.clear();
        at_.emplace(range_.begin(problem));
        if (!end_.full()) end_.emplace(range_access::end_of(range_));
        return at_.get() != end_.get();
    }
    bool next(error&, std::false_type) { return next(); }

    template <class Any>
    static R copy_range(iterated_range& of, relocation const& locals, std::true_type, Any) {
        return *locals.moved(std::addressof(of.range_));
    }
    static R copy_range(iterated_range& of, relocation const&, std::false_type, std::true_type) {
        return of.range_.copy();
    }
    static R copy_range(iterated_range& of, relocation const& locals, std::false_type,
                        std::false_type) {
        return copy_value(of, locals, std::integral_constant < bool,
                          is_copyable<range_type>::value&& is_multi_pass<iterator>::value > ());
    }
    static R copy_value(iterated_range& of, relocation const&, std::true_type) { return of.range_; }
    static R copy_value(iterated_range&, relocation const& locals, std::false_type) {
        locals.refuse("it iterates what can be iterated only once, or cannot be copied");
    }

    template <class Any>
    void settle_in_copy(iterated_range& of, relocation const&, std::true_type, Any) {
        at_.emplace(range_access::begin_of(range_));
        std::advance(at_.get(), std::distance(range_access::begin_of(of.range_), of.at_.get()));
        end_.emplace(range_access::end_of(range_));
    }
    void settle_in_copy(iterated_range& of, relocation const&, std::false_type, std::true_type) {
        at_.emplace(range_, of.at_.get() != of.end_.get());
        end_.emplace(range_access::end_of(range_));
    }
    void settle_in_copy(iterated_range&, relocation const& locals, std::false_type,
                        std::false_type) {
        locals.refuse("it iterates a local that can be iterated only once");
    }

    R range_;
    slot<iterator, false> at_{zeroed()};
    slot<sentinel_of<range_type>, false> end_{zeroed()};
};

}  // namespace detail
}  // namespace lasti

#endif
