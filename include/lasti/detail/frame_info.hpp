// frame_info: a look at a frame, as Python's gi_frame gives one.
#ifndef LASTI_DETAIL_FRAME_INFO_HPP_INCLUDED
#define LASTI_DETAIL_FRAME_INFO_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <lasti/frame.hpp>

namespace lasti {

namespace inspect {
enum state : int;
class block_stack;
}

/// A frame, to look at; falsy where Python has None. It keeps the frame's memory alive, not its
/// locals.
class frame_info {
public:
    frame_info() noexcept {}
    explicit frame_info(frame* f) noexcept : frame_(f) {}

    explicit operator bool() const noexcept { return static_cast<bool>(frame_); }
    /// The saved program counter: -1 not started, a label (from 1, in the order of the text) where
    /// it is suspended, -2 ended, -3 running.
    int f_lasti() const noexcept { return frame_ ? frame_->f_lasti : frame::finished; }
    /// The line where it stands: that of its first line before it starts, then of what suspended it
    /// last.
    int f_lineno() const noexcept {
        if (!frame_) return 0;
        return frame_->f_lineno ? frame_->f_lineno : frame_->gi_code->first_line;
    }
    /// Whose frame it is. Not for a falsy one.
    code const& f_code() const noexcept { return *frame_->gi_code; }
    /// "generator", "coroutine" or "async generator". Not for a falsy one.
    const char* kind() const noexcept { return frame_->kind(); }
    /// What it delegates to (YIELD_FROM, or AWAIT of a coroutine); falsy while it runs, and where
    /// it does not.
    frame_info gi_yieldfrom() const noexcept {
        return frame_ && frame_->f_lasti >= 0 && !frame_->executing()
                   ? frame_info(frame_->gi_yieldfrom.get())
                   : frame_info();
    }
    /// What sys.exception() is in its body: the exception that the innermost of its EXCEPT clauses
    /// handles. Empty if there is none.
    error f_exception() const noexcept { return frame_ ? frame_->handled() : error(); }
    /// The statements it stands in, from the outermost to the innermost. With <lasti/inspect.hpp>.
    inspect::block_stack f_blockstack() const;
    /// What LOCALS lists in the struct form; nothing once it has ended. With <lasti/inspect.hpp>.
    inspect::locals f_locals() const;
    /// GEN_CREATED … AGEN_CLOSED. Not for a falsy one. With <lasti/inspect.hpp>.
    inspect::state state() const noexcept;
    /// Who delegates to it; falsy if nobody does, or if it is not running (Python's f_back).
    frame_info f_back() const noexcept {
        return frame_ && frame_->executing() ? frame_info(frame_->back) : frame_info();
    }

private:
    detail::counted<frame> frame_;
};

}  // namespace lasti

#endif
