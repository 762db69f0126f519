// traveller: what belongs to a loop while another thread has it in hand, and comes back to end on
// the loop's thread.
//
// The other thread holds a ticket, a shared pointer. When the last copy of that goes, on whichever
// thread, the traveller lies in the loop's inbox; its arrive() is a callback of the loop, in the
// order of those that call_soon_threadsafe() brought, and afterwards the traveller is destroyed:
// never on the other thread, for the handles it may hold are counted for one thread. Until then the
// loop expects it: run() waits, no deadlock_error.
//
// A loop that closes waits for those at work, up to a limit; who comes home later is destroyed when
// the loop's last handle goes, and who comes after that is not destroyed at all: no thread is left
// that may do it.
#ifndef LASTI_DETAIL_TRAVELLER_HPP_INCLUDED
#define LASTI_DETAIL_TRAVELLER_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <memory>

#include <lasti/export.hpp>

namespace lasti {
namespace detail {

class inbox;
class loop_core;

class LASTI_API traveller {
public:
    /// The loop keeps it from now on. On the loop's thread.
    explicit traveller(loop_core& home);
    traveller(traveller const&) = delete;
    traveller& operator=(traveller const&) = delete;

    /// For the other thread. Once.
    template <class T>
    static std::shared_ptr<T> ticket_of(T& t) {
        return std::shared_ptr<T>(&t, [](T* back) { back->go_home(); });
    }

    /// The loop's thread has it again.
    virtual void arrive() = 0;
    /// The loop closes: lets go of what belongs to the loop. True: another thread is at work with
    /// it.
    virtual bool loop_closes() noexcept = 0;

    /// arrive(), and then destroys it.
    void settle();
    void go_home() noexcept;
    /// The loop need not wait for it any more. Again: nothing.
    void stop_expecting() noexcept;
    void unlink() noexcept;

    traveller* next = nullptr;  // of those of the loop; only its thread looks
    traveller* previous = nullptr;
    bool is_home = false;  // written under the inbox's lock
    // Nothing of the user's is left in it; written before the loop is closed.
    bool may_die_anywhere = false;

    virtual ~traveller();

protected:
    loop_core* home_;  // null once it is closed

private:
    std::shared_ptr<inbox> const inbox_;
    bool expected_ = true;
};

}  // namespace detail
}  // namespace lasti

#endif
