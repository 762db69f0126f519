// Names of hosts: what needs no thread, what a thread brings, and each way to fail. No network is asked.
#include <lasti/dns.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <lasti/lasti.hpp>

#include "support/gate.hpp"
#include "support/sockets.hpp"
#include "support/trace.hpp"

#include <lasti/keywords.hpp>

namespace {

typedef std::vector<lasti::address_info> addresses;
typedef std::pair<std::string, std::string> names;

/// Keeps the work until the test lets it be done, on the test's own thread.
struct patient_executor : lasti::executor {
    std::vector<std::function<void()>> queue;

    void execute(std::function<void()> work) override { queue.push_back(std::move(work)); }
    void work_off() {
        for (std::function<void()>& work : queue) work();
        queue.clear();
    }
};

/// A loop whose executor is that.
struct patient_loop : virtual_loop {
    std::shared_ptr<patient_executor> executor = std::make_shared<patient_executor>();

    patient_loop() { loop.set_default_executor(executor); }
};

lasti::lookup_options looking_for(int family, int type, int protocol = 0, int flags = 0) {
    lasti::lookup_options options;
    options.family = family;
    options.type = type;
    options.protocol = protocol;
    options.flags = flags;
    return options;
}

std::string text_of(addresses const& found) {
    std::string text;
    for (lasti::address_info const& info : found)
        text += (text.empty() ? "" : " ") + std::string(info.family == AF_INET ? "v4" : info.family == AF_INET6 ? "v6" : "?") +
                (info.type == SOCK_STREAM ? " stream" : info.type == SOCK_DGRAM ? " datagram" : " any") +
                (info.protocol == IPPROTO_TCP ? " tcp " : info.protocol == IPPROTO_UDP ? " udp " : " ? ") +
                info.address.describe() + info.canonical_name;
    return text;
}

/// What the system says in this thread.
std::string system_says(const char* host, const char* service, lasti::lookup_options const& options) {
    addrinfo hints = {};
    hints.ai_family = options.family;
    hints.ai_socktype = options.type;
    hints.ai_protocol = options.protocol;
    hints.ai_flags = options.flags;
    addrinfo* first = nullptr;
    if (::getaddrinfo(host, service, &hints, &first) != 0) return "error";
    addresses found;
    for (addrinfo* a = first; a; a = a->ai_next) {
        lasti::address_info info;
        info.family = a->ai_family;
        info.type = a->ai_socktype;
        info.protocol = a->ai_protocol;
        if (a->ai_canonname) info.canonical_name = a->ai_canonname;
        info.address = lasti::socket_address(a->ai_addr, a->ai_addrlen);
        found.push_back(info);
    }
    ::freeaddrinfo(first);
    return text_of(found);
}

/// Awaits a look-up, and notes what it gives or raises.
template <class F>
lasti::coroutine<> notes(F lookup, trace note) {
    addresses found;
    return COROUTINE(void) {
        BEGIN;
        TRY
            AWAIT_SET(found, lookup());
            note(text_of(found));
        EXCEPT_ANY
            note(self.handled().type_name());
            RERAISE;
        END_TRY
        END;
    };
}

const lasti::lookup_options a_name = looking_for(AF_UNSPEC, SOCK_STREAM, 0, AI_NUMERICHOST);

lasti::coroutine<addresses> looks_up(lasti::event_loop* loop, std::string host, std::string service, lasti::lookup_options options) {
    addresses found;
    return COROUTINE(addresses) {
        BEGIN;
        AWAIT_SET(found, loop->getaddrinfo(host, service, options));
        RETURN(found);
        END;
    };
}

} // namespace

TEST_SUITE_BEGIN("dns");

TEST_CASE("DN1: a literal address with a number and a type is there at once, without a thread, as the system would say it") {
    patient_loop on;
    struct {
        const char* host;
        lasti::lookup_options options;
        const char* says;
    } const cases[] = {
        {"127.0.0.1", looking_for(AF_UNSPEC, SOCK_STREAM), "v4 stream tcp ('127.0.0.1', 80)"},
        {"127.0.0.1", looking_for(AF_INET, SOCK_STREAM, IPPROTO_TCP), "v4 stream tcp ('127.0.0.1', 80)"},
        {"127.0.0.1", looking_for(AF_UNSPEC, SOCK_DGRAM), "v4 datagram udp ('127.0.0.1', 80)"},
        {"127.0.0.1", looking_for(AF_UNSPEC, SOCK_DGRAM, IPPROTO_UDP), "v4 datagram udp ('127.0.0.1', 80)"},
        {"::1", looking_for(AF_UNSPEC, SOCK_STREAM), "v6 stream tcp ('::1', 80)"},
        {"::1", looking_for(AF_INET6, SOCK_DGRAM, 0, AI_PASSIVE), "v6 datagram udp ('::1', 80)"},
    };
    for (auto const& c : cases) {
        CAPTURE(c.says);
        const lasti::task<addresses> t = on.loop.create_task(looks_up(&on.loop, c.host, "80", c.options));
        on.loop.poll();
        REQUIRE(t.done());
        CHECK(text_of(t.result()) == c.says);
        CHECK(system_says(c.host, "80", c.options) == c.says);
    }
    CHECK(on.executor->queue.empty());
}

TEST_CASE("DN1: what is no such thing goes to the default executor, and gives what the system says") {
    patient_loop on;
    struct {
        const char* host;
        const char* service;
        lasti::lookup_options options;
    } const cases[] = {
        {"127.0.0.1", "80", looking_for(AF_UNSPEC, 0)},
        {"127.0.0.1", "80", looking_for(AF_UNSPEC, SOCK_STREAM, 0, AI_CANONNAME)},
        {"127.0.0.1", "99999", looking_for(AF_UNSPEC, SOCK_STREAM)},
        {"127.1", "80", looking_for(AF_UNSPEC, SOCK_STREAM)},
        {"127.0.0.1", "80", looking_for(AF_INET6, SOCK_STREAM, 0, AI_V4MAPPED)},
        {"", "80", looking_for(AF_INET, SOCK_STREAM, 0, AI_PASSIVE)},
        {"", "80", looking_for(AF_INET, SOCK_STREAM)},
        {"", "80", looking_for(AF_UNSPEC, SOCK_DGRAM, 0, AI_PASSIVE)},
    };
    for (auto const& c : cases) {
        CAPTURE(c.host);
        CAPTURE(c.service);
        const lasti::task<addresses> t = on.loop.create_task(looks_up(&on.loop, c.host, c.service, c.options));
        on.loop.poll();
        REQUIRE_FALSE(t.done());
        REQUIRE(on.executor->queue.size() == 1);
        on.executor->work_off();
        CHECK(text_of(on.loop.run_until_complete(t)) == system_says(*c.host ? c.host : nullptr, c.service, c.options));
    }
}

TEST_CASE("DN1: an empty host is the wildcard where one binds, and the loopback where one connects") {
    on_each_selector([](selector_loop& on) {
        CHECK(text_of(on.loop.run_until_complete(looks_up(&on.loop, "", "81", looking_for(AF_INET, SOCK_STREAM, 0, AI_PASSIVE)))) ==
              "v4 stream tcp ('0.0.0.0', 81)");
        CHECK(text_of(on.loop.run_until_complete(looks_up(&on.loop, "", "81", looking_for(AF_INET, SOCK_STREAM)))) ==
              "v4 stream tcp ('127.0.0.1', 81)");
        on.loop.run_until_complete(on.loop.shutdown_default_executor());
    });
}

TEST_CASE("DN1: the port as a number; no service is port 0; the running loop's functions") {
    patient_loop on;
    const trace note;
    on.loop.create_task(notes([] { return lasti::getaddrinfo("10.0.0.1", 8080, looking_for(0, SOCK_STREAM)); }, note));
    on.loop.create_task(notes([] { return lasti::getaddrinfo("10.0.0.2", "", looking_for(0, SOCK_DGRAM)); }, note));
    on.loop.create_task(notes([&] { return on.loop.getaddrinfo("10.0.0.3", 1, looking_for(0, SOCK_DGRAM)); }, note));
    on.loop.poll();
    CHECK(note.take() == "v4 stream tcp ('10.0.0.1', 8080) v4 datagram udp ('10.0.0.2', 0) v4 datagram udp ('10.0.0.3', 1)");
    CHECK_THROWS_WITH_AS(lasti::getaddrinfo("10.0.0.1", 80), "no running event loop", lasti::runtime_error);
}

TEST_CASE("DN1: a host that is not found is a gaierror: an os_error with the name and the system's words") {
    on_each_selector([](selector_loop& on) {
        const lasti::task<addresses> t = on.loop.create_task(looks_up(&on.loop, "no-such-host", "80", a_name));
        CHECK_THROWS_AS(on.loop.run_until_complete(t), lasti::gaierror);
        const lasti::error raised = t.exception();
        REQUIRE(raised.is<lasti::os_error>());
        CHECK(raised.as<lasti::gaierror>()->error_number() == EAI_NONAME);
        CHECK(raised.as<lasti::gaierror>()->what() == "getaddrinfo 'no-such-host', '80': " + std::string(::gai_strerror(EAI_NONAME)));
        CHECK(raised.as<lasti::gaierror>()->code().category() == lasti::gai_category());
        CHECK_THROWS_AS(on.loop.run_until_complete(looks_up(&on.loop, "127.0.0.1", "no such service", looking_for(0, SOCK_STREAM))),
                        lasti::gaierror);
        on.loop.run_until_complete(on.loop.shutdown_default_executor());
    });
}

TEST_CASE("DN1: EAI_SYSTEM is the os_error of its errno") {
    const lasti::error failed = lasti::detail::make_lookup_error(EAI_SYSTEM, ECONNREFUSED, "getaddrinfo 'x'");
    CHECK(failed.is<lasti::connection_refused_error>());
    CHECK_FALSE(failed.is<lasti::gaierror>());
    CHECK(lasti::detail::make_lookup_error(EAI_AGAIN, ECONNREFUSED, "x").is<lasti::gaierror>());
}

TEST_CASE("DN1: a name with a null character is a value_error") {
    patient_loop on;
    CHECK_THROWS_AS(on.loop.run_until_complete(looks_up(&on.loop, std::string("a\0b", 3), "80", a_name)), lasti::value_error);
    CHECK_THROWS_AS(on.loop.run_until_complete(looks_up(&on.loop, "a", std::string("8\0", 2), a_name)), lasti::value_error);
    CHECK(on.executor->queue.empty());
}

TEST_CASE("DN1: cancelled before its thread has time, it is never looked up; later, the thread goes on alone") {
    patient_loop on;
    const trace note;
    const auto lookup = [&] { return on.loop.getaddrinfo("no-such-host", "80", a_name); };
    const lasti::task<> before = on.loop.create_task(notes(lookup, note));
    on.loop.poll();
    before.cancel();
    on.loop.poll();
    CHECK(before.cancelled());
    on.executor->work_off(); // nothing
    CHECK(note.take() == "lasti::cancelled_error");

    const lasti::task<> at = on.loop.create_task(notes(lookup, note)); // in the round in which the result comes
    on.loop.poll();
    on.executor->work_off();
    at.cancel();
    while (!at.done()) on.loop.poll();
    CHECK(at.cancelled());
    on.loop.run();

    const lasti::task<> after = on.loop.create_task(notes(lookup, note));
    on.loop.poll();
    on.executor->work_off();
    CHECK_THROWS_AS(on.loop.run_until_complete(after), lasti::gaierror);
    CHECK_FALSE(after.cancel());
    CHECK(on.reported.messages() == "");
}

TEST_CASE("DN1: cancelled while its thread looks, the task ends at once, and nothing is left when the thread is done") {
    on_each_selector([](selector_loop& on) {
        const gate begun, done;
        std::unique_ptr<worker> thread;
        struct one_thread : lasti::executor {
            gate begun, done;
            std::unique_ptr<worker>* thread;
            void execute(std::function<void()> work) override {
                const gate b = begun, d = done;
                thread->reset(new worker([b, d, work] {
                    b.open();
                    d.wait();
                    work();
                }));
            }
        };
        const std::shared_ptr<one_thread> slow = std::make_shared<one_thread>();
        slow->begun = begun;
        slow->done = done;
        slow->thread = &thread;
        on.loop.set_default_executor(slow);
        const lasti::task<addresses> t = on.loop.create_task(looks_up(&on.loop, "no-such-host", "80", a_name));
        on.loop.poll();
        begun.wait();
        t.cancel();
        while (!t.done()) on.loop.poll();
        CHECK(t.cancelled());
        done.open();
        thread.reset();
        on.loop.poll();
    });
}

TEST_CASE("DN1: an executor that was shut down takes no look-up; literal ones go on") {
    on_each_selector([](selector_loop& on) {
        on.loop.run_until_complete(on.loop.shutdown_default_executor());
        CHECK_THROWS_AS(on.loop.run_until_complete(looks_up(&on.loop, "no-such-host", "80", a_name)), lasti::runtime_error);
        CHECK(text_of(on.loop.run_until_complete(looks_up(&on.loop, "127.0.0.1", "80", looking_for(0, SOCK_STREAM)))) ==
              "v4 stream tcp ('127.0.0.1', 80)");
    });
}

TEST_CASE("DN1: an executor that drops a look-up cancels it; a loop that closes ends who waits") {
    patient_loop on;
    const lasti::task<addresses> dropped = on.loop.create_task(looks_up(&on.loop, "no-such-host", "80", a_name));
    on.loop.poll();
    on.executor->queue.clear();
    CHECK_THROWS_AS(on.loop.run_until_complete(dropped), lasti::cancelled_error);

    const trace note;
    on.loop.create_task(notes([&] { return on.loop.getaddrinfo("no-such-host", "80", a_name); }, note), "waits");
    on.loop.poll();
    on.loop.close();
    on.executor->work_off();
    CHECK(on.reported.count() == 1); // the task was destroyed while it was pending
}

TEST_CASE("DN1: getnameinfo; with numbers alone it needs no thread") {
    patient_loop on;
    struct body {
        lasti::event_loop* loop;
        lasti::socket_address address;
        int flags;
        names found;
        COROUTINE_BODY(names) { BEGIN; AWAIT_SET(found, loop->getnameinfo(address, flags)); RETURN(found); END; }
    };
    const lasti::socket_address v4("127.0.0.1", 80), v6("::1", 81);
    const int numbers = NI_NUMERICHOST | NI_NUMERICSERV;
    CHECK(on.loop.run_until_complete(lasti::coroutine<names>(body{&on.loop, v4, numbers, names()})) == names("127.0.0.1", "80"));
    CHECK(on.loop.run_until_complete(lasti::coroutine<names>(body{&on.loop, v6, numbers, names()})) == names("::1", "81"));
    CHECK(on.executor->queue.empty());

    const lasti::task<names> t = on.loop.create_task(lasti::coroutine<names>(body{&on.loop, v4, NI_NUMERICHOST, names()}));
    on.loop.poll();
    REQUIRE(on.executor->queue.size() == 1);
    on.executor->work_off();
    CHECK(on.loop.run_until_complete(t).first == "127.0.0.1");

    const lasti::task<names> none =
        on.loop.create_task(lasti::coroutine<names>(body{&on.loop, lasti::socket_address(), numbers, names()}));
    on.loop.poll();
    on.executor->work_off();
    CHECK_THROWS_WITH_AS(on.loop.run_until_complete(none), ("getnameinfo no address: " + std::string(::gai_strerror(EAI_FAMILY))).c_str(),
                         lasti::gaierror);
}

// ---- CPython's -----------------------------------------------------------------------------------

namespace {

/// What is there at once, without a thread; "a thread" for what needs one.
std::string at_once(const char* host, const char* service, lasti::lookup_options const& options) {
    patient_loop on;
    const lasti::task<addresses> t = on.loop.create_task(looks_up(&on.loop, host, service, options));
    on.loop.poll();
    const std::string says = t.done() ? text_of(t.result()) : "a thread";
    if (!t.done()) t.cancel();
    on.loop.run();
    return says;
}

} // namespace

TEST_CASE("DN1: which addresses need no thread (test_asyncio/test_base_events.py: BaseEventTests.test_ipaddr_info)") {
    CHECK(at_once("1.2.3.4", "1", looking_for(AF_INET, SOCK_STREAM, IPPROTO_TCP)) == "v4 stream tcp ('1.2.3.4', 1)");
    CHECK(at_once("1.2.3.4", "1", looking_for(AF_UNSPEC, SOCK_STREAM, IPPROTO_TCP)) == "v4 stream tcp ('1.2.3.4', 1)");
    CHECK(at_once("1.2.3.4", "1", looking_for(AF_UNSPEC, SOCK_DGRAM, IPPROTO_UDP)) == "v4 datagram udp ('1.2.3.4', 1)");
    CHECK(at_once("1.2.3.4", "1", looking_for(AF_UNSPEC, SOCK_STREAM)) == "v4 stream tcp ('1.2.3.4', 1)");
    CHECK(at_once("1.2.3.4", "1", looking_for(AF_UNSPEC, SOCK_DGRAM)) == "v4 datagram udp ('1.2.3.4', 1)");
    CHECK(at_once("1.2.3.4", "1", looking_for(AF_UNSPEC, 0)) == "a thread");
    CHECK(at_once("1.2.3.4", "1", looking_for(AF_INET6, SOCK_STREAM, IPPROTO_TCP)) == "a thread");
    CHECK(at_once("::3", "1", looking_for(AF_INET, SOCK_STREAM, IPPROTO_TCP)) == "a thread");
    CHECK(at_once("::3", "1", looking_for(AF_INET6, SOCK_STREAM, IPPROTO_TCP)) == "v6 stream tcp ('::3', 1)");
    CHECK(at_once("::3", "1", looking_for(AF_UNSPEC, SOCK_STREAM)) == "v6 stream tcp ('::3', 1)");
    CHECK(at_once("::3%lo0", "1", looking_for(AF_INET6, SOCK_STREAM, IPPROTO_TCP)) == "a thread");
}

TEST_CASE("DN1: kinds of ports (test_asyncio/test_base_events.py: BaseEventTests.test_port_parameter_types)") {
    CHECK(at_once("1.2.3.4", "", looking_for(0, SOCK_STREAM)) == "v4 stream tcp ('1.2.3.4', 0)");
    CHECK(at_once("1.2.3.4", "1", looking_for(0, SOCK_STREAM)) == "v4 stream tcp ('1.2.3.4', 1)");
    CHECK(at_once("1.2.3.4", "http", looking_for(0, SOCK_STREAM)) == "a thread");
}

TEST_CASE("DN1: getnameinfo runs in the executor (test_asyncio/test_base_events.py: BaseEventLoopWithSelectorTests.test_getnameinfo)") {
    patient_loop on;
    struct body {
        lasti::event_loop* loop;
        names found;
        COROUTINE_BODY(names) {
            BEGIN;
            AWAIT_SET(found, loop->getnameinfo(lasti::socket_address("127.0.0.1", 9), NI_NUMERICHOST));
            RETURN(found);
            END;
        }
    };
    const lasti::task<names> t = on.loop.create_task(lasti::coroutine<names>(body{&on.loop, names()}));
    on.loop.poll();
    CHECK(on.executor->queue.size() == 1);
    on.executor->work_off();
    CHECK(on.loop.run_until_complete(t).first == "127.0.0.1");
}

TEST_SUITE_END();
