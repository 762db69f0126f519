// Every exception lasti raises, one sentence each. The names and the first words of the messages
// are Python's.
//
// Two of them, generator_exit and cancelled_error, are not std::exceptions, as in Python they are
// not `Exception`s: EXCEPT(std::exception) and `catch (std::exception&)` never swallow a close or a
// cancellation.
#ifndef LASTI_EXCEPTIONS_HPP_INCLUDED
#define LASTI_EXCEPTIONS_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#if LASTI_FREESTANDING
#include <lasti/detail/freestanding_exceptions.hpp>
#else

#include <cstddef>
#include <exception>
#include <memory>  // the value of stop_iteration_value: exceptions are copied, results need not be
#include <stdexcept>
#include <string>
#include <utility>

#include <lasti/detail/exception_family.hpp>

namespace lasti {

/// Raised at the yield where a generator stands when it is closed (Python's GeneratorExit, PEP
/// 342).
class LASTI_VISIBLE generator_exit {
public:
    typedef void lasti_parent;  ///< No parents: matched by its own name alone.
    const char* what() const noexcept { return "GeneratorExit"; }
};

/// Raised at the await where a task stands when it is cancelled (asyncio.CancelledError).
class LASTI_VISIBLE cancelled_error {
public:
    typedef void lasti_parent;
    cancelled_error() {}
    explicit cancelled_error(std::string message) : message_(std::move(message)) {}
    const char* what() const noexcept {
        return message_.empty() ? "CancelledError" : message_.c_str();
    }
    /// What `cancel(message)` was given; empty if nothing.
    std::string const& message() const noexcept { return message_; }

private:
    std::string message_;
};

/// The end of a generator, thrown by next(), send() and throw_() (Python's StopIteration).
class LASTI_VISIBLE stop_iteration : public std::exception {
public:
    typedef detail::exception_family<stop_iteration, std::exception> lasti_family;
    const char* what() const noexcept override { return "StopIteration"; }
};

/// The end of a generator that returned a value: `StopIteration.value`.
template <class R>
class LASTI_VISIBLE stop_iteration_value : public stop_iteration {
public:
    typedef detail::exception_family<stop_iteration_value, stop_iteration> lasti_family;
    explicit stop_iteration_value(R value) : value_(std::make_shared<R>(std::move(value))) {}
    /// What the body returned. Copies of the exception share it, so a move-only value may be moved
    /// out once.
    R& value() const noexcept { return *value_; }

private:
    std::shared_ptr<R> value_;
};

/// The end of an asynchronous iteration, raised at the AWAIT of anext() (Python's
/// StopAsyncIteration).
class LASTI_VISIBLE stop_async_iteration : public std::exception {
public:
    typedef detail::exception_family<stop_async_iteration, std::exception> lasti_family;
    const char* what() const noexcept override { return "StopAsyncIteration"; }
};

/// Python's RuntimeError.
class LASTI_VISIBLE runtime_error : public std::runtime_error {
public:
    typedef detail::exception_family<runtime_error, std::runtime_error> lasti_family;
    using std::runtime_error::runtime_error;
};

/// Python's ValueError.
class LASTI_VISIBLE value_error : public std::invalid_argument {
public:
    typedef detail::exception_family<value_error, std::invalid_argument> lasti_family;
    using std::invalid_argument::invalid_argument;
};

/// Python's TypeError.
class LASTI_VISIBLE type_error : public std::invalid_argument {
public:
    typedef detail::exception_family<type_error, std::invalid_argument> lasti_family;
    using std::invalid_argument::invalid_argument;
};

/// Nothing is there under that name: a context variable without a value (Python's LookupError).
class LASTI_VISIBLE lookup_error : public std::out_of_range {
public:
    typedef detail::exception_family<lookup_error, std::out_of_range> lasti_family;
    using std::out_of_range::out_of_range;
};

/// Python's AttributeError: something was sent into an iterator that has no send().
class LASTI_VISIBLE attribute_error : public std::logic_error {
public:
    typedef detail::exception_family<attribute_error, std::logic_error> lasti_family;
    using std::logic_error::logic_error;
};

/// A future was asked for what it does not have yet, or given a second result
/// (asyncio.InvalidStateError).
class LASTI_VISIBLE invalid_state_error : public std::logic_error {
public:
    typedef detail::exception_family<invalid_state_error, std::logic_error> lasti_family;
    using std::logic_error::logic_error;
};

/// Time ran out: timeout(), wait_for() (Python's TimeoutError).
class LASTI_VISIBLE timeout_error : public runtime_error {
public:
    typedef detail::exception_family<timeout_error, runtime_error> lasti_family;
    using runtime_error::runtime_error;
};

/// Ctrl-C ended run() (Python's KeyboardInterrupt). Thrown to who called that; no coroutine sees
/// it.
class LASTI_VISIBLE keyboard_interrupt : public runtime_error {
public:
    typedef detail::exception_family<keyboard_interrupt, runtime_error> lasti_family;
    using runtime_error::runtime_error;
};

/// A coroutine was dropped before anything ran it; told to the unraisable hook (Python's
/// RuntimeWarning).
class LASTI_VISIBLE never_awaited : public runtime_error {
public:
    typedef detail::exception_family<never_awaited, runtime_error> lasti_family;
    using runtime_error::runtime_error;
};

/// The loop has tasks that wait, and nothing is left that could wake them. asyncio hangs here.
class LASTI_VISIBLE deadlock_error : public runtime_error {
public:
    typedef detail::exception_family<deadlock_error, runtime_error> lasti_family;
    using runtime_error::runtime_error;
};

/// A barrier was reset or aborted while a task waited there, or it is aborted
/// (asyncio.BrokenBarrierError).
class LASTI_VISIBLE broken_barrier_error : public runtime_error {
public:
    typedef detail::exception_family<broken_barrier_error, runtime_error> lasti_family;
    using runtime_error::runtime_error;
};

/// get_nowait() found nothing in the queue (asyncio.QueueEmpty).
class LASTI_VISIBLE queue_empty : public std::runtime_error {
public:
    typedef detail::exception_family<queue_empty, std::runtime_error> lasti_family;
    using std::runtime_error::runtime_error;
};

/// put_nowait() found no room in the queue (asyncio.QueueFull).
class LASTI_VISIBLE queue_full : public std::runtime_error {
public:
    typedef detail::exception_family<queue_full, std::runtime_error> lasti_family;
    using std::runtime_error::runtime_error;
};

/// The queue was shut down: nothing can be put, and nothing is left to get (asyncio.QueueShutDown).
class LASTI_VISIBLE queue_shut_down : public std::runtime_error {
public:
    typedef detail::exception_family<queue_shut_down, std::runtime_error> lasti_family;
    using std::runtime_error::runtime_error;
};

/// A stream ended before what was asked for had come (asyncio.IncompleteReadError).
class LASTI_VISIBLE incomplete_read_error : public std::runtime_error {
public:
    typedef detail::exception_family<incomplete_read_error, std::runtime_error> lasti_family;
    /// Of readuntil(), which does not know how much it wants.
    explicit incomplete_read_error(std::string partial)
        : std::runtime_error(std::to_string(partial.size()) +
                             " bytes read on a total of undefined expected bytes"),
          partial_(std::make_shared<std::string>(std::move(partial))) {}
    incomplete_read_error(std::string partial, std::size_t expected)
        : std::runtime_error(std::to_string(partial.size()) + " bytes read on a total of " +
                             std::to_string(expected) + " expected bytes"),
          partial_(std::make_shared<std::string>(std::move(partial))), expected_(expected) {}
    /// What had come.
    std::string const& partial() const noexcept { return *partial_; }
    /// Bytes; 0 if not known.
    std::size_t expected() const noexcept { return expected_; }

private:
    std::shared_ptr<std::string> partial_;  // copies of exceptions must not throw
    std::size_t expected_ = 0;
};

/// readuntil() found no separator within the limit of the stream (asyncio.LimitOverrunError).
class LASTI_VISIBLE limit_overrun_error : public std::runtime_error {
public:
    typedef detail::exception_family<limit_overrun_error, std::runtime_error> lasti_family;
    limit_overrun_error(std::string const& message, std::size_t consumed)
        : std::runtime_error(message), consumed_(consumed) {}
    /// How many bytes can be read before the separator, or have none.
    std::size_t consumed() const noexcept { return consumed_; }

private:
    std::size_t consumed_;
};

}  // namespace lasti

#endif
#endif
