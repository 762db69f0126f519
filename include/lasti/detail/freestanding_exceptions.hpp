// The exceptions of <lasti/exceptions.hpp> that generators raise, for a machine without an
// operating system: the same names, without the standard's texts, which need a heap.
#ifndef LASTI_DETAIL_FREESTANDING_EXCEPTIONS_HPP_INCLUDED
#define LASTI_DETAIL_FREESTANDING_EXCEPTIONS_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <utility>

#include <lasti/detail/wording.hpp>

#if LASTI_FREESTANDING

namespace lasti {

class generator_exit {
public:
    typedef void lasti_parent;
    const char* what() const noexcept { return "GeneratorExit"; }
};

class stop_iteration {
public:
    typedef void lasti_parent;
    const char* what() const noexcept { return "StopIteration"; }
};

template <class R>
class stop_iteration_value : public stop_iteration {
public:
    typedef stop_iteration lasti_parent;
    explicit stop_iteration_value(R value) : value_(std::move(value)) {}
    R& value() const noexcept { return value_; }

private:
    mutable R value_;
};

class stop_async_iteration {
public:
    typedef void lasti_parent;
    const char* what() const noexcept { return "StopAsyncIteration"; }
};

namespace detail {

class worded_error {
public:
    typedef void lasti_parent;
    explicit worded_error(wording text) noexcept : text_(text) {}
    const char* what() const noexcept { return text_.c_str(); }

private:
    wording text_;
};

}  // namespace detail

class runtime_error : public detail::worded_error {
public:
    using detail::worded_error::worded_error;
};
class value_error : public detail::worded_error {
public:
    using detail::worded_error::worded_error;
};
class type_error : public detail::worded_error {
public:
    using detail::worded_error::worded_error;
};
class attribute_error : public detail::worded_error {
public:
    using detail::worded_error::worded_error;
};
class invalid_state_error : public detail::worded_error {
public:
    using detail::worded_error::worded_error;
};

}  // namespace lasti

#endif
#endif
