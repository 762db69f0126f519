// shielding: the part of shield()'s future that does not know the type of the result.
#ifndef LASTI_DETAIL_SHIELDING_HPP_INCLUDED
#define LASTI_DETAIL_SHIELDING_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <string>

#include <lasti/detail/is_copyable.hpp>
#include <lasti/detail/watch.hpp>

namespace lasti {
namespace detail {

class LASTI_API shielding : private watcher, protected chained_death {
public:
    /// Begins to wait for what is shielded.
    void begin() noexcept { inner_.begin(); }

protected:
    shielding(future_state& outer, future_state& inner) noexcept;
    ~shielding() {}

    /// The outer future was cancelled, or is just going to be.
    void outer_cancelled() noexcept;
    /// What is shielded has a result: ends the outer future with that.
    virtual void copy_result(future_state& inner) = 0;

private:
    /// The first callback of the outer future, if it is cancelled.
    class notice final : public callback_state {
    public:
        explicit notice(shielding& told) noexcept
            : callback_state(*told.outer_.loop), told_(told) {}
        void begin() noexcept;

    private:
        void call() override { told_.watch_for_exceptions(); }
        void last_handle_gone() noexcept override;

        shielding& told_;
    };

    void child_done(watch& which) override;
    void watch_for_exceptions() noexcept;
    void report_exception(future_state& inner) const noexcept;

    future_state& outer_;
    watch inner_;
    notice cancelled_;
    bool only_reports_ = false;  // nobody is left behind the shield who could be told
};

template <class T>
class shield_state final : public future_value<T>, public shielding {
public:
    shield_state(loop_core& owner, future_state& inner)
        : future_value<T>(owner), shielding(*this, inner) {}

    bool cancel(std::string const& text) override {
        if (!this->done()) this->outer_cancelled();
        return future_state::cancel(text);
    }
    std::string describe() const override { return "a shield"; }

private:
    void copy_result(future_state& inner) override {
        copy(*static_cast<slot<T>*>(inner.result_slot()), this->result, is_copyable<T>());
        this->complete(future_state::status::finished);
    }
    template <class U>
    static void copy(slot<U>& from, slot<U>& to, std::true_type) {
        to.set(from.get());
    }
    template <class U>
    static void copy(slot<U>& from, slot<U>& to, std::false_type) {
        to.set(from.take());
    }
    template <class U>
    static void copy(slot<U&>& from, slot<U&>& to, std::false_type) {
        to.set(from.get());
    }
    static void copy(slot<void>&, slot<void>&, std::false_type) {}

    void last_handle_gone() noexcept override { this->die_in_turn(*this); }
    void die() noexcept override { future_state::last_handle_gone(); }
};

}  // namespace detail
}  // namespace lasti

#endif
