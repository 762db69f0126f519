// Copies of suspended frames, with their block stacks and what they delegate to.
#ifndef LASTI_DETAIL_COPY_CHAIN_HPP_INCLUDED
#define LASTI_DETAIL_COPY_CHAIN_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <lasti/frame.hpp>

namespace lasti {

namespace detail {

LASTI_DRIVER void relocation::refuse(const char* why) const {
    throw_out(type_error(wording("cannot copy ") + of->place() + ": " + why));
}

}  // namespace detail

LASTI_DRIVER detail::counted<frame> frame::copy_alone(detail::relocation const&,
                                                      detail::relocation&) {
    const detail::relocation mine = {this, nullptr, nullptr, 0};
    mine.refuse("nobody said copyable() of its body");
}

LASTI_DRIVER void frame::copy_position(frame const& of, detail::relocation const& locals) {
    blocks.copy(of.blocks, locals);
    f_lasti = of.f_lasti;
    f_lineno = of.f_lineno;
    deliver = of.deliver;
    returned = of.returned;
    result_is = of.result_is;
}

// A loop, for chains may be deep.
LASTI_DRIVER detail::counted<frame> frame::copy_chain() {
    detail::counted<frame> outermost;
    frame* parent = nullptr;      // the copy of …
    frame* old_parent = nullptr;  // … this one
    detail::relocation outer = {this, nullptr, nullptr, 0};
    if (executing()) already_executing().rethrow();
    for (frame* f = this; f; f = f->gi_yieldfrom.get()) {
        if (f->f_lasti == running || f->driving) f->already_executing().rethrow();
        detail::relocation locals = outer;
        // One that has ended does not change any more.
        detail::counted<frame> made =
            f->is_over() ? detail::counted<frame>(f) : f->copy_alone(outer, locals);
        if (!parent) {
            outermost = made;
        } else {
            if (f->back == old_parent && made.get() != f) made->back = parent;
            parent->gi_yieldfrom = made;
            parent->has_detour = true;
        }
        parent = made.get();
        old_parent = f;
        outer = locals;
    }
    return outermost;
}

}  // namespace lasti

#endif
