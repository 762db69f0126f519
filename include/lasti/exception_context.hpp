// exception_context: what an exception handler of the loop is told. The dict that asyncio hands to
// call_exception_handler().
#ifndef LASTI_EXCEPTION_CONTEXT_HPP_INCLUDED
#define LASTI_EXCEPTION_CONTEXT_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <functional>
#include <string>

#include <lasti/detail/handle.hpp>
#include <lasti/error.hpp>
#include <lasti/future.hpp>
#include <lasti/task.hpp>

namespace lasti {

/// What happened, and to whom. What does not apply is empty.
struct exception_context {
    std::string message;  ///< As asyncio words it: "Task exception was never retrieved".
    error exception;
    any_future future;  ///< The future concerned; also a task, which then stands in `task`, too.
    any_task task;
    lasti::handle handle;         ///< The callback concerned.
    std::string async_generator;  ///< The name of the asynchronous generator concerned.
    std::string subject;          ///< Which of them, in words: "task 'fetch'".
    std::string
        await_chain;      ///< Where the task stands: a line for each coroutine, outermost first.
    std::string created;  ///< Where it was made, and by which task. In debug mode.
    double duration = 0;  ///< Of a step or callback that took long: seconds.

    exception_context() {}
    explicit exception_context(std::string what) : message(std::move(what)) {}
};

/// Runs in the context (context.hpp) of the task or callback concerned.
typedef std::function<void(exception_context const&)> exception_handler;

namespace detail {

/// A context about that future or task.
LASTI_API exception_context about(future_state& concerned, std::string message);

}  // namespace detail
}  // namespace lasti

#endif
