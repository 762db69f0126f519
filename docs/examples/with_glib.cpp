// lasti in a program whose loop is GLib's, as that of GTK is: a coroutine talks with a callback of
// GLib's through a pair of sockets, and waits for its timer.
#include <cctype>
#include <cmath>
#include <iostream>
#include <string>
#include <utility>

#include <glib-unix.h>
#include <glib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [glue]
// A source of GLib's that gives lasti its turns.
class guest_of_glib {
public:
    guest_of_glib(GMainContext* host, lasti::event_loop* guest)
        : source_(::g_source_new(&its_functions(), sizeof(source))) {
        reinterpret_cast<source*>(source_)->guest = guest;
        ::g_source_add_unix_fd(source_, guest->fd(), G_IO_IN);
        ::g_source_attach(source_, host);
    }
    guest_of_glib(guest_of_glib const&) = delete;
    guest_of_glib& operator=(guest_of_glib const&) = delete;
    ~guest_of_glib() {
        ::g_source_destroy(source_);
        ::g_source_unref(source_);
    }

private:
    struct source {
        GSource base;
        lasti::event_loop* guest;
    };

    static GSourceFuncs& its_functions() {
        static GSourceFuncs functions = GSourceFuncs();
        functions.dispatch = turn;                      // when it is readable, or the time has come
        return functions;
    }
    static gboolean turn(GSource* base, GSourceFunc, gpointer) noexcept {
        lasti::event_loop& guest = *reinterpret_cast<source*>(base)->guest;
        gint64 ready = -1;                              // never, but by the descriptor
        double when = 0;
        if (guest.poll())
            ready = 0;                                  // at once
        else if (guest.next_deadline(when))
            ready = ::g_get_monotonic_time() +
                    static_cast<gint64>(std::ceil((when - guest.time()) * 1e6));
        ::g_source_set_ready_time(base, ready);
        return G_SOURCE_CONTINUE;
    }

    GSource* source_;
};
// [/glue]

// A callback of GLib's: it answers in capitals.
gboolean answer(gint fd, GIOCondition, gpointer) {
    char bytes[1024];
    const ssize_t size = ::read(fd, bytes, sizeof bytes);
    for (ssize_t i = 0; i < size; ++i)
        bytes[i] = static_cast<char>(std::toupper(static_cast<unsigned char>(bytes[i])));
    if (size > 0 && ::write(fd, bytes, static_cast<std::size_t>(size)) == size)
        return G_SOURCE_CONTINUE;
    ::close(fd);
    return G_SOURCE_REMOVE;
}

// [main]
lasti::coroutine<void> main_task(lasti::socket ours) {
    lasti::connection glib;
    std::string answer;
    lasti::future<void> rings;
    return COROUTINE(void) {
        BEGIN;
        AWAIT(lasti::sleep(0.01));
        std::cout << "lasti has slept\n";
        glib = lasti::connection_of(ours);
        AWAIT(glib.writer.send_all("hello\n"));
        AWAIT_SET(answer, glib.reader.readline());
        std::cout << "GLib answers " << answer;

        rings = lasti::get_running_loop().create_future<>();
        ::g_timeout_add(10, [](gpointer data) -> gboolean {
            static_cast<lasti::future<void>*>(data)->set_result();
            return G_SOURCE_REMOVE;
        }, &rings);
        AWAIT(rings);
        std::cout << "GLib's timer rings\n";
        END;
    };
}

int main() {
    GMainLoop* const host = ::g_main_loop_new(nullptr, FALSE);
    const std::pair<lasti::socket, lasti::socket> pair = lasti::socketpair();
    const int theirs = ::dup(pair.second.fileno());
    ::g_unix_fd_add(theirs, G_IO_IN, answer, nullptr);
    {
        lasti::event_loop loop;
        guest_of_glib guest(nullptr, &loop);            // in GLib's default context
        const lasti::task<void> task = loop.create_task(main_task(pair.first));
        task.add_done_callback([=](lasti::task<void> const&) { ::g_main_loop_quit(host); });
        ::g_main_loop_run(host);                        // instead of loop.run()
        task.result();                                  // throws what it raised
    }
    ::g_main_loop_unref(host);
}
// [/main]
