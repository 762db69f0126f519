"""For gdb: generators, coroutines and tasks by name, state and line; the await chains of all tasks.

    (gdb) source lasti_gdb.py        (where gdb does not load it by itself; see docs/debugging.md)
    (gdb) print g                    generator 'walk' suspended at tree.cpp:22
    (gdb) lasti tasks                every task of every loop, the frames it stands in, what it waits for
    (gdb) lasti tasks my_loop        of one loop: an event_loop, a pointer or a reference to one
    (gdb) lasti chain g              the frames of a generator, coroutine or task, with their locals

It calls nothing in the program, so it works on core files too. For tasks it needs the debug information of the
library; or that of a program compiled with -g -femit-class-debug-always (clang++: -g -fstandalone-debug), which
has all types in it.
"""
import os
import re

import gdb
import gdb.printing

STATES = {-1: 'created', -2: 'finished', -3: 'running'}


# ---- reading ------------------------------------------------------------------------------------

class Thing:
    """An object in the program: where, and its type. What gdb.Value offers would look for the most derived type
    each time, and warn of each lambda, which it does not find."""

    def __init__(self, address, kind):
        self.address, self.kind = address, kind.strip_typedefs().unqualified()

    def __getitem__(self, name):
        """A member: a Thing, what a pointer leads to (None if it is null), or a plain value."""
        found = place_of_member(self.kind, name)
        if found is None:
            raise gdb.error('%s has no member %s' % (self.kind, name))
        at, kind = self.address + found[0], found[1].strip_typedefs()
        if kind.code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
            return Thing(at, kind)
        value = gdb.Value(at).cast(kind.pointer()).dereference()
        if kind.code == gdb.TYPE_CODE_PTR:
            return Thing(int(value), kind.target()) if int(value) else None
        return value

    def seen_as(self, name):
        return Thing(self.address, gdb.lookup_type('lasti::' + name))

    def value(self):
        return gdb.Value(self.address).cast(self.kind.pointer()).dereference()

    def table(self):
        """Its virtual table."""
        return int(gdb.Value(self.address).cast(gdb.lookup_type('unsigned long').pointer()).dereference())

    def made_as(self):
        """The name of its most derived type, without `lasti::`; "" where there are no symbols."""
        symbol = gdb.execute('info symbol %d' % self.table(), to_string=True)
        name = re.match(r'vtable for (?:lasti::)?(?:detail::)?(.*) \+ \d+', symbol)
        return name.group(1) if name else ''

    def most_derived(self):
        """Itself as that type, or None: as the `this` of its first virtual function."""
        first = gdb.Value(self.table()).cast(gdb.lookup_type('unsigned long').pointer()).dereference()
        block = gdb.block_for_pc(int(first))
        for symbol in block or ():
            if symbol.name == 'this':
                return Thing(self.address, symbol.type.target())
        return None


def place_of_member(kind, name):
    """(offset, type) of a member of a class or of its bases; None: there is none."""
    for field in kind.fields():
        if field.name == name and not field.is_base_class:
            return field.bitpos // 8, field.type
        if field.is_base_class or not field.name:       # a base, or a union without a name
            inside = place_of_member(field.type.strip_typedefs(), name)
            if inside:
                return field.bitpos // 8 + inside[0], inside[1]
    return None


def text(thing):
    """A char const*, or a std::string."""
    if thing is None:
        return ''
    if thing.kind.code != gdb.TYPE_CODE_STRUCT:
        return gdb.Value(thing.address).cast(thing.kind.pointer()).string()
    if place_of_member(thing.kind, '_M_string_length') is None:
        return str(thing.value()).strip('"')            # another library's: as its printers show it
    at = thing['_M_dataplus']['_M_p']
    return gdb.Value(at.address).cast(at.kind.pointer()).string(length=int(thing['_M_string_length']))


def length(entries):
    """Of a list in a ready_queue."""
    first, last = entries['begin'], entries['end']
    return (last.address - first.address) // first.kind.sizeof if first else 0


def words(name):
    """A type's name in words: `lock_request<...>` is a lock."""
    return re.sub(r'<.*', '', name).replace('_request', '').replace('_base', '').replace('_', ' ')


# ---- frames -------------------------------------------------------------------------------------

def frames(first):
    """A frame and those it delegates to, from the outermost to the innermost."""
    while first:
        yield first
        first = first['gi_yieldfrom']['object_']


def state_of(frame):
    at = frame
    while at:                               # it runs if what drives its chain is on the C++ stack
        if at['driving']:
            return 'running'
        at = at['back']
    return STATES.get(int(frame['f_lasti']), 'suspended')


def place_of(frame):
    line = int(frame['f_lineno']) or int(frame['gi_code']['first_line'])
    return '%s:%d' % (os.path.basename(text(frame['gi_code']['file'])), line)


def name_of(frame):
    return text(frame['gi_code']['name'])


def kind_of(frame):
    made = frame.made_as()
    return ('async generator' if '<lasti::async_generator_frame' in made else
            'coroutine' if '<lasti::coroutine_frame' in made else 'generator')


def in_words(frame, kind=None):
    state = state_of(frame)
    where = ' at ' + place_of(frame) if state in ('suspended', 'running') else ''
    return "%s '%s' %s%s" % (kind or kind_of(frame), name_of(frame), state, where)


def locals_of(frame):
    """[(name, value)] of your struct, or of what the lambda captured; none if they are gone, or not known."""
    whole = None if frame['locals_gone'] else frame.most_derived()
    if whole is None or place_of_member(whole.kind, 'body_') is None:
        return []
    body = whole['body_']
    if 'copyable_body<' in str(body.kind):              # around what was written
        base = body.kind.fields()[0]
        body = Thing(body.address + base.bitpos // 8, base.type.strip_typedefs())
    return [(field.name.lstrip('_'), body.value()[field]) for field in body.kind.fields()
            if field.name and not field.is_base_class]


# ---- tasks --------------------------------------------------------------------------------------

def task_name(task):
    return text(task['given_name']) or 'Task-%d' % int(task['number'])


def future_in_words(future):
    made = future.made_as()
    if made.startswith('typed_task'):
        return "task '%s'" % task_name(future.seen_as('detail::task_state'))
    return 'a gather()' if 'gather' in made else 'a shield()' if 'shield' in made else 'a future'


def innermost(task):
    return list(frames(task['root']['object_']))[-1]


def waits_for(task):
    """In words: what the task waits for, if it does."""
    inner = innermost(task)
    if state_of(inner) != 'suspended':
        return state_of(inner)
    request = inner.seen_as('detail::awaiting_frame')['waits_for']['request_']
    if request is None:
        return 'ready'
    made = request.made_as()
    if made.startswith('sleep'):
        return 'sleeps %g s' % (int(request.seen_as('detail::sleep_request')['time_']['count_']) / 1e9)
    if made.startswith('future_request'):
        return 'waits for ' + future_in_words(request.seen_as('detail::future_request_base')['future_'])
    try:
        owner = Thing(request.address, gdb.lookup_type('lasti::detail::' + made))['owner_']
        if text(owner['name']):
            return "waits for %s '%s'" % (words(made), text(owner['name']))
    except gdb.error:
        pass                                # no lock, queue or the like; or its type is not known here
    return 'waits for ' + (words(made) or 'something')


def knows_tasks():
    try:
        return place_of_member(gdb.lookup_type('lasti::detail::task_state'), 'given_name') is not None
    except gdb.error:
        return False


def tasks_of(loop):
    task = loop['first_task']
    while task:
        yield task
        task = task['next_task']


# ---- loops --------------------------------------------------------------------------------------

def core_of(value):
    """The loop_core of an event_loop or a loop_core, or of a pointer or reference to one; None: it is none."""
    kind = value.type.strip_typedefs()
    if kind.code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF, gdb.TYPE_CODE_PTR):
        at, kind = int(value) if kind.code == gdb.TYPE_CODE_PTR else int(value.referenced_value().address), kind.target()
    else:
        at = int(value.address) if value.address is not None else 0
    kind = kind.strip_typedefs().unqualified()
    if not at or str(kind) not in ('lasti::event_loop', 'lasti::detail::loop_core'):
        return None
    thing = Thing(at, kind)
    return thing['core_']['object_'] if str(kind) == 'lasti::event_loop' else thing


def is_in_order(core):
    """A variable that has no value yet may lead anywhere."""
    first = core['first_task']
    if first is None:
        return int(core['task_count']) == 0 and core['last_task'] is None
    return int(core['task_count']) > 0 and first['loop'].address == core.address


def variables(at):
    """The values of the variables and parameters of a function on the stack."""
    try:
        block = at.block()
    except RuntimeError:
        return                              # no debug information
    while block and not block.is_global and not block.is_static:
        for symbol in block:
            if symbol.is_argument or symbol.is_variable:
                try:
                    yield symbol.value(at)
                except (gdb.error, RuntimeError):
                    pass                    # optimised out
        block = block.superblock


def loops():
    """Those that run on some thread, and those that a function on some stack knows, each once."""
    found, chosen, level = {}, gdb.selected_thread(), gdb.selected_frame()

    def note(value):
        try:
            core = core_of(value)
            if core is not None and is_in_order(core):
                found.setdefault(core.address, core)
        except (gdb.error, RuntimeError):
            pass                            # not constructed yet

    for thread in gdb.selected_inferior().threads():
        thread.switch()
        try:
            note(gdb.parse_and_eval("'lasti::(anonymous namespace)::running_here'"))
        except gdb.error:
            pass                            # no debug information of the library
        at = gdb.newest_frame()
        while at:
            for value in variables(at):
                note(value)
            at = at.older()
    chosen.switch()
    level.select()
    return list(found.values())


# ---- commands -----------------------------------------------------------------------------------

class Lasti(gdb.Command):
    """Looking into lasti's generators, coroutines and tasks."""

    def __init__(self):
        super().__init__('lasti', gdb.COMMAND_STACK, gdb.COMPLETE_NONE, True)


class Tasks(gdb.Command):
    """lasti tasks [LOOP]: the tasks that are not done, of every loop that is found or of that one: where each
    stands, from its innermost coroutine to its outermost, and what it waits for."""

    def __init__(self):
        super().__init__('lasti tasks', gdb.COMMAND_STACK, gdb.COMPLETE_EXPRESSION)

    def invoke(self, argument, from_tty):
        if argument:
            core = core_of(gdb.parse_and_eval(argument))
            if core is None:
                raise gdb.GdbError('%s is no event loop' % argument)
            found = [core]
        else:
            found = loops()
        if not knows_tasks():
            raise gdb.GdbError('there is no debug information of lasti\'s library: see docs/debugging.md')
        if not found:
            raise gdb.GdbError('no function on any stack has an event loop; say which: lasti tasks LOOP')
        for core in found:
            self.show(core)

    def show(self, core):
        ready = length(core['ready']['turns_']) + length(core['ready']['added_'])
        print('loop %#x: %d tasks, %d ready' % (core.address, int(core['task_count']), ready))
        for task in tasks_of(core):
            print("* task '%s' %s" % (task_name(task), waits_for(task)))
            for frame in reversed(list(frames(task['root']['object_']))):
                print("    '%s' at %s" % (name_of(frame), place_of(frame)))


class Chain(gdb.Command):
    """lasti chain EXPRESSION: the frames of a generator, coroutine or task, from the outermost to the innermost,
    with their locals."""

    def __init__(self):
        super().__init__('lasti chain', gdb.COMMAND_STACK, gdb.COMPLETE_EXPRESSION)

    def invoke(self, argument, from_tty):
        first = frame_of(gdb.parse_and_eval(argument))
        if first is None:
            raise gdb.GdbError('%s is no generator, coroutine or task' % argument)
        for frame in frames(first):
            print('%s, f_lasti %d' % (in_words(frame), int(frame['f_lasti'])))
            for name, value in locals_of(frame):
                print('    %s = %s' % (name, value))


# ---- printers -----------------------------------------------------------------------------------

HANDLES = re.compile(r'^lasti::(generator|coroutine|async_generator)<')
TASKS = re.compile(r'^lasti::(task<.*>|any_task)$')


def plain(value):
    if value.type.strip_typedefs().code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF):
        value = value.referenced_value()
    return value, str(value.type.strip_typedefs().unqualified())


def frame_of(value):
    """The frame behind a handle; None: it is no handle, or empty."""
    value, name = plain(value)
    if HANDLES.match(name):
        at = int(value['frame_']['object_'])
        return Thing(at, gdb.lookup_type('lasti::frame')) if at else None
    task = task_of(value) if TASKS.match(name) and knows_tasks() else None
    return task['root']['object_'] if task else None


def task_of(value):
    at = int(value['state_']['object_'])
    # The future_state is the first base of the task_state, so they are at one address.
    return Thing(at, gdb.lookup_type('lasti::detail::task_state')) if at else None


class Printer:
    def __init__(self, words):
        self.words = words

    def to_string(self):
        return self.words


def task_in_words(task):
    how = str(task['state']).rsplit('::', 1)[-1]
    if how != 'pending':
        return "task '%s' %s" % (task_name(task), how)
    return "task '%s' %s, at %s" % (task_name(task), waits_for(task), place_of(innermost(task)))


def printer_of(value):
    value, name = plain(value)
    handle = HANDLES.match(name)
    if handle:
        kind, frame = handle.group(1).replace('_', ' '), frame_of(value)
        return Printer(in_words(frame, kind) if frame else kind + ', empty')
    if TASKS.match(name) and knows_tasks():
        task = task_of(value)
        return Printer(task_in_words(task) if task else 'task, empty')
    return None


printer_of.name, printer_of.enabled = 'lasti', True
gdb.printing.register_pretty_printer(gdb.current_objfile(), printer_of, replace=True)
Lasti()
Tasks()
Chain()
