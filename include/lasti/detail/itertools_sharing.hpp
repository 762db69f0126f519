// The bodies of tools whose parts are walked by several: groupby and tee. See
// <lasti/itertools.hpp>.
#ifndef LASTI_DETAIL_ITERTOOLS_SHARING_HPP_INCLUDED
#define LASTI_DETAIL_ITERTOOLS_SHARING_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <memory>
#include <type_traits>
#include <utility>

#include <lasti/detail/counted.hpp>
#include <lasti/detail/item_source.hpp>

namespace lasti {
namespace detail {

/// What several bodies share, behind a counted pointer.
class shared_part {
public:
    shared_part() noexcept {}
    shared_part(shared_part const&) = delete;
    shared_part& operator=(shared_part const&) = delete;
    virtual ~shared_part() {}

    void retain() noexcept { ++references_; }
    void release() noexcept {
        if (--references_ == 0) delete this;
    }

private:
    long references_ = 0;
};

/// The key None: the item itself.
struct same {
    template <class T>
    T const& operator()(T const& item) const {
        return item;
    }
};

template <class Key, class R>
struct grouping final : shared_part {
    typedef item_of<R> item;
    typedef typename std::decay<decltype(std::declval<Key&>()(
        std::declval<typename slot<item>::reference>()))>::type key_type;

    grouping(R&& range, Key function) : from(std::forward<R>(range)), key(std::move(function)) {}

    /// Draws an item and computes its key; false at the end.
    bool step() {
        if (!from.next()) return false;
        current.set(static_cast<key_type>(key(from.get())));
        has_key = has_item = true;
        return true;
    }
    bool at_new_key() { return has_key && !(has_target && target.get() == current.get()); }

    item_source<R> from;
    Key key;
    slot<key_type> current;  // of the item drawn last
    slot<key_type> target;   // of the group handed out last
    bool has_key = false;
    bool has_target = false;
    bool has_item = false;  // an item was drawn that no group has handed on yet
    long group = 0;         // the number of the group handed out last; earlier ones have ended
};

template <class Grouping>
struct group_body {
    counted<Grouping> all;
    typename Grouping::key_type key;
    long number;

    LASTI_GENERATOR_BODY(typename Grouping::item) {
        LASTI_BEGIN;
        while (all->group == number && (all->has_item || all->step()) &&
               key == all->current.get()) {
            all->has_item = false;
            LASTI_YIELD(all->from.take());
        }
        LASTI_END;
    }
};

template <class Grouping>
struct groupby_body {
    typedef typename Grouping::key_type key_type;
    typedef std::pair<key_type, generator<typename Grouping::item>> group;

    counted<Grouping> all;

    LASTI_GENERATOR_BODY(group) {
        LASTI_BEGIN;
        for (;;) {
            ++all->group;  // the group handed out last has ended
            while (!all->at_new_key())
                if (!all->step()) LASTI_RETURN();
            LASTI_YIELD(next_group());
        }
        LASTI_END;
    }
    group next_group() {
        all->target.set(static_cast<key_type const&>(all->current.get()));
        all->has_target = true;
        return group(all->current.get(),
                     make_tool("group", group_body<Grouping>{all, all->current.get(), all->group}));
    }
};

template <class R>
struct tee_source final : shared_part {
    explicit tee_source(R&& range) : from(std::forward<R>(range)) {}

    item_source<R> from;
};

/// An item that some branch has not seen yet. Branches hold the one they saw last, and each holds
/// the next: what all have seen goes at once, and never one inside the other.
template <class T>
struct tee_item {
    slot<T> value;
    tee_item* next = nullptr;
    long references = 1;
};

/// A branch's place in the items.
template <class T>
class tee_place {
public:
    tee_place() : at_(new tee_item<T>) {}
    tee_place(tee_place const& other) noexcept : at_(other.at_) { ++at_->references; }
    tee_place(tee_place&& other) noexcept : at_(other.at_) { other.at_ = nullptr; }
    tee_place& operator=(tee_place const&) = delete;
    ~tee_place() { let_go(at_); }

    template <class R>
    bool next(tee_source<R>& source) {
        if (!at_->next) {
            if (!source.from.next()) return false;
            std::unique_ptr<tee_item<T>> drawn(new tee_item<T>);
            drawn->value.set(source.from.take());
            at_->next = drawn.release();
        }
        tee_item<T>* const passed = at_;
        at_ = passed->next;
        ++at_->references;
        let_go(passed);
        return true;
    }
    T const& get() const noexcept { return at_->value.get(); }

private:
    static void let_go(tee_item<T>* item) noexcept {
        while (item && --item->references == 0) {
            tee_item<T>* const next = item->next;
            delete item;
            item = next;
        }
    }

    tee_item<T>* at_;
};

template <class R>
struct tee_body {
    counted<tee_source<R>> source;
    tee_place<value_of<R>> at;

    LASTI_GENERATOR_BODY(value_of<R>) {
        LASTI_BEGIN;
        while (at.next(*source)) LASTI_YIELD(at.get());
        LASTI_END;
    }
};

}  // namespace detail
}  // namespace lasti

#endif
