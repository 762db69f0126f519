// list_link: what stands in a circular list by being a node of it, so that it allocates nothing and
// leaves in O(1).
#ifndef LASTI_DETAIL_LIST_LINK_HPP_INCLUDED
#define LASTI_DETAIL_LIST_LINK_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

namespace lasti {
namespace detail {

/// A link of a circular list; the list itself is one that stands for nobody, linked to itself.
struct list_link {
    list_link* next = nullptr;
    list_link* previous = nullptr;

    bool is_linked() const noexcept { return next != nullptr; }
    void unlink() noexcept {
        if (!next) return;
        next->previous = previous;
        previous->next = next;
        next = previous = nullptr;
    }
    /// Of the list: puts a node at its end.
    void push_back(list_link& node) noexcept {
        node.next = this;
        node.previous = previous;
        previous->next = &node;
        previous = &node;
    }
};

}  // namespace detail
}  // namespace lasti

#endif
