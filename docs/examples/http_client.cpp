// Fetches many pages at once, but only so many at a time; on a terminal it shows how far it is.
//
// Without arguments from a server of its own. Else: how many at a time (-n, else 10), a folder to
// keep the pages in (-d), URLs:
//     sh docs/examples/run http_client -n 4 http://127.0.0.1:8000/a http://127.0.0.1:8000/b
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <http_parser.h>
#include <unistd.h>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [page]
struct page {
    std::string url, host, path;
    std::uint16_t port;

    std::string body;
    int status;                                         // 0: there is none, for this:
    std::string error;
    bool complete;
};

page page_at(std::string const& url) {
    http_parser_url u;
    ::http_parser_url_init(&u);
    const bool good = ::http_parser_parse_url(url.data(), url.size(), 0, &u) == 0;
    const auto part = [&](http_parser_url_fields which) {
        return good ? url.substr(u.field_data[which].off, u.field_data[which].len) : std::string();
    };
    if (part(UF_SCHEMA) != "http") throw std::invalid_argument("no URL of http: " + url);
    const std::string query = part(UF_QUERY);
    std::string path = part(UF_PATH);
    if (path.empty()) path = "/";
    return page{url, part(UF_HOST), query.empty() ? path : path + '?' + query,
                u.port != 0 ? u.port : std::uint16_t(80), std::string(), 0, std::string(), false};
}
// [/page]

// [fetch]
http_parser parser_of(page& into) {
    http_parser made;
    ::http_parser_init(&made, HTTP_RESPONSE);
    made.data = &into;
    return made;
}

// Feeds it what has come; nothing is the end.
void parse(http_parser& parser, std::string const& bytes) {
    static const http_parser_settings callbacks = [] {
        http_parser_settings s;
        ::http_parser_settings_init(&s);
        s.on_body = [](http_parser* p, const char* data, std::size_t size) {
            static_cast<page*>(p->data)->body.append(data, size);
            return 0;
        };
        s.on_message_complete = [](http_parser* p) {
            static_cast<page*>(p->data)->complete = true;
            ::http_parser_pause(p, 1);
            return 0;
        };
        return s;
    }();
    page& into = *static_cast<page*>(parser.data);
    ::http_parser_execute(&parser, &callbacks, bytes.data(), bytes.size());
    const http_errno wrong = HTTP_PARSER_ERRNO(&parser);
    if (wrong != HPE_OK && !into.complete)
        throw std::runtime_error(::http_errno_description(wrong));
    if (bytes.empty() && !into.complete) throw std::runtime_error("the answer is not complete");
}

lasti::coroutine<void> fetch(std::shared_ptr<page> p, lasti::semaphore at_a_time) {
    http_parser parser = parser_of(*p);
    lasti::connection server;
    std::string bytes;
    std::exception const* e = nullptr;
    return COROUTINE(void) {
        BEGIN;
        TRY
            ASYNC_WITH(at_a_time) ASYNC_WITH(lasti::timeout(30))
                AWAIT_SET(server, lasti::open_connection(p->host, p->port));
                AWAIT(server.writer.send_all("GET " + p->path + " HTTP/1.1\r\nHost: " + p->host +
                                             "\r\nConnection: close\r\n\r\n"));
                do {
                    AWAIT_SET(bytes, server.reader.read(64 * 1024));
                    parse(parser, bytes);
                } while (!p->complete);
                p->status = parser.status_code;
                server.writer.close();
            END_ASYNC_WITH END_ASYNC_WITH
        EXCEPT_AS(e, std::exception)                    // and not that somebody cancels it
            p->error = e->what();
        END_TRY
        END;
    };
}
// [/fetch]

// [fetch_all]
typedef std::vector<std::shared_ptr<page>> pages;

lasti::coroutine<void> show_progress(pages all) {
    std::size_t done = 0, bytes = 0;
    return COROUTINE(void) {
        BEGIN;
        for (;;) {
            done = bytes = 0;
            for (std::shared_ptr<page> const& p : all) {
                done += p->complete || !p->error.empty();
                bytes += p->body.size();
            }
            std::cerr << '\r' << done << " of " << all.size() << ", " << bytes / 1024 << " KiB "
                      << std::flush;
            AWAIT(lasti::sleep(0.1));
        }
        END;
    };
}

lasti::coroutine<void> fetch_all(pages all, int at_a_time) {
    lasti::semaphore semaphore(at_a_time, "connections");
    lasti::task_group group;
    lasti::task<void> progress;
    return COROUTINE(void) {
        BEGIN;
        if (::isatty(STDERR_FILENO)) progress = lasti::create_task(show_progress(all));
        ASYNC_WITH(group)
            for (std::shared_ptr<page> const& p : all) group.create_task(fetch(p, semaphore));
        END_ASYNC_WITH                                  // here it waits for all of them
        if (progress) {
            progress.cancel();
            std::cerr << "\r\x1b[K";                    // a clean line
        }
        for (std::shared_ptr<page> const& p : all) {
            if (p->status != 0) std::cout << p->status << ' ' << p->body.size() << " bytes ";
            std::cout << p->path << (p->error.empty() ? "" : ": ") << p->error << '\n';
        }
        END;
    };
}
// [/fetch_all]

// A server that knows three pages: one comes in chunks, one up to the end, one breaks off.
lasti::coroutine<void> answer(lasti::stream_reader reader, lasti::stream_writer writer) {
    std::string head;
    return COROUTINE(void) {
        BEGIN;
        AWAIT_SET(head, reader.readuntil("\r\n\r\n"));
        if (head.find("/chunks ") != std::string::npos)
            AWAIT(writer.send_all("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                  "5\r\nThree\r\n7\r\n chunks\r\n0\r\n\r\n"));
        else if (head.find("/long ") != std::string::npos)
            AWAIT(writer.send_all("HTTP/1.1 200 OK\r\n\r\n" + std::string(100000, '.')));
        else if (head.find("/broken ") != std::string::npos)
            AWAIT(writer.send_all("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nand then"));
        else
            AWAIT(writer.send_all("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nNo.\n"));
        END;
    };
}

lasti::coroutine<void> show() {
    lasti::server server;
    pages all;
    std::string url;
    return COROUTINE(void) {
        BEGIN;
        AWAIT_SET(server, lasti::start_server(answer, "127.0.0.1", 0));
        url = "http://127.0.0.1:" + std::to_string(server.sockets().front().getsockname().port());
        for (const char* path : {"/chunks", "/long", "/broken", "/nothing?at=all"})
            all.push_back(std::make_shared<page>(page_at(url + path)));
        AWAIT(fetch_all(all, 2));
        std::cout << all.front()->body << '\n';
        server.close();
        END;
    };
}

void keep(page const& p, std::string const& folder) {
    const std::string name = p.path.substr(p.path.rfind('/') + 1);
    const std::string file = folder + '/' + (name.empty() ? "index.html" : name);
    std::FILE* const f = std::fopen(file.c_str(), "wb");
    if (!f) throw std::runtime_error("can not write " + file);
    std::fwrite(p.body.data(), 1, p.body.size(), f);
    std::fclose(f);
}

int main(int argc, char** argv) try {
    int at_a_time = 10;
    std::string folder;
    for (int option; (option = ::getopt(argc, argv, "n:d:")) != -1;) {
        if (option == 'n') at_a_time = std::atoi(optarg);
        if (option == 'd') folder = optarg;
        if (option == '?') return 2;
    }
    if (optind == argc) {
        lasti::run(show());
        return 0;
    }
    pages all;
    for (int i = optind; i < argc; ++i) all.push_back(std::make_shared<page>(page_at(argv[i])));
    lasti::run(fetch_all(all, at_a_time));
    bool all_came = true;
    for (std::shared_ptr<page> const& p : all) {
        if (p->status == 200 && !folder.empty()) keep(*p, folder);
        all_came = all_came && p->status == 200;
    }
    return all_came ? 0 : 1;
} catch (lasti::keyboard_interrupt const&) {
    return 130;
} catch (std::exception const& e) {
    std::cerr << e.what() << '\n';
    return 1;
}
