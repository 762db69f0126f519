// The twin of actions.py.
#include <cstdlib>
#include <map>

#include "harness.hpp"

namespace {

std::string number(long n) { return std::to_string(n); }
std::string message(int n) { return n ? "m" + number(n) : std::string(); }
lasti::any_task task_in(int slot) { return world->tasks[static_cast<std::size_t>(slot)]; }

// In a function, so that they are made before the first loop.
lasti::context_var<long> const& variable(int i) {
    static lasti::context_var<long> const all[] = {lasti::context_var<long>("v0", 0),
                                                   lasti::context_var<long>("v1")};
    return all[i];
}

typedef std::string said;  // empty: nothing

said spawned(int at, lasti::task<long> const& made) {
    world->tasks[static_cast<std::size_t>(at)] = made;
    world->spawned.push_back(made);
    return label(made);
}

lasti::task_options options(bool eager) {
    lasti::task_options o;
    o.when = eager ? lasti::start::eagerly : lasti::start::soon;
    return o;
}

said spawn(int level, int slot, int) {
    if (!fuelled()) return said();
    return spawned(
        level * slots + slot % slots,
        world->loop.create_task(world->of.functions[level](level), options(slot >= slots)));
}
said cancel(int slot, int m, int) {
    const fut task = T(slot);
    const std::string name = label(task);
    return name + ' ' + number(task.cancel(message(m)));
}
said uncancel(int slot, int, int) {
    return task_in(slot) ? number(task_in(slot).uncancel()) : said();
}
said look(int slot, int, int) {
    const lasti::error e = T(slot).exception();
    return e ? describe(e) : "None";
}
said set_event(int i, int, int) { return world->events[i].set(), said(); }
said clear_event(int i, int, int) { return world->events[i].clear(), said(); }
said release(int i, int, int) { return world->locks[i].release(), said(); }
said notify(int i, int n, int) {
    ++world->counts[i];
    if (n) world->conditions[i].notify(static_cast<std::size_t>(n));
    else world->conditions[i].notify_all();
    return said();
}
said give_back(int i, int times, int) {
    while (times--) world->semaphores[i].release();
    return said();
}
said new_generator(int i, int, int) {
    return world->generators[i] = world->of.generator_function(i), said();
}
said put(int i, int item, int) { return world->queues[i].put_nowait(item), said(); }
said get(int i, int, int) { return number(world->queues[i].get_nowait()); }
said task_done(int i, int times, int) {
    while (times--) world->queues[i].task_done();
    return said();
}
said shut_down(int i, int immediate, int) {
    return world->queues[i].shutdown(immediate != 0), said();
}
said set_result(int i, int value, int) { return world->futures[i].set_result(value), said(); }
said set_exception(int i, int n, int) { return world->futures[i].set_exception(A(n)), said(); }
said cancel_future(int i, int m, int) { return number(world->futures[i].cancel(message(m))); }
said new_future(int i, int, int) {
    if (world->futures[i].done()) world->futures[i] = world->loop.create_future<long>();
    return said();
}
said soon(int i, int, int then) {
    return world->handles[i] = world->loop.call_soon([then] { act(then, false); }), said();
}
said later(int i, int delay, int then) {
    return world->handles[i] = world->loop.call_later(delay, [then] { act(then, false); }), said();
}
void done(lasti::any_future const& future, int then) {
    log("done " + state_of(future));
    act(then, false);
}
said when_done(int slot, int, int then) {
    return T(slot).add_done_callback([then](fut future) { done(future, then); }), said();
}
said when_set(int i, int, int then) {
    return world->futures[i].add_done_callback([then](fut future) { done(future, then); }), said();
}
said drop_handle(int i, int, int) { return world->handles[i].cancel(), said(); }
said raise(int n, int, int) { throw A(n); }
said set_variable(int i, int value, int) { return variable(i).set(value), said(); }
said get_variable(int i, int, int) { return number(variable(i).get()); }
said reschedule(int slot, int delay, int) {
    if (world->has_timeout[slot]) world->timeouts[slot].reschedule(now() + delay);
    return said();
}
said never(int slot, int, int) {
    if (world->has_timeout[slot]) world->timeouts[slot].reschedule(lasti::forever);
    return said();
}
said expired(int slot, int, int) {
    return world->has_timeout[slot] ? number(world->timeouts[slot].expired()) : said();
}
said group_spawn(int slot, int which, int) {
    if (!fuelled() || !world->has_group[slot]) return said();
    const int level = which / 2;
    return spawned(level * slots, world->groups[slot].create_task(world->of.functions[level](level),
                                                                  options(which % 2 != 0)));
}
said probe(int, int, int) {
    std::string text;
    for (int i = 0; i < levels * slots; ++i) {
        const lasti::any_task task = task_in(i);
        text += (i ? " " : "") + (!task         ? "-"
                                  : task.done() ? "d"
                                                : "p" + number(task.cancelling()));
    }
    text += " locks";
    for (lasti::lock const& l : world->locks) text += ' ' + number(l.locked());
    text += " events";
    for (lasti::event const& e : world->events) text += ' ' + number(e.is_set());
    text += " queues";
    for (lasti::queue<long> const& q : world->queues)
        text += ' ' + number(static_cast<long>(q.qsize()));
    text += " semaphores";
    for (lasti::semaphore const& s : world->semaphores)
        text += ' ' + number(s.value()) + number(s.locked());
    text += " barriers";
    for (lasti::barrier const& b : world->barriers)
        text += ' ' + number(b.n_waiting()) + number(b.broken());
    return text;
}

said apply(action const& what) {
    static std::map<std::string, said (*)(int, int, int)> const all = {
        {"spawn", &spawn},
        {"cancel", &cancel},
        {"uncancel", &uncancel},
        {"look", &look},
        {"set_event", &set_event},
        {"clear_event", &clear_event},
        {"release", &release},
        {"notify", &notify},
        {"give_back", &give_back},
        {"new_generator", &new_generator},
        {"put", &put},
        {"get", &get},
        {"task_done", &task_done},
        {"shut_down", &shut_down},
        {"set_result", &set_result},
        {"set_exception", &set_exception},
        {"cancel_future", &cancel_future},
        {"new_future", &new_future},
        {"soon", &soon},
        {"later", &later},
        {"when_done", &when_done},
        {"when_set", &when_set},
        {"drop_handle", &drop_handle},
        {"raise", &raise},
        {"set_variable", &set_variable},
        {"get_variable", &get_variable},
        {"reschedule", &reschedule},
        {"never", &never},
        {"expired", &expired},
        {"group_spawn", &group_spawn},
        {"probe", &probe}};
    return all.at(what.name)(what.a, what.b, what.then);
}

} // namespace

void act(int row, bool guarded) {
    static action const last = {"probe", 0, 0, -1};
    action const& what = row < 0 ? last : world->of.actions[row];
    log("do " + std::string(what.name) + ' ' + number(what.a) + ' ' + number(what.b));
    said text;
    try {
        text = apply(what);
    } catch (...) {
        if (!guarded) throw;
        return log("! " + describe(lasti::error::current()));
    }
    if (!text.empty()) log("-> " + text);
}

lasti::timeout open_timeout(int slot, lasti::timeout made) {
    world->has_timeout[slot] = true;
    return world->timeouts[slot] = made;
}

lasti::task_group open_group(int slot) {
    world->has_group[slot] = true;
    return world->groups[slot] = lasti::task_group();
}
