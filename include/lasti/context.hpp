// context_var<T> and context: values that belong to a flow of work instead of a thread. Python's
// contextvars.
//
//     const lasti::context_var<std::string> user("user", "nobody");   // at namespace scope
//     …
//     user.set("alice");             // in a task: seen by it and by what it starts from here on
//     loop.create_task(serve());     // has a copy of the context: its own set() changes nothing
//     here
//
// A task, and a callback of the loop, runs in a copy of the context that was current where it was
// made, or in the context that was passed. Outside of a running loop each thread has a context of
// its own.
#ifndef LASTI_CONTEXT_HPP_INCLUDED
#define LASTI_CONTEXT_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <lasti/detail/context_state.hpp>
#include <lasti/error.hpp>
#include <lasti/exceptions.hpp>

namespace lasti {

class context;
template <class T>
class context_var;

/// What context_var::set() returns, for reset(). As a context manager it resets at the end:
/// `WITH(user.set("bob")); … END_WITH;`
template <class T>
class context_token {
public:
    /// Empty: falsy, and every use is a type_error.
    context_token() noexcept {}

    explicit operator bool() const noexcept { return static_cast<bool>(state_); }
    /// Whether the variable had a value before; else old_value() throws lookup_error (Python's
    /// Token.MISSING).
    bool had_value() const { return static_cast<bool>(get().old); }
    T old_value() const {
        if (!had_value())
            detail::throw_out(
                lookup_error("context variable '" + get().key->name + "' had no value before"));
        return *static_cast<T const*>(get().old.get());
    }
    /// The end of a WITH statement: the variable is what it was.
    void exit(error const&) const { get().reset(); }

private:
    friend class context_var<T>;

    struct state {
        detail::context_key_pointer key;
        detail::context_value old;
        detail::counted<detail::context_state> where;
        bool used;

        void reset() {
            if (used)
                detail::throw_out(runtime_error("the token of context variable '" + key->name +
                                                "' has already been used once"));
            if (detail::current_context() != where)
                detail::throw_out(value_error("the token of context variable '" + key->name +
                                              "' was created in a different context"));
            used = true;
            where->assign(key, old);
        }
    };

    explicit context_token(state made) : state_(std::make_shared<state>(std::move(made))) {}
    state& get() const {
        if (!state_)
            detail::throw_out(
                type_error("this context token is empty: default-constructed or moved from"));
        return *state_;
    }

    std::shared_ptr<state> state_;
};

/// A variable with a value in each context. Copies are the same variable; make it once, at
/// namespace scope. Any thread may use it. Python's ContextVar.
template <class T>
class context_var {
public:
    /// Without a default: get() throws where nothing was set.
    explicit context_var(std::string name) : key_(std::make_shared<key>(std::move(name))) {}
    context_var(std::string name, T default_value)
        : key_(std::make_shared<key>(std::move(name),
                                     std::make_shared<T const>(std::move(default_value)))) {}

    std::string const& name() const noexcept { return key_->name; }
    bool operator==(context_var const& other) const noexcept { return key_ == other.key_; }
    bool operator!=(context_var const& other) const noexcept { return key_ != other.key_; }

    /// A copy of its value in the current context, or else of its default. Throws lookup_error if
    /// it has neither.
    T get() const {
        const detail::context_value found = find();
        if (found) return *static_cast<T const*>(found.get());
        if (!key_->default_value)
            detail::throw_out(lookup_error("context variable '" + name() +
                                           "' has no value here, and no default"));
        return *key_->default_value;
    }
    /// Its value in the current context, or else `fallback`, even if it has a default.
    T get(T fallback) const {
        const detail::context_value found = find();
        return found ? *static_cast<T const*>(found.get()) : std::move(fallback);
    }
    /// Sets it in the current context.
    context_token<T> set(T value) const {
        detail::context_value made = std::make_shared<T const>(std::move(value));
        detail::counted<detail::context_state>& current = detail::current_context();
        if (!current) current = detail::counted<detail::context_state>(new detail::context_state);
        context_token<T> token(
            typename context_token<T>::state{key_, current->find(*key_), current, false});
        current->assign(key_, std::move(made));
        return token;
    }
    /// Makes it what it was before the set() that returned the token. Throws value_error for a
    /// token of another variable or another context, runtime_error for one that was used already.
    void reset(context_token<T> const& token) const {
        typename context_token<T>::state& of = token.get();
        if (of.key != key_)
            detail::throw_out(value_error("the token of context variable '" + of.key->name +
                                          "' was used for '" + name() + "'"));
        of.reset();
    }

private:
    friend class context;

    struct key : detail::context_key {
        explicit key(std::string given_name, std::shared_ptr<T const> given_default = nullptr)
            : detail::context_key(std::move(given_name)), default_value(std::move(given_default)) {}
        std::shared_ptr<T const> const default_value;
    };

    detail::context_value find() const {
        detail::counted<detail::context_state> const& current = detail::current_context();
        return current ? current->find(*key_) : detail::context_value();
    }

    std::shared_ptr<key const> key_;
};

/// The values that variables have in one flow of work. A handle: copies of it are the same context.
/// Of one thread at a time. Python's Context.
class LASTI_API context {
public:
    /// Empty: falsy, and every use is a type_error. Where a context may be passed it means: copy
    /// the current one.
    context() noexcept {}
    explicit context(detail::counted<detail::context_state> state) noexcept
        : state_(std::move(state)) {}
    /// A context in which nothing is set. Python's Context().
    static context make() {
        return context(detail::counted<detail::context_state>(new detail::context_state));
    }

    explicit operator bool() const noexcept { return static_cast<bool>(state_); }
    /// Whether they are the same context (Python compares the values).
    bool operator==(context const& other) const noexcept { return state_ == other.state_; }
    bool operator!=(context const& other) const noexcept { return state_ != other.state_; }

    /// Another context with the same values; what is set in one changes nothing in the other.
    context copy() const;
    /// Calls `call` with this as the current context, and gives what it returns. Throws
    /// runtime_error if the context is current somewhere already.
    template <class F, class... A>
    auto run(F&& call, A&&... arguments) const
        -> decltype(std::forward<F>(call)(std::forward<A>(arguments)...)) {
        const entry here(get());
        return std::forward<F>(call)(std::forward<A>(arguments)...);
    }

    /// How many variables have a value here; defaults do not count.
    std::size_t size() const { return get().size(); }
    /// Their names, in the order in which the variables were made.
    std::vector<std::string> names() const;
    template <class T>
    bool contains(context_var<T> const& var) const {
        return static_cast<bool>(get().find(*var.key_));
    }
    /// A copy of the value that was set here. Throws lookup_error if none was; the default does not
    /// count.
    template <class T>
    T get(context_var<T> const& var) const {
        const detail::context_value found = get().find(*var.key_);
        if (!found)
            detail::throw_out(
                lookup_error("context variable '" + var.name() + "' has no value in this context"));
        return *static_cast<T const*>(found.get());
    }
    /// The same, or `fallback`.
    template <class T>
    T get(context_var<T> const& var, T fallback) const {
        const detail::context_value found = get().find(*var.key_);
        return found ? *static_cast<T const*>(found.get()) : std::move(fallback);
    }

    detail::counted<detail::context_state> const& shared_state() const {
        get();
        return state_;
    }

private:
    // run() is on the stack.
    class LASTI_API entry {
    public:
        explicit entry(detail::context_state& state);
        entry(entry const&) = delete;
        entry& operator=(entry const&) = delete;
        ~entry();

    private:
        detail::counted<detail::context_state> state_;
        detail::entered_context entered_;
    };

    detail::context_state& get() const {
        if (LASTI_UNLIKELY(!state_))
            detail::throw_out(
                type_error("this context handle is empty: default-constructed or moved from"));
        return *state_;
    }

    detail::counted<detail::context_state> state_;
};

/// A copy of the current context.
LASTI_API context copy_context();

namespace detail {

/// What a task or callback gets: the context that was passed, or a copy of the current one if it is
/// empty.
inline counted<context_state> context_or_copy(context const& passed) {
    return passed ? passed.shared_state() : copied_context();
}

}  // namespace detail
}  // namespace lasti

#endif
