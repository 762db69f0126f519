// The block stack of a frame: which TRY, FOR and WITH statements the body stands in, innermost
// last.
//
// CPython up to 3.10 kept just this in every frame (`SETUP_FINALLY` pushed, `POP_BLOCK` popped);
// later ones compute it into tables. Here it is data, because the body is a switch that is left and
// entered again.
#ifndef LASTI_DETAIL_BLOCK_STACK_HPP_INCLUDED
#define LASTI_DETAIL_BLOCK_STACK_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstdint>
#include <memory>
#include <new>
#include <utility>

#include <lasti/detail/copying.hpp>
#include <lasti/error.hpp>
#include <lasti/export.hpp>

namespace lasti {
namespace detail {

/// Which clause of its statement control is in, or is about to enter.
enum class phase : unsigned char {
    body,             // TRY … : an exception goes to the EXCEPT clauses
    raised,           // looking for the EXCEPT clause that matches
    handler,          // inside an EXCEPT clause
    or_else,          // the body ended: ELSE is next
    or_else_running,  // inside ELSE
    finally_,         // FINALLY is next
    finally_running,  // inside FINALLY
    done,             // the statement is over: leave it as `how` says
    awaiting_next     // ASYNC_FOR waits for its next item: StopAsyncIteration ends the loop
};

/// How a statement is left (CPython 3.7 called it the why-code).
enum class leave : unsigned char { normal, raise, return_, break_, continue_ };

enum class statement : unsigned char { try_, for_, with, async_for, async_with };

/// The operand that a statement keeps while control is inside: the range of a FOR, the manager of a
/// WITH.
class operand : public in_frame_memory {
public:
    virtual ~operand() {}
    /// FOR: assigns the next item to `*target`; false at the end. Where C++ exceptions are switched
    /// off, false with a `problem` if there is one instead.
    virtual bool next(void* target, error& problem);
    /// WITH: leaves the context manager. What goes on in place of `raised` (empty: nothing was
    /// raised).
    virtual error exit(error const& raised);
    /// Whose operand it is, for who looks inside.
    virtual statement kind() const noexcept = 0;
    /// For a copy of the frame. Throws type_error if it can not be copied.
    virtual operand* copy(relocation const& locals);
};

inline bool operand::next(void*, error&) { return false; }
inline error operand::exit(error const& raised) { return raised; }
inline operand* operand::copy(relocation const& locals) {
    locals.refuse("it stands in a WITH, whose manager would be left twice");
}

/// One entry.
struct block {
    int handler = 0;  // label in front of the statement's clauses; 0: it has none (FOR). Of an
                      // ASYNC_FOR: where it goes on with the next item, or ends
    phase at = phase::body;
    leave how = leave::normal;  // what to go on with after FINALLY
    std::uint16_t line = 0;     // of the statement, the first of the function being 1; 0: not known
    error exception;            // being looked at (raised), handled (handler) or pending (finally)
    std::unique_ptr<operand> held;  // null for a TRY

    statement kind() const noexcept { return held ? held->kind() : statement::try_; }

    /// Can it still do something about a raise or a return, or is control already past its clauses?
    bool has_clauses_left() const noexcept {
        return handler != 0 && at != phase::finally_running && at != phase::done;
    }
};

/// A stack of blocks: one pointer while empty, which is all that a body without such statements
/// pays.
class LASTI_API block_stack {
public:
    block_stack() noexcept : blocks_(nullptr) {}
    block_stack(block_stack const&) = delete;
    block_stack& operator=(block_stack const&) = delete;
    ~block_stack() {
        if (blocks_) free_all();
    }

    bool empty() const noexcept { return !blocks_ || blocks_->size == 0; }
    int size() const noexcept { return blocks_ ? blocks_->size : 0; }
    block& top() noexcept { return blocks_->items()[blocks_->size - 1]; }
    block const& operator[](int i) const noexcept { return blocks_->items()[i]; }

    block& push() {
        if (!blocks_ || blocks_->size == blocks_->capacity) grow();
        block* const fresh = ::new (static_cast<void*>(blocks_->items() + blocks_->size)) block();
        ++blocks_->size;
        return *fresh;
    }
    void pop() noexcept {
        // Out of the stack before its operand dies: a destructor may look at the frame.
        block gone = std::move(top());
        top().~block();
        --blocks_->size;
    }
    void clear() noexcept {
        while (!empty()) pop();
    }
    /// The same, outermost first: in the order in which CPython lets go of a frame that is
    /// abandoned.
    void clear_from_outside() noexcept {
        for (int i = 0; i < size(); ++i) block gone = std::move(blocks_->items()[i]);
        clear();
    }

    /// Takes copies of the blocks of a frame that is being copied.
    void copy(block_stack const& of, relocation const& locals);

private:
    struct storage {
        int size;
        int capacity;
        static std::size_t size_for(int blocks) noexcept {
            return sizeof(storage) + static_cast<std::size_t>(blocks) * sizeof(block);
        }
        block* items() noexcept { return reinterpret_cast<block*>(this + 1); }
    };

    LASTI_COLD void grow();
    void free_all() noexcept;

    storage* blocks_;
};

}  // namespace detail
}  // namespace lasti

#endif
