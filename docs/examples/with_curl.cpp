// Another library's descriptors and timers in lasti's loop: libcurl tells which it waits for, by
// the callbacks of its multi interface.
//
// Without arguments it fetches three pages at once from a server of its own; else these URLs:
//     sh docs/examples/run with_curl http://127.0.0.1:8000/index.md
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <curl/curl.h>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [glue]
struct transfer {
    CURL* easy;
    std::string body;
    lasti::future<CURLcode> done;
};

class curl_in_lasti {
public:
    explicit curl_in_lasti(lasti::event_loop& loop) : loop_(loop), multi_(::curl_multi_init()) {
        ::curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
        ::curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, watch);
        ::curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
        ::curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, set_timer);
    }
    curl_in_lasti(curl_in_lasti const&) = delete;
    curl_in_lasti& operator=(curl_in_lasti const&) = delete;
    ~curl_in_lasti() {
        ::curl_multi_cleanup(multi_);
        timer_.cancel();
    }

    void begin(transfer& t) {
        t.done = loop_.create_future<CURLcode>();
        ::curl_easy_setopt(t.easy, CURLOPT_PRIVATE, &t);
        ::curl_multi_add_handle(multi_, t.easy);
    }
    void end(transfer& t) { ::curl_multi_remove_handle(multi_, t.easy); }

private:
    // libcurl says what it waits for; lasti, that it has come.
    static int watch(CURL*, curl_socket_t fd, int what, void* self, void*) {
        curl_in_lasti* const me = static_cast<curl_in_lasti*>(self);
        me->loop_.remove_reader(fd);
        me->loop_.remove_writer(fd);
        if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
            me->loop_.add_reader(fd, [=] { me->act(fd, CURL_CSELECT_IN); });
        if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
            me->loop_.add_writer(fd, [=] { me->act(fd, CURL_CSELECT_OUT); });
        return 0;
    }
    static int set_timer(CURLM*, long milliseconds, void* self) {
        curl_in_lasti* const me = static_cast<curl_in_lasti*>(self);
        me->timer_.cancel();
        if (milliseconds >= 0)
            me->timer_ = me->loop_.call_later(static_cast<double>(milliseconds) / 1000,
                                              [=] { me->act(CURL_SOCKET_TIMEOUT, 0); });
        return 0;
    }
    void act(curl_socket_t fd, int what) {
        int running = 0, left = 0;
        ::curl_multi_socket_action(multi_, fd, what, &running);
        while (CURLMsg* const message = ::curl_multi_info_read(multi_, &left)) {
            transfer* t = nullptr;
            ::curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &t);
            if (!t->done.done()) t->done.set_result(message->data.result);
        }
    }

    lasti::event_loop& loop_;
    CURLM* multi_;
    lasti::handle timer_;
};
// [/glue]

// [fetch]
std::shared_ptr<transfer> transfer_of(std::string const& url) {
    const std::shared_ptr<transfer> made(new transfer{::curl_easy_init(), "", {}}, [](transfer* t) {
        ::curl_easy_cleanup(t->easy);
        delete t;
    });
    ::curl_easy_setopt(made->easy, CURLOPT_URL, url.c_str());
    ::curl_easy_setopt(made->easy, CURLOPT_FAILONERROR, 1L);
    ::curl_easy_setopt(made->easy, CURLOPT_WRITEDATA, &made->body);
    ::curl_write_callback append = [](char* bytes, std::size_t size, std::size_t n, void* body) {
        static_cast<std::string*>(body)->append(bytes, size * n);
        return size * n;
    };
    ::curl_easy_setopt(made->easy, CURLOPT_WRITEFUNCTION, append);
    return made;
}

lasti::coroutine<std::string> fetch(std::shared_ptr<curl_in_lasti> curl, std::string url) {
    const std::shared_ptr<transfer> t = transfer_of(url);
    CURLcode code = CURLE_OK;
    return COROUTINE(std::string) {
        BEGIN;
        TRY
            curl->begin(*t);
            AWAIT_SET(code, t->done);
        FINALLY
            curl->end(*t);                              // also where the task is cancelled
        END_TRY
        if (code != CURLE_OK) RAISE(std::runtime_error(url + ": " + ::curl_easy_strerror(code)));
        RETURN(std::move(t->body));
        END;
    };
}
// [/fetch]

lasti::coroutine<void> fetch_all(std::vector<std::string> urls) {
    const std::shared_ptr<curl_in_lasti> curl =
        std::make_shared<curl_in_lasti>(lasti::get_running_loop());
    std::vector<lasti::coroutine<std::string>> fetches;
    std::vector<std::string> pages;
    return COROUTINE(void) {
        BEGIN;
        for (std::string const& url : urls) fetches.push_back(fetch(curl, url));
        AWAIT_SET(pages, lasti::gather(fetches));
        for (std::string const& page : pages) std::cout << page;
        END;
    };
}

// A server that tells what it was asked for.
lasti::coroutine<void> answer(lasti::stream_reader reader, lasti::stream_writer writer) {
    std::string head, text;
    return COROUTINE(void) {
        BEGIN;
        AWAIT_SET(head, reader.readuntil("\r\n\r\n"));
        text = "this is " + head.substr(4, head.find(' ', 4) - 4) + '\n';
        AWAIT(writer.send_all("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " +
                              std::to_string(text.size()) + "\r\n\r\n" + text));
        END;
    };
}

lasti::coroutine<void> show() {
    lasti::server server;
    std::string url;
    return COROUTINE(void) {
        BEGIN;
        AWAIT_SET(server, lasti::start_server(answer, "127.0.0.1", 0));
        url = "http://127.0.0.1:" + std::to_string(server.sockets().front().getsockname().port());
        AWAIT(fetch_all({url + "/one", url + "/two", url + "/three"}));
        server.close();
        END;
    };
}

lasti::coroutine<void> main_task(std::vector<std::string> urls) {
    return COROUTINE(void) {
        BEGIN;
        if (urls.empty()) AWAIT(show());
        else AWAIT(fetch_all(urls));
        END;
    };
}

int main(int argc, char** argv) try {
    ::curl_global_init(CURL_GLOBAL_DEFAULT);
    lasti::run(main_task(std::vector<std::string>(argv + 1, argv + argc)));
    ::curl_global_cleanup();
} catch (std::exception const& e) {
    std::cerr << e.what() << '\n';
    return 1;
}
