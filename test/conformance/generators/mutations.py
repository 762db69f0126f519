"""Twenty-odd bugs: (name, header below include/lasti, text there, text in its place).

The text must stand in the header just once; `mutants` fails where it no longer does, and then this list is to be
mended: seed the same bug where the code has gone.
"""
DRIVE, FRAME = 'detail/drive.hpp', 'frame.hpp'

MUTATIONS = [
    ('a block is not popped: FOR', FRAME,
     'void pop_for() noexcept { blocks.pop(); }',
     'void pop_for() noexcept {}'),
    ('a block is not popped: an exception stays in its FINALLY', 'detail/block_stack.hpp',
     'return handler != 0 && at != phase::finally_running && at != phase::done;',
     'return handler != 0 && at != phase::done;'),
    ('the back link is lost', DRIVE,
     '        child->adopt_by(at);\n        at = child;',
     '        at = child;'),
    ('the back link is left behind', FRAME,
     '        gi_yieldfrom->back = nullptr;\n',
     ''),
    ('the leaf cache is not cleared above', DRIVE,
     'for (frame* f = back; f; f = f->back) f->leaf = nullptr;',
     ''),
    ('the pending return is dropped', DRIVE,
     'b.how = detail::leave::return_;',
     'b.how = detail::leave::normal;'),
    ('the pending exception is dropped by FINALLY', FRAME,
     'if (b.at == detail::phase::raised) b.how = detail::leave::raise;\n    b.at = detail::phase::finally_running;',
     'b.at = detail::phase::finally_running;'),
    ('break is forgotten behind FINALLY', FRAME,
     'b.how = detail::leave::break_;',
     'b.how = detail::leave::normal;'),
    ('continue is forgotten behind FINALLY', FRAME,
     'b.how = detail::leave::continue_;\n        b.at = detail::phase::finally_;',
     'b.at = detail::phase::finally_;'),
    ('the closing flag is not set', DRIVE,
     'f->closing = true;',
     'f->closing = false;'),
    ('the closing flag is not taken away', DRIVE,
     'ignorant->closing = false;',
     ''),
    ('was_sent() is not cleared', 'detail/generator_frame.hpp',
     '''        sent_ = has_incoming;
        if (!has_incoming) {''',
     '''        sent_ = sent_ || has_incoming;
        if (!has_incoming) {'''),
    ('what is handled is not forgotten behind its clause', FRAME,
     '''    default:
        b.exception = error();
        b.at = detail::phase::finally_;''',
     '''    default:
        b.at = detail::phase::finally_;'''),
    ('the outer handled exception is taken for the inner', DRIVE,
     'for (int i = blocks.size(); i-- > 0;) {\n        detail::block const& b = blocks[i];',
     'for (int i = 0; i < blocks.size(); ++i) {\n        detail::block const& b = blocks[i];'),
    ('GeneratorExit is delivered to the outer one first', DRIVE,
     '    frame* const at = innermost(busy);\n    at->thrown_into = true;\n',
     '''    frame* const at = !thrown || thrown.is<generator_exit>() ? this : innermost(busy);
    if (at == this && gi_yieldfrom) drop_child();
    at->thrown_into = true;
'''),
    ('a generator that let an exception out is not finished', DRIVE,
     '    finish();\n}\n\n} // namespace lasti',
     '    if (failed) f_lasti = 1; else finish();\n}\n\n} // namespace lasti'),
    ('no PEP 479', DRIVE,
     'if (f_lasti != created && in_flight && in_flight.is<stop_iteration>()) {',
     'if (false) {'),
    ('PEP 479 for what never ran', DRIVE,
     'if (f_lasti != created && in_flight',
     'if (in_flight'),
    ('derived exceptions do not match', 'error.hpp',
     'if (T const* match = matcher::in_standard(box_->standard)) return match;',
     ''),
    ('what is sent stays with the outer one', 'generator.hpp',
     'frame* const at = get().innermost(busy);',
     'frame* const at = &get();'),
    ('the result is told twice', 'generator.hpp',
     '''        f.result_is = result_state::none;
        return false;''',
     '''        return false;'''),
    ('a suspended generator is destroyed without being closed', 'detail/dispose.hpp',
     'if (!only_relays()) close_and_report();',
     ''),
    ('an abandoned frame lets go of its operands before its locals', 'detail/dispose.hpp',
     '''    destroy_locals();
    blocks.clear_from_outside();
''',
     '''    blocks.clear_from_outside();
    destroy_locals();
'''),
    ('an abandoned frame lets go of its statements from the innermost outward', 'detail/dispose.hpp',
     'blocks.clear_from_outside();',
     'blocks.clear();'),
    ('a manager that swallows is not heard', DRIVE,
     '    b.how = detail::leave::normal;\n    b.exception = error();',
     ''),
    ('a delegator may be entered while its sub-generator runs', FRAME,
     'if (f->driving) return true;',
     'if (f->driving) return f != this;'),
    ('a new exception has no context', DRIVE,
     'exception.set_context(handled_in_chain());',
     ''),
    ('what is handled outside is not seen through an adapter', 'detail/yield_from.hpp',
     '        inner().resumed_for = this;\n',
     ''),
    ('what the delegators handle is seen during a throw', DRIVE,
     '    at->thrown_into = true;\n    // PEP 380',
     '    // PEP 380'),
    ('a plain range can be sent to', 'detail/yield_from.hpp',
     'return !sent;',
     'return sent || true;'),
]
