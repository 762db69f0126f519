// watched_list: what a selector watches that hands all of it to the system at each wait, as poll
// and select do.
#ifndef LASTI_SRC_WATCHED_LIST_HPP_INCLUDED
#define LASTI_SRC_WATCHED_LIST_HPP_INCLUDED

#include <cstddef>
#include <cstdint>
#include <vector>

#include "selectors.hpp"
#include "system_calls.hpp"

namespace lasti {
namespace detail {

/// An Item is what the selector keeps of a descriptor; `fd` is in it.
template <class Item>
class watched_list {
public:
    /// Of a descriptor that may not be there yet; null: `refused` is the errno.
    Item* enter(int fd, std::uint32_t key, int& refused) {
        const std::size_t number = static_cast<std::size_t>(fd);
        if (number >= places_.size()) places_.resize(number + 1);
        place& p = places_[number];
        if (p.at == nowhere) {
            refused = p.checked == key && key != 0 ? 0 : check_kind(fd);
            if (refused) return nullptr;
            p.checked = key;
            p.at = items_.size();
            items_.push_back(Item());
            keys_.push_back(0);
        }
        keys_[p.at] = key;
        return &items_[p.at];
    }

    /// False: it was not there.
    bool leave(int fd) noexcept {
        const std::size_t number = static_cast<std::size_t>(fd);
        const std::size_t at = number < places_.size() ? places_[number].at : nowhere;
        if (at == nowhere) return false;
        places_[static_cast<std::size_t>(items_.back().fd)].at = at;
        places_[number].at = nowhere;
        items_[at] = items_.back();
        keys_[at] = keys_.back();
        items_.pop_back();
        keys_.pop_back();
        return true;
    }

    /// What selector::select() gives: `ready_of(item)` says what it is ready for. There are no more
    /// than `ready` of them.
    template <class ReadyOf>
    int tell(std::size_t ready, selector::found* results, std::size_t room, ReadyOf ready_of) {
        std::size_t n = 0;
        std::size_t at = first_ < size() ? first_ : 0;
        for (std::size_t looked = 0; looked < size() && n < ready && n < room; ++looked) {
            const unsigned found = ready_of(items_[at]);
            if (found != 0) {
                results[n].fd = static_cast<int>(items_[at].fd);
                results[n].key = keys_[at];
                results[n].ready = found;
                ++n;
            }
            at = at + 1 < size() ? at + 1 : 0;
        }
        first_ = at;
        return static_cast<int>(n);
    }

    Item* data() noexcept { return items_.data(); }
    std::size_t size() const noexcept { return items_.size(); }

private:
    enum : std::size_t { nowhere = ~std::size_t() };

    struct place {
        std::size_t at = nowhere;   // in items_
        std::uint32_t checked = 0;  // the key with which it was found to be of a good kind
    };

    std::vector<Item> items_;
    std::vector<std::uint32_t> keys_;  // of those
    std::vector<place> places_;        // by descriptor
    std::size_t first_ = 0;            // whom to look at first, so that nobody always comes last
};

}  // namespace detail
}  // namespace lasti

#endif
