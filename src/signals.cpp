// Signals: the handler, which only counts and rings, and what the loop makes of that.
#include <lasti/detail/config.hpp>
#if LASTI_HAS_POSIX_IO

#include "signals.hpp"

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <utility>

#include <pthread.h>

#include <lasti/detail/loop_core.hpp>
#include <lasti/detail/wait_list.hpp>
#include <lasti/macros.hpp>
#include <lasti/os_error.hpp>

namespace lasti {
namespace detail {

namespace {

const std::thread::id first_thread = std::this_thread::get_id();

#if defined(NSIG)
enum : int { signal_numbers = NSIG };
#else
enum : int { signal_numbers = 65 };
#endif

/// A signal belongs to the process, so there is one of each.
struct signal_record {
    signal_target target;
    std::atomic<unsigned> came{0};    // and was not delivered
    std::atomic<unsigned> ticket{0};  // of the first of those: who came before whom
    loop_core* owner = nullptr;       // the first thread looks
};

signal_record records[signal_numbers];
std::atomic<unsigned> tickets(0);

void follow_forks() {
    static std::once_flag once;
    std::call_once(once, [] {
        ::pthread_atfork(nullptr, nullptr, [] {
            for (signal_record& r : records) r.target.forget_other_threads();
        });
    });
}

extern "C" void lasti_signalled(int signal) {
    signal_record& record = records[signal];
    record.target.with_inbox([&](inbox& told) {
        if (record.came++ == 0) record.ticket = tickets++;
        told.signal();
    });
}

void check_signal(int signal) {
    sigset_t valid;
    ::sigfillset(&valid);
    if (signal <= 0 || signal >= signal_numbers || ::sigismember(&valid, signal) != 1)
        throw_out(value_error("invalid signal number " + std::to_string(signal)));
}

int handle_by(void (*handler)(int), int signal) noexcept {
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    ::sigemptyset(&action.sa_mask);
    return ::sigaction(signal, &action, nullptr) == 0 ? 0 : errno;
}

}  // namespace

bool is_first_thread() noexcept { return std::this_thread::get_id() == first_thread; }

// ---- the table ----------------------------------------------------------------------------------

signal_table::~signal_table() {
    for (std::pair<int const, entry>& e : entries_) {
        e.second.callback = nullptr;
        for (signal_receiver_state* receiver : e.second.receivers) {
            receiver->table = nullptr;
            receiver->received.shutdown();
        }
        e.second.receivers.clear();
    }
    while (!entries_.empty()) drop_unused(entries_.begin());
}

signal_table::entries::iterator signal_table::begin_to_handle(int signal) {
    const entries::iterator there = entries_.find(signal);
    if (there != entries_.end()) return there;
    if (!is_first_thread())
        throw_out(runtime_error("signals are handled only in the main thread of the program"));
    signal_record& record = records[signal];
    if (record.owner)
        throw_out(runtime_error("signal " + std::to_string(signal) +
                                " is handled by another event loop"));
    follow_forks();
    const entries::iterator made = entries_.insert(std::make_pair(signal, entry())).first;
    record.came = 0;
    record.target.set(loop_.outside.get());
    const int problem = handle_by(&lasti_signalled, signal);
    if (problem != 0) {
        record.target.set(nullptr);
        entries_.erase(made);
        if (problem == EINVAL)
            throw_out(runtime_error("sig " + std::to_string(signal) + " cannot be caught"));
        throw_os_error(problem, "add_signal_handler");
    }
    record.owner = &loop_;
    ++loop_.handled_signals;
    return made;
}

void signal_table::drop_unused(entries::iterator which) noexcept {
    if (!which->second.is_unused()) return;
    signal_record& record = records[which->first];
    handle_by(SIG_DFL, which->first);
    record.target.set(nullptr);
    record.owner = nullptr;
    entries_.erase(which);
    --loop_.handled_signals;
}

void signal_table::set_callback(int signal, counted<handle_state> callback) {
    begin_to_handle(signal)->second.callback = std::move(callback);
}

bool signal_table::remove_callback(int signal) {
    const entries::iterator there = entries_.find(signal);
    if (there == entries_.end() || !there->second.callback) return false;
    const counted<handle_state> removed = std::move(there->second.callback);
    there->second.callback = nullptr;
    drop_unused(there);
    return true;
}

void signal_table::add(signal_receiver_state& receiver, int signal) {
    std::vector<signal_receiver_state*>& others = begin_to_handle(signal)->second.receivers;
    if (std::find(others.begin(), others.end(), &receiver) == others.end())
        others.push_back(&receiver);
}

void signal_table::remove(signal_receiver_state& receiver) noexcept {
    for (entries::iterator i = entries_.begin(); i != entries_.end();) {
        const entries::iterator here = i++;
        std::vector<signal_receiver_state*>& all = here->second.receivers;
        all.erase(std::remove(all.begin(), all.end(), &receiver), all.end());
        drop_unused(here);
    }
}

void signal_table::deliver() {
    struct arrival {
        unsigned ticket, times;
        int signal;
    };
    std::vector<arrival> arrived;
    for (std::pair<int const, entry> const& e : entries_) {
        signal_record& record = records[e.first];
        const unsigned ticket = record.ticket;
        const unsigned times = record.came.exchange(0);
        if (times != 0) arrived.push_back(arrival{ticket, times, e.first});
    }
    std::sort(arrived.begin(), arrived.end(),
              [](arrival const& a, arrival const& b) { return a.ticket < b.ticket; });
    for (arrival const& a : arrived) {
        entry const& to = entries_.at(a.signal);
        for (unsigned n = a.times; n > 0; --n) {
            if (to.callback) to.callback->make_ready();
            for (signal_receiver_state* receiver : to.receivers)
                receiver->received.put_nowait(a.signal);
        }
    }
}

signal_receiver_state::~signal_receiver_state() {
    if (table) table->remove(*this);
    received.shutdown();
}

namespace {

signal_table& signals_of(loop_core& loop) {
    if (!loop.signals) loop.signals.reset(new signal_table(loop));
    return *loop.signals;
}

}  // namespace
}  // namespace detail

// ---- handlers -----------------------------------------------------------------------------------

void event_loop::add_signal_handler(int signal, std::function<void()> callback,
                                    context const& runs_in, call_site where) {
    if (!callback) detail::throw_out(type_error("add_signal_handler: the callback is empty"));
    detail::check_signal(signal);
    core_->check_open();
    core_->check_thread();
    const detail::counted<detail::handle_state> made(
        new detail::handle_state(*core_, std::move(callback), detail::context_or_copy(runs_in)));
    if (LASTI_UNLIKELY(core_->debug)) made->note_creation(where);
    made->is_repeated = true;
    detail::signals_of(*core_).set_callback(signal, made);
}

bool event_loop::remove_signal_handler(int signal) {
    detail::check_signal(signal);
    core_->check_thread();
    return core_->signals && core_->signals->remove_callback(signal);
}

// ---- receivers ----------------------------------------------------------------------------------

signal_receiver::signal_receiver(std::vector<int> const& signals)
    : signal_receiver(get_running_loop(), signals) {}

signal_receiver::signal_receiver(event_loop& loop, std::vector<int> const& signals)
    : state_(new detail::signal_receiver_state) {
    for (const int signal : signals) detail::check_signal(signal);
    detail::loop_core& core = *loop.core_;
    core.check_open();
    core.check_thread();
    detail::signal_table& table = detail::signals_of(core);
    state_->table = &table;
    for (const int signal : signals) table.add(*state_, signal);
}

detail::signal_receiver_state& signal_receiver::get() const {
    return detail::state_of(state_, "signal_receiver");
}

namespace {

struct waiting_for_signal {
    signal_receiver receiver;
    int received = 0;

    explicit waiting_for_signal(std::vector<int> const& signals) : receiver(signals) {}

    LASTI_COROUTINE_BODY(int) {
        LASTI_BEGIN;
        LASTI_AWAIT_SET(received, receiver.wait());
        LASTI_RETURN(received);
        LASTI_END;
    }
};

}  // namespace

coroutine<int> wait_signal(std::vector<int> const& signals) { return waiting_for_signal(signals); }

}  // namespace lasti

#endif
