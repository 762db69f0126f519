// exception_group: several exceptions raised together. Python's ExceptionGroup (PEP 654).
//
//     EXCEPT_AS(group, lasti::exception_group)
//         for (lasti::error const& e : group->exceptions()) …
//         if (lasti::error refused = group->subgroup<connection_refused>()) …   // as `except*`
//         would choose
#ifndef LASTI_EXCEPTION_GROUP_HPP_INCLUDED
#define LASTI_EXCEPTION_GROUP_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <lasti/error.hpp>
#include <lasti/export.hpp>

namespace lasti {

/// Immutable; copies share the list.
class LASTI_API exception_group : public std::exception {
public:
    /// The two halves of split(): groups of the same shape and message, or empty errors.
    struct parts {
        error match;
        error rest;
    };

    /// Throws value_error if there are none, type_error if one is empty.
    exception_group(std::string message, std::vector<error> exceptions);

    std::string const& message() const noexcept { return content_->message; }
    std::vector<error> const& exceptions() const noexcept { return content_->exceptions; }
    /// "message (2 sub-exceptions)"
    const char* what() const noexcept override { return content_->what.c_str(); }

    /// Those that are a T, however deep in groups inside this one, and the others. What `except* T`
    /// does. A group is taken whole only if T is exception_group: as a std::exception each of its
    /// exceptions counts for itself.
    template <class T>
    parts split() const {
        return split(&exception_group::is_a<T>);
    }
    /// The same, asking a function, which is asked about this group first, and about those inside.
    parts split(std::function<bool(error const&)> const& matches) const;
    /// An exception_group of those that are a T, or empty.
    template <class T>
    error subgroup() const {
        return split<T>().match;
    }
    error subgroup(std::function<bool(error const&)> const& matches) const {
        return split(matches).match;
    }
    /// The exceptions that are a T, of all groups inside, in their order.
    template <class T>
    std::vector<error> all() const {
        std::vector<error> found;
        collect(&exception_group::is_a<T>, found);
        return found;
    }
    /// A group with the same message of other exceptions.
    exception_group derive(std::vector<error> exceptions) const {
        return exception_group(message(), std::move(exceptions));
    }

private:
    struct content {
        std::string message;
        std::string what;
        std::vector<error> exceptions;
    };

    // Every group is a std::exception, but what is in one need not be.
    template <class T>
    static bool is_a(error const& e) {
        return e.is<T>() &&
               (std::is_base_of<exception_group, T>::value || !e.is<exception_group>());
    }
    void collect(std::function<bool(error const&)> const& matches, std::vector<error>& found) const;

    std::shared_ptr<content const> content_;
};

}  // namespace lasti

#endif
