// thread_job: a call that runs in a thread of an executor, and the future that gets its result on
// the loop's thread.
#ifndef LASTI_DETAIL_THREAD_JOB_HPP_INCLUDED
#define LASTI_DETAIL_THREAD_JOB_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include <lasti/context.hpp>
#include <lasti/detail/indices.hpp>
#include <lasti/detail/traveller.hpp>
#include <lasti/future.hpp>

namespace lasti {

class executor;

/// Tells a call in a thread that its result is not wanted any more: its future was cancelled, or
/// the loop closes. Threads cannot be stopped from outside; a call that takes one as its last
/// parameter can ask and return.
class stop_token {
public:
    stop_token() noexcept {}
    explicit stop_token(std::shared_ptr<std::atomic<bool> const> flag) noexcept
        : flag_(std::move(flag)) {}

    bool stop_requested() const noexcept { return flag_ && flag_->load(); }

private:
    std::shared_ptr<std::atomic<bool> const> flag_;
};

namespace detail {

template <class Enable, class F, class... A>
struct call_result {};
template <class F, class... A>
struct call_result<typename make_void<decltype(std::declval<F>()(std::declval<A>()...))>::type, F,
                   A...> {
    typedef decltype(std::declval<F>()(std::declval<A>()...)) type;
};

/// A function with its arguments, to be called once; with a stop_token behind them if it takes one.
template <class F, class... A>
class bound_call {
    template <class G>
    static typename call_result<void, G, A...>::type result_of(int);
    template <class G>
    static typename call_result<void, G, A..., stop_token>::type result_of(long);
    template <class G, class = typename call_result<void, G, A...>::type>
    static std::false_type wants_token(int);
    template <class G>
    static std::true_type wants_token(long);

public:
    typedef typename std::decay<decltype(result_of<F>(0))>::type result;

    template <class G, class... B>
    explicit bound_call(G&& call, B&&... arguments)
        : call_(std::forward<G>(call)), arguments_(std::forward<B>(arguments)...) {}

    decltype(result_of<F>(0)) operator()(stop_token const& token) {
        return call(token, decltype(wants_token<F>(0))(),
                    typename indices_up_to<sizeof...(A)>::type());
    }

private:
    template <std::size_t... I>
    decltype(result_of<F>(0)) call(stop_token const&, std::false_type, indices<I...>) {
        return std::move(call_)(std::move(std::get<I>(arguments_))...);
    }
    template <std::size_t... I>
    decltype(result_of<F>(0)) call(stop_token const& token, std::true_type, indices<I...>) {
        return std::move(call_)(std::move(std::get<I>(arguments_))..., token);
    }

    F call_;
    std::tuple<A...> arguments_;
};

class LASTI_API thread_job : public traveller {
public:
    thread_job(loop_core& home, counted<context_state> runs_in);

    /// On the executor's thread: calls it, unless it was dropped meanwhile.
    void run();
    /// Its future was cancelled: one that was not begun is dropped; another one is asked to stop,
    /// and goes on.
    void cancel() noexcept;

    void arrive() override;
    bool loop_closes() noexcept override;

    counted<future_state> target;  // only the loop's thread looks

protected:
    virtual void call() = 0;
    /// Destroys the function, which will not be called.
    virtual void forget() noexcept = 0;
    virtual void deliver() = 0;

    stop_token token() const { return stop_token(stop_); }

private:
    enum class status : unsigned char { queued, running, finished, dropped };

    bool drop() noexcept;

    counted<context_state> runs_in_;  // null: what the thread has
    std::shared_ptr<std::atomic<bool>> const stop_;
    std::atomic<status> status_;
    error problem_;  // what the call threw
};

/// The future of a job. Who cancels it cancels the job as far as that is possible.
template <class T>
class job_future final : public future_value<T> {
public:
    using future_value<T>::future_value;
    bool cancel(std::string const& text) override {
        if (this->done()) return false;
        if (job) job->cancel();
        return future_state::cancel(text);
    }
    std::string describe() const override { return "a call in a thread"; }

    thread_job* job = nullptr;  // null once that is gone
};

template <class Call>
class typed_job final : public thread_job {
public:
    typedef typename Call::result result;

    typed_job(loop_core& home, counted<context_state> runs_in, Call&& what)
        : thread_job(home, std::move(runs_in)) {
        call_.emplace(std::move(what));
    }
    ~typed_job() override { let_go(); }

    future<result> make_future() {
        job_future<result>* const made = new job_future<result>(*home_);
        target = counted<future_state>(made);
        made->job = this;
        return future<result>(made);
    }

private:
    typedef typename std::is_void<result>::type no_result;

    void call() override { call_into(no_result()); }
    void call_into(std::true_type) { call_.get()(token()); }
    void call_into(std::false_type) { result_.set(call_.get()(token())); }

    void forget() noexcept override { call_.clear(); }

    void deliver() override {
        hand_out(no_result());
        target->complete(future_state::status::finished);
    }
    void hand_out(std::true_type) {}
    void hand_out(std::false_type) {
        static_cast<job_future<result>&>(*target).result.set(result_.take());
    }

    bool loop_closes() noexcept override {
        let_go();
        return thread_job::loop_closes();
    }
    void let_go() noexcept {
        if (target) static_cast<job_future<result>&>(*target).job = nullptr;
    }

    slot<Call> call_;
    slot<result> result_;
};

/// The one that was given, or the loop's own, which is made on first use. Throws runtime_error if
/// that was shut down.
LASTI_API executor& chosen_executor(loop_core& loop, executor* given);
/// Gives it to the executor.
LASTI_API void begin_job(executor& where, std::shared_ptr<thread_job> ticket);

template <class Call>
future<typename Call::result> start_job(loop_core& loop, executor* where,
                                        counted<context_state> runs_in, Call call) {
    executor& chosen = chosen_executor(loop, where);
    typed_job<Call>& job = *new typed_job<Call>(loop, std::move(runs_in), std::move(call));
    std::shared_ptr<typed_job<Call>> ticket = traveller::ticket_of(job);
    const future<typename Call::result> made = job.make_future();
    begin_job(chosen, std::move(ticket));
    return made;
}

}  // namespace detail
}  // namespace lasti

#endif
