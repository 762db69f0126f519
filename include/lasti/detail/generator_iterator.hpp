// The iterator of generators and iterations: a single pass, so a category of input iterators and no
// more.
#ifndef LASTI_DETAIL_GENERATOR_ITERATOR_HPP_INCLUDED
#define LASTI_DETAIL_GENERATOR_ITERATOR_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <iterator>
#include <memory>  // std::addressof
#include <type_traits>
#include <utility>

namespace lasti {

/// `G` is what it resumes: a handle, or a pointer to something held by value. Default-constructed:
/// the end.
template <class G>
class generator_iterator {
public:
    typedef typename G::yield_type yield_type;
    typedef
        typename std::remove_cv<typename std::remove_reference<yield_type>::type>::type value_type;
    typedef typename std::add_lvalue_reference<yield_type>::type reference;
    typedef typename std::remove_reference<yield_type>::type* pointer;
    typedef std::ptrdiff_t difference_type;
    typedef std::input_iterator_tag iterator_category;

    /// What `i++` gives: the value from before the step.
    class before {
    public:
        explicit before(reference value) : value_(std::forward<yield_type>(value)) {}
        value_type& operator*() { return value_; }

    private:
        value_type value_;
    };

    generator_iterator() : alive_(false) {}
    generator_iterator(G source, bool alive) : source_(std::move(source)), alive_(alive) {}

    reference operator*() const { return source_.value(); }
    pointer operator->() const { return std::addressof(source_.value()); }
    LASTI_ALWAYS_INLINE generator_iterator& operator++() {
        alive_ = source_.resume_held();
        return *this;
    }
    before operator++(int) {
        before old(source_.value());
        ++*this;
        return old;
    }

    /// All that can be asked of a single pass: whether both are at the end, or neither.
    friend bool operator==(generator_iterator const& a, generator_iterator const& b) {
        return a.alive_ == b.alive_;
    }
    friend bool operator!=(generator_iterator const& a, generator_iterator const& b) {
        return a.alive_ != b.alive_;
    }

private:
    G source_;
    bool alive_;
};

}  // namespace lasti

#endif
