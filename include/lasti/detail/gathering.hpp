// gathering: the part of gather()'s future that does not know the types of the results.
#ifndef LASTI_DETAIL_GATHERING_HPP_INCLUDED
#define LASTI_DETAIL_GATHERING_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <functional>  // std::reference_wrapper, in place of references
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <lasti/detail/indices.hpp>
#include <lasti/detail/is_copyable.hpp>
#include <lasti/detail/watch.hpp>
#include <lasti/frame.hpp>
#include <lasti/outcome.hpp>

namespace lasti {
namespace detail {

class LASTI_API gathering : private watcher, protected chained_death {
public:
    /// The next argument; one that is done already counts at begin().
    void add(future_state& child) noexcept;
    /// The task that was made of a coroutine which has been among the arguments before, or null.
    future_state* task_of(frame const& coroutine) const noexcept {
        return watches_.task_of(coroutine);
    }
    /// All are there.
    void begin();
    /// The arguments could not all be made futures.
    void give_up() noexcept;

    std::size_t size() const noexcept { return watches_.size(); }
    future_state& child(std::size_t i) const noexcept { return watches_[i].child(); }

    bool cancel_requested = false;  // cancel() reached a child: it ends with a cancelled_error

protected:
    gathering(future_state& outer, std::size_t capacity, bool keeps_exceptions);
    ~gathering() {}

    /// Every child is done: ends the future with their results.
    virtual void collect() = 0;
    std::string describe_children() const { return "gather(" + watches_.describe() + ")"; }

private:
    void child_done(watch& which) override { count(which.child()); }
    void count(future_state& child);
    void finish();

    future_state& outer_;
    watch_list watches_;
    std::size_t left_ = 0;         // how many are not counted
    bool const keeps_exceptions_;  // return_exceptions
};

// ---- the results --------------------------------------------------------------------------------

/// What stands for an R in a tuple or vector of results.
template <class R>
struct gathered {
    typedef R type;
    static type take(future_state& child) {
        return take_from(*static_cast<slot<R>*>(child.result_slot()), is_copyable<R>());
    }

private:
    static type take_from(slot<R>& result, std::true_type) { return result.get(); }
    static type take_from(slot<R>& result, std::false_type) { return result.take(); }
};
template <class R>
struct gathered<R&> {
    typedef std::reference_wrapper<R> type;
    static type take(future_state& child) {
        return static_cast<slot<R&>*>(child.result_slot())->get();
    }
};
template <>
struct gathered<void> {
    typedef none type;
    static type take(future_state&) { return none(); }
};

/// The same with return_exceptions.
template <class R>
struct gathered_outcome {
    typedef outcome<typename gathered<R>::type> type;
    static type take(future_state& child) {
        error problem = child.outcome();
        if (problem) return type(std::move(problem));
        return type(gathered<R>::take(child));
    }
};
template <>
struct gathered_outcome<void> {
    typedef outcome<void> type;
    static type take(future_state& child) {
        error problem = child.outcome();
        return problem ? type(std::move(problem)) : type();
    }
};

/// How many, of any types: a tuple.
template <template <class> class Item, class... R>
struct gathered_tuple {
    typedef std::tuple<typename Item<R>::type...> type;
    static void into(slot<type>& result, gathering const& from) {
        into(result, from, typename indices_up_to<sizeof...(R)>::type());
    }

private:
    template <std::size_t... I>
    static void into(slot<type>& result, gathering const& from, indices<I...>) {
        result.set(type(Item<R>::take(from.child(I))...));
    }
};
template <template <class> class Item>
struct gathered_tuple<Item> {
    typedef std::tuple<> type;
    static void into(slot<type>& result, gathering const&) { result.set(type()); }
};

/// Any number of one type: a vector.
template <template <class> class Item, class R>
struct gathered_vector {
    typedef std::vector<typename Item<R>::type> type;
    static void into(slot<type>& result, gathering const& from) {
        type all;
        all.reserve(from.size());
        for (std::size_t i = 0; i < from.size(); ++i) all.push_back(Item<R>::take(from.child(i)));
        result.set(std::move(all));
    }
};
/// … and of none.
struct gathered_nothing {
    typedef void type;
    static void into(slot<void>&, gathering const&) {}
};

template <class Results>
class gather_state final : public future_value<typename Results::type>, public gathering {
public:
    gather_state(loop_core& owner, std::size_t capacity, bool keeps_exceptions)
        : future_value<typename Results::type>(owner),
          gathering(*this, capacity, keeps_exceptions) {}

    bool cancel(std::string const& text) override { return cancel_inward(*this, text); }
    gathering* as_gathering() noexcept override { return this; }
    std::string describe() const override { return this->describe_children(); }

private:
    void collect() override {
        Results::into(this->result, *this);
        this->complete(future_state::status::finished);
    }
    void last_handle_gone() noexcept override { this->die_in_turn(*this); }
    void die() noexcept override { future_state::last_handle_gone(); }
};

}  // namespace detail
}  // namespace lasti

#endif
