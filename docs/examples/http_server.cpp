// A web server that shows the files of a folder: HTTP/1.1 with keep-alive, pipelining, limits of
// size and time. A POST to /echo gets its body back. The bytes are taken apart by http-parser, which
// every Debian has: small, proven by years of Node.js, and it keeps no memory of its own.
//
// Without arguments it is asked a few things, and ends. With a port and a folder it serves that
// until SIGTERM or Ctrl-C; a client may take 10 s for a request, or so many as are named behind:
//     sh docs/examples/run http_server 8000 docs
//     curl -i http://127.0.0.1:8000/index.md
#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <map>
#include <memory>
#include <string>

#include <http_parser.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

// [request]
// What the parser finds in the bytes that it is fed, up to the end of one request.
class request {
public:
    static constexpr std::uint32_t largest_head = 16 * 1024;
    static constexpr std::size_t largest_body = 1024 * 1024;

    request() { ::http_parser_init(&parser_, HTTP_REQUEST); }

    // How many of these bytes belong to it.
    std::size_t feed(const char* data, std::size_t size) {
        static const http_parser_settings callbacks = its_callbacks();
        parser_.data = this;                            // a copy has another place
        begun = true;
        const std::size_t used = ::http_parser_execute(&parser_, &callbacks, data, size);
        if (complete || refused != 0 || parser_.http_errno == HPE_OK) return used;
        refuse(parser_.http_errno == HPE_HEADER_OVERFLOW  ? 431
               : parser_.http_errno == HPE_INVALID_METHOD ? 501
                                                          : 400);
        return used;
    }
    // It is not read to its end, so nothing can follow it.
    void refuse(int status) {
        refused = status;
        keeps_alive = false;
    }
    bool ended() const { return complete || refused != 0; }
    bool is(http_method method) const { return parser_.method == method; }

    std::string url, body;
    std::map<std::string, std::string> headers;         // their names in lower case
    bool begun = false, head_complete = false, complete = false, keeps_alive = false;
    int refused = 0;                                    // the status that says why

private:
    static request& of(http_parser* parser) { return *static_cast<request*>(parser->data); }

    static http_parser_settings its_callbacks() {
        http_parser_settings s;
        ::http_parser_settings_init(&s);
        s.on_url = [](http_parser* p, const char* data, std::size_t size) {
            of(p).url.append(data, size);
            return 0;
        };
        // Names and values may come in pieces, as the bytes did.
        s.on_header_field = [](http_parser* p, const char* data, std::size_t size) {
            request& r = of(p);
            if (r.in_value_) r.name_.clear();
            r.in_value_ = false;
            for (; size > 0; --size)
                r.name_ += static_cast<char>(std::tolower(static_cast<unsigned char>(*data++)));
            return 0;
        };
        s.on_header_value = [](http_parser* p, const char* data, std::size_t size) {
            request& r = of(p);
            std::string& value = r.headers[r.name_];
            if (!r.in_value_ && !value.empty()) value += ", ";
            r.in_value_ = true;
            value.append(data, size);
            return 0;
        };
        s.on_headers_complete = [](http_parser* p) {
            request& r = of(p);
            r.head_complete = true;
            p->upgrade = 0;                             // there is no other protocol here
            if (r.headers.count("host") == 0 && p->http_major == 1 && p->http_minor == 1)
                r.refuse(400);
            else if (p->content_length != ~std::uint64_t() && p->content_length > largest_body)
                r.refuse(413);
            return r.refused != 0 ? -1 : 0;
        };
        s.on_body = [](http_parser* p, const char* data, std::size_t size) {
            request& r = of(p);
            if (r.body.size() + size > largest_body) r.refuse(413); // it came in chunks
            if (r.refused != 0) return -1;
            r.body.append(data, size);
            return 0;
        };
        s.on_message_complete = [](http_parser* p) {
            of(p).complete = true;
            of(p).keeps_alive = ::http_should_keep_alive(p) != 0;
            ::http_parser_pause(p, 1);                  // what follows is the next request
            return 0;
        };
        return s;
    }

    http_parser parser_;
    std::string name_;                                  // of the header that is coming
    bool in_value_ = false;
};
// [/request]

// [answer]
struct response {
    int status;
    std::string type, body;
    std::shared_ptr<std::FILE> file;                    // instead of a body
    std::size_t size;                                   // of either
};

std::string in_words(int status) {
    return std::to_string(status) + ' ' + ::http_status_str(static_cast<http_status>(status));
}

response plain(int status, std::string body = std::string()) {
    if (body.empty()) body = in_words(status) + '\n';
    const std::size_t size = body.size();
    return response{status, "text/plain", std::move(body), nullptr, size};
}

// The path in a URL, "%20" and its like decoded; empty if it is none, or leads out of the folder.
std::string path_in(std::string const& url) {
    http_parser_url parts;
    ::http_parser_url_init(&parts);
    if (::http_parser_parse_url(url.data(), url.size(), 0, &parts) != 0) return std::string();
    if ((parts.field_set & (1 << UF_PATH)) == 0) return "/";
    const auto at = parts.field_data[UF_PATH];
    const std::string raw = url.substr(at.off, at.len);
    std::string path;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] != '%') {
            path += raw[i];
            continue;
        }
        const std::string digits = raw.substr(i + 1, 2);
        if (digits.size() != 2 || !std::isxdigit(static_cast<unsigned char>(digits[0])) ||
            !std::isxdigit(static_cast<unsigned char>(digits[1])))
            return std::string();
        path += static_cast<char>(std::stoi(digits, nullptr, 16));
        i += 2;
    }
    if (path.find('\0') != std::string::npos || (path + '/').find("/../") != std::string::npos)
        return std::string();
    return path;
}

std::string type_of(std::string const& path) {
    static const std::map<std::string, std::string> types = {
        {".html", "text/html"}, {".css", "text/css"},   {".js", "text/javascript"},
        {".txt", "text/plain"}, {".md", "text/plain"},  {".png", "image/png"},
        {".svg", "image/svg+xml"}};
    const std::size_t dot = path.rfind('.');
    const auto found = types.find(dot == std::string::npos ? std::string() : path.substr(dot));
    return found == types.end() ? "application/octet-stream" : found->second;
}

// Opening and reading a file freezes the others meanwhile, for microseconds where it is in memory.
// Of a slow disk or network one would ask by to_thread().
response answer(std::string const& folder, request const& asked) {
    if (asked.refused != 0) return plain(asked.refused);
    std::string path = path_in(asked.url);
    if (path.empty()) return plain(400);
    if (asked.is(HTTP_POST) && path == "/echo") return plain(200, asked.body);
    if (!asked.is(HTTP_GET) && !asked.is(HTTP_HEAD)) return plain(405);
    if (path.back() == '/') path += "index.html";
    const std::shared_ptr<std::FILE> file(std::fopen((folder + path).c_str(), "rb"),
                                          [](std::FILE* f) { if (f) std::fclose(f); });
    struct stat about;
    if (!file || ::fstat(::fileno(file.get()), &about) != 0 || !S_ISREG(about.st_mode))
        return plain(404);
    return response{200, type_of(path), "", file, static_cast<std::size_t>(about.st_size)};
}

std::string head_of(response const& r, bool keeps_alive) {
    char date[64];
    const std::time_t now = std::time(nullptr);
    std::tm broken_down;
    std::strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", ::gmtime_r(&now, &broken_down));
    return "HTTP/1.1 " + in_words(r.status) + "\r\nDate: " + date +
           "\r\nContent-Type: " + r.type + "\r\nContent-Length: " + std::to_string(r.size) +
           (r.status == 405 ? "\r\nAllow: GET, HEAD" : "") +
           "\r\nConnection: " + (keeps_alive ? "keep-alive" : "close") + "\r\n\r\n";
}
// [/answer]

// [talk]
struct site {
    std::string folder;
    double patience;                                    // seconds: for a request, for taking 64 KiB
};

struct session {
    site of;
    lasti::stream_reader reader;
    lasti::stream_writer writer;
    std::string in;                                     // what has come,
    std::size_t used;                                   // and how much of it belonged to requests
    request asked;
};

// The next request; false: there is none.
lasti::coroutine<bool> receive(std::shared_ptr<session> s) {
    bool told_to_go_on = false;
    return COROUTINE(bool) {
        BEGIN;
        s->asked = request();
        TRY
            ASYNC_WITH(lasti::timeout(s->of.patience))
                while (!s->asked.ended()) {
                    if (s->used == s->in.size()) {
                        AWAIT_SET(s->in, s->reader.read(16 * 1024));
                        s->used = 0;
                        if (s->in.empty()) RETURN(false);   // it has hung up
                    }
                    s->used += s->asked.feed(s->in.data() + s->used, s->in.size() - s->used);
                    if (s->asked.head_complete && !s->asked.ended() && !told_to_go_on &&
                        s->asked.headers.count("expect") != 0) {
                        told_to_go_on = true;
                        s->writer.write("HTTP/1.1 100 Continue\r\n\r\n");
                    }
                }
            END_ASYNC_WITH
        EXCEPT(lasti::timeout_error)
            if (!s->asked.begun) RETURN(false);
            s->asked.refuse(408);
        END_TRY
        RETURN(true);
        END;
    };
}

lasti::coroutine<void> send(std::shared_ptr<session> s, response r) {
    const std::size_t most = 64 * 1024;                 // that it has to take at a time
    std::string begin = head_of(r, s->asked.keeps_alive) + r.body;
    std::size_t at = 0, n = 0;
    if (s->asked.is(HTTP_HEAD)) {
        begin.resize(begin.size() - r.body.size());
        at = r.size;
    } else if (r.file) {                                // a small one goes with the head
        at = std::min(r.size, most);
        begin.resize(begin.size() + at);
        if (std::fread(&begin[begin.size() - at], 1, at, r.file.get()) < at)
            throw std::runtime_error("a file got shorter");
    }
    return COROUTINE(void) {
        BEGIN;
        ASYNC_WITH(lasti::timeout(s->of.patience))
            AWAIT(s->writer.send_all(std::move(begin)));
        END_ASYNC_WITH
        while (r.file && at < r.size) {                 // the rest, by the system alone
            ASYNC_WITH(lasti::timeout(s->of.patience))
                AWAIT_SET(n, s->writer.sendfile(::fileno(r.file.get()), at, most));
            END_ASYNC_WITH
            if (n == 0) RAISE(std::runtime_error("a file got shorter while it was sent"));
            at += n;
        }
        END;
    };
}

lasti::coroutine<void> talk(site of, lasti::stream_reader reader, lasti::stream_writer writer) {
    const std::shared_ptr<session> s =
        std::make_shared<session>(session{of, reader, writer, std::string(), 0, request()});
    bool is_there = false;
    return COROUTINE(void) {
        BEGIN;
        TRY
            do {
                AWAIT_SET(is_there, receive(s));
                if (!is_there) break;
                AWAIT(send(s, answer(s->of.folder, s->asked)));
            } while (s->asked.keeps_alive);
            // A connection that is closed while something comes is reset, and the answer may be
            // lost with it: so the rest of what was refused is read, for a while.
            if (s->asked.refused != 0) {
                s->writer.write_eof();
                ASYNC_WITH(lasti::timeout(1))
                    do AWAIT_SET(s->in, s->reader.read(64 * 1024)); while (!s->in.empty());
                END_ASYNC_WITH
            }
        EXCEPT(lasti::timeout_error)                    // it takes nothing
            s->writer.abort();
        EXCEPT(lasti::os_error)                         // it has gone
        END_TRY
        END;
    };
}
// [/talk]

// [serve]
lasti::coroutine<lasti::server> start(site of, std::uint16_t port) {
    ::http_parser_set_max_header_size(request::largest_head);
    lasti::server_options options;
    options.backlog = 1000;
    return lasti::start_server(
        [of](lasti::stream_reader reader, lasti::stream_writer writer) {
            return talk(of, reader, writer);
        },
        "127.0.0.1", port, options);
}

lasti::coroutine<void> serve(site of, std::uint16_t port) {
    lasti::server server;
    lasti::signal_receiver signals;
    return COROUTINE(void) {
        BEGIN;
        signals = lasti::signal_receiver({SIGINT, SIGTERM});
        AWAIT_SET(server, start(of, port));
        std::cout << "listening at " << server.sockets().front().getsockname().describe()
                  << std::endl;
        AWAIT(signals.wait());
        server.close();
        server.close_clients();                         // what was answered is still sent
        AWAIT(lasti::wait_for(server.wait_closed(), 5));
        END;
    };
}
// [/serve]

// ---- a few questions ----

lasti::coroutine<std::string> ask(std::uint16_t port, std::string requests) {
    lasti::connection server;
    std::string answers;
    return COROUTINE(std::string) {
        BEGIN;
        AWAIT_SET(server, lasti::open_connection("127.0.0.1", port));
        AWAIT(server.writer.send_all(requests));
        server.writer.write_eof();
        AWAIT_SET(answers, server.reader.read());
        RETURN(answers);
        END;
    };
}

// Without the line that is another one every second, and as lines of text.
std::string undated(std::string text) {
    for (std::size_t at; (at = text.find("Date: ")) != std::string::npos;)
        text.erase(at, text.find('\n', at) + 1 - at);
    text.erase(std::remove(text.begin(), text.end(), '\r'), text.end());
    return text;
}

lasti::coroutine<void> show(std::string folder) {
    lasti::server server;
    std::uint16_t port = 0;                             // one that is free
    std::string answers;
    return COROUTINE(void) {
        BEGIN;
        AWAIT_SET(server, start(site{folder, 10}, port));
        port = server.sockets().front().getsockname().port();
        AWAIT_SET(answers, ask(port, "GET /hello.txt HTTP/1.1\r\nHost: x\r\n\r\n"    // all at once
                                     "HEAD /hello%2Etxt HTTP/1.1\r\nHost: x\r\n\r\n"
                                     "GET /../secret HTTP/1.1\r\nHost: x\r\n\r\n"));
        std::cout << undated(answers);
        AWAIT_SET(answers, ask(port, "POST /echo HTTP/1.1\r\nHost: x\r\n"
                                     "Content-Length: 5\r\n\r\nagain"
                                     "What is this?\r\n\r\n"));
        std::cout << undated(answers);
        server.close();
        AWAIT(server.wait_closed());
        END;
    };
}

int main(int argc, char** argv) {
    if (argc > 2) {
        lasti::run(serve(site{argv[2], argc > 3 ? std::atof(argv[3]) : 10},
                         static_cast<std::uint16_t>(std::stoi(argv[1]))));
        return 0;
    }
    char folder[] = "/tmp/lasti-http-XXXXXX";
    if (!::mkdtemp(folder)) return 1;
    const std::string file = std::string(folder) + "/hello.txt";
    if (std::FILE* f = std::fopen(file.c_str(), "w")) {
        std::fputs("Hello!\n", f);
        std::fclose(f);
    }
    lasti::run(show(folder));
    std::remove(file.c_str());
    ::rmdir(folder);
}
