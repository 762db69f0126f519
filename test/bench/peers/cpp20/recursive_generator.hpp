// A generator of C++20 coroutines that may yield all of another one, as std::generator's elements_of does: the innermost
// is resumed at once, at any depth.
#ifndef LASTI_TEST_BENCH_RECURSIVE_GENERATOR_HPP_INCLUDED
#define LASTI_TEST_BENCH_RECURSIVE_GENERATOR_HPP_INCLUDED

#include <coroutine>
#include <exception>
#include <utility>

class recursive_generator {
public:
    struct promise_type;
    typedef std::coroutine_handle<promise_type> handle;

    struct back_to_parent {
        bool await_ready() noexcept { return false; }
        std::coroutine_handle<> await_suspend(handle h) noexcept {
            promise_type& ended = h.promise();
            if (!ended.parent) return std::noop_coroutine();
            ended.root->leaf = ended.parent;
            return ended.parent;
        }
        void await_resume() noexcept {}
    };
    struct into_child {
        handle child;
        bool await_ready() noexcept { return false; }
        std::coroutine_handle<> await_suspend(handle h) noexcept {
            promise_type& begun = child.promise();
            begun.root = h.promise().root;
            begun.parent = h;
            return begun.root->leaf = child;
        }
        void await_resume() {
            if (child.promise().failure) std::rethrow_exception(child.promise().failure);
        }
    };
    struct promise_type {
        promise_type* root = this;
        handle parent, leaf;
        long value = 0;
        std::exception_ptr failure;
        recursive_generator get_return_object() noexcept {
            return recursive_generator(leaf = handle::from_promise(*this));
        }
        std::suspend_always initial_suspend() noexcept { return {}; }
        back_to_parent final_suspend() noexcept { return {}; }
        std::suspend_always yield_value(long v) noexcept {
            root->value = v;
            return {};
        }
        into_child yield_value(recursive_generator&& g) noexcept { return {g.handle_}; }
        void return_void() noexcept {}
        void unhandled_exception() { failure = std::current_exception(); }
    };

    recursive_generator(recursive_generator&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    ~recursive_generator() {
        if (handle_) handle_.destroy();
    }
    bool resume() {
        handle_.promise().leaf.resume();
        if (!handle_.done()) return true;
        if (handle_.promise().failure) std::rethrow_exception(handle_.promise().failure);
        return false;
    }
    long value() const { return handle_.promise().value; }

private:
    explicit recursive_generator(handle h) : handle_(h) {}
    handle handle_;
};

#endif
