#include "trace_recording.hpp"

#include <fstream>
#include <iostream>
#include <sstream>

#include <lasti/detail/body_source.hpp>
#include <lasti/inspect.hpp>

#include "trace_python.hpp"
#include "trace_watcher.hpp"
#include "trace_words.hpp"

namespace lasti {
namespace trace {

overheard::overheard(std::ostream& out) : stream_(out), real_(out.rdbuf(this)) {}

overheard::~overheard() { stream_.rdbuf(real_); }

overheard::int_type overheard::overflow(int_type c) {
    if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
    text += traits_type::to_char_type(c);
    return real_->sputc(traits_type::to_char_type(c));
}

std::streamsize overheard::xsputn(const char* data, std::streamsize size) {
    text.append(data, static_cast<std::size_t>(size));
    return real_->sputn(data, size);
}

int overheard::sync() { return real_->pubsync(); }

recording::recording(std::size_t most_steps) : output_(std::cout), most_steps_(most_steps) {}

namespace {

std::string number(double value) {
    std::ostringstream text;
    text.precision(9);
    text << value;
    return text.str();
}

std::string number(std::size_t value) { return std::to_string(value); }

// Puts commas between what is added.
class list {
public:
    explicit list(char open, char close) : text_(1, open), close_(close) {}
    list& add(std::string const& item) {
        if (text_.size() > 1) text_ += ',';
        text_ += item;
        return *this;
    }
    list& add(const char* key, std::string const& value) { return add(json(key) + ':' + value); }
    std::string str() const { return text_ + close_; }

private:
    std::string text_;
    char close_;
};

struct object : list {
    object() : list('{', '}') {}
};
struct array : list {
    array() : list('[', ']') {}
};

int line_of(frame const& f) { return f.f_lineno ? f.f_lineno : f.gi_code->first_line; }

const char* state_of(frame const& f) {
    return f.f_lasti == frame::created    ? "created"
           : f.f_lasti == frame::finished ? "closed"
           : f.f_lasti == frame::running  ? "running"
           : f.gi_yieldfrom               ? "delegating"
                                          : "suspended";
}

}  // namespace

bool recording::is_ours(code const& of) {
    return std::string(of.file).find("include/lasti/") != std::string::npos;
}

std::size_t recording::file_number(code const& of) {
    const auto added = file_numbers_.insert({of.file, files_.size()});
    if (added.second) files_.push_back(of.file);
    codes_.insert({&of, std::string()});
    return added.first->second;
}

std::size_t recording::look_of(unsigned its_number, frame& f) {
    const detail::thread_watcher* const watcher = detail::thread_watcher::here();
    const auto number_of = [&](frame const* other) {
        const auto* const known = other ? watcher->find(*other) : nullptr;
        return std::to_string(known ? known->number : 0);
    };
    ++f.references;  // frame_info counts
    object look;
    {
        const frame_info info(&f);
        array locals, blocks;
        // What prints a local is code of the user's, and may throw.
        detail::outcome_of([&] {
            for (inspect::local const& l : info.f_locals())
                locals.add(array().add(json(l.name)).add(json(shortened(l.value))).str());
        });
        for (inspect::block const& b : info.f_blockstack())
            blocks.add(array()
                           .add(json(b.statement))
                           .add(std::to_string(b.f_lineno))
                           .add(json(b.clause))
                           .add(json(b.exception ? words(b.exception) : ""))
                           .add(json(b.why))
                           .str());
        look.add("n", std::to_string(its_number))
            .add("i", std::to_string(f.f_lasti))
            .add("l", std::to_string(line_of(f)))
            .add("s", json(state_of(f)))
            .add("v", locals.str())
            .add("b", blocks.str())
            .add("y", number_of(f.gi_yieldfrom.get()))
            .add("k", number_of(f.back));
    }
    --f.references;
    const auto added = looks_.insert({look.str(), looks_.size()});
    if (added.second) look_texts_.push_back(&added.first->first);
    return added.first->second;
}

std::string recording::frames_now() {
    array all;
    for (auto const& living : detail::thread_watcher::here()->living()) {
        frame& f = *living.second;
        if (!frames_.count(living.first)) {
            const auto* const known = detail::thread_watcher::here()->find(f);
            frames_[living.first] =
                object()
                    .add("name", json(known->name))
                    .add("kind", json(f.kind()))
                    .add("file", number(is_ours(*f.gi_code) ? 0 : file_number(*f.gi_code)))
                    .add("line", std::to_string(f.gi_code->first_line))
                    .add("ours", is_ours(*f.gi_code) ? "true" : "false")
                    .str();
        }
        all.add(number(look_of(living.first, f)));
    }
    return all.str();
}

std::string recording::tasks_now() {
    array all;
    detail::thread_watcher* const watcher = detail::thread_watcher::here();
    for (std::string const& name : ended_order_)
        all.add(array().add(json(name)).add(json(ended_tasks_[name])).add("0").str());
    detail::loop_core* const loop = watcher->loop();
    if (!loop) return all.str();
    for (detail::task_state* t = loop->first_task; t; t = t->next_task) {
        if (t->done()) continue;
        std::string state = "runs";
        bool is_ready = false;
        for (std::size_t i = 0; i < loop->ready.size() && !is_ready; ++i)
            is_ready = &loop->ready[i] == t;
        if (!turns_.empty() && turns_.back() == t->name()) {
            state = "has its turn";
        } else if (is_ready) {
            state = "is ready";
        } else if (t->is_asleep()) {
            state = "sleeps";
        } else if (!t->root->executing()) {
            // Asked of one whose body has just begun to delegate, this would link the two frames
            // before the driver does.
            request const* const asks = t->waiting_for();
            state = asks ? "waits for " + asks->describe() : "suspended";
        }
        const auto* const root = watcher->find(*t->root);
        all.add(array()
                    .add(json(t->name()))
                    .add(json(state))
                    .add(std::to_string(root ? root->number : 0))
                    .str());
    }
    return all.str();
}

std::string recording::loop_now() {
    detail::loop_core* const loop = detail::thread_watcher::here()->loop();
    if (!loop) return std::string();
    const auto in_seconds = [this](loop_clock::time_point time) {
        const double value = delay(time).in_seconds();
        if (!started_) start_ = value;
        started_ = true;
        return number(value - start_);
    };
    object now;
    now.add("t", in_seconds(detail::thread_watcher::here()->now()));
    array ready, sleeping;
    for (std::size_t i = 0; i < loop->ready.size(); ++i)
        ready.add(json(detail::thread_watcher::actor_of(loop->ready[i]).name));
    for (std::size_t i = 0; i < loop->sleeping.size(); ++i)
        sleeping.add(array()
                         .add(json(detail::thread_watcher::actor_of(loop->sleeping[i]).name))
                         .add(in_seconds(loop->sleeping.deadline(i)))
                         .str());
    return now.add("r", ready.str()).add("h", sleeping.str()).add("w", tasks_now()).str();
}

void recording::turn_begins(actor const& who) {
    turns_.push_back(who.name);
    if (!who.as_task) return;
    detail::thread_watcher* const watcher = detail::thread_watcher::here();
    for (frame* f = who.as_task.shared_state()->as_task()->root.get(); f;
         f = f->gi_yieldfrom.get()) {
        detail::thread_watcher::known const* const known = watcher->find(*f);
        if (known && !is_ours(*f->gi_code)) stand_at(known->number, *f->gi_code, line_of(*f));
    }
}

void recording::stand_at(unsigned frame_number, code const& of, int line) {
    lit_frame_ = frame_number;
    lit_file_ = file_number(of);
    lit_line_ = line;
}

void recording::task_ended(std::string const& name, std::string const& how) {
    if (!ended_tasks_.count(name)) ended_order_.push_back(name);
    ended_tasks_[name] = how;
}

void recording::step(const char* kind, std::string const& sentence, subject const* of) {
    if (!detail::thread_watcher::here()) return;
    if (steps_.size() >= most_steps_) {
        ++left_out_;
        return;
    }
    if (of) {
        stand_at(of->number, of->frame.f_code(), of->frame.f_lineno());
        codes_[&of->frame.f_code()] = python_head(of->frame.kind(), of->frame.f_code().name);
        lines_.insert({lit_file_, lit_line_});
    }
    object s;
    s.add("k", json(kind)).add("s", json(sentence));
    s.add("f", std::to_string(lit_frame_)).add("a", number(lit_file_));
    s.add("l", std::to_string(lit_line_)).add("here", of ? "1" : "0");
    s.add("q", json(turns_.empty() ? "" : turns_.back())).add("o", number(output_.text.size()));
    const std::string loop = loop_now();
    if (!loop.empty()) s.add("loop", loop);
    steps_.push_back(s.add("c", frames_now()).str());
}

// ---- the file -----------------------------------------------------------------------------------

namespace {

std::vector<std::string> lines_of(std::string const& file) {
    std::vector<std::string> lines;
    std::ifstream in;
    if (!detail::open_source(in, file)) return lines;
    for (std::string line; std::getline(in, line);) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        lines.push_back(line);
    }
    return lines;
}

std::string text_lines(std::vector<std::string> const& lines) {
    array all;
    for (std::string const& line : lines) all.add(json(line));
    return all.str();
}

}  // namespace

void recording::write_files(std::ostream& out) const {
    for (std::size_t which = 0; which < files_.size(); ++which) {
        const std::vector<std::string> lines = lines_of(files_[which]);
        object labels, twins;
        std::map<int, std::string> labels_of_line, twin_of_line;
        for (auto const& c : codes_) {
            if (files_[which] != c.first->file) continue;
            if (!c.second.empty()) twin_of_line[c.first->first_line] = c.second;
            for (detail::label_at const& l : detail::body_source(*c.first).labels)
                labels_of_line[l.first_line] +=
                    (labels_of_line[l.first_line].empty() ? "" : " ") + std::to_string(l.label);
        }
        for (auto const& lit : lines_) {
            if (lit.first != which || lit.second < 1) continue;
            const std::string twin = python_twin(lines, static_cast<std::size_t>(lit.second) - 1);
            if (!twin.empty()) twin_of_line[lit.second] = twin;
        }
        for (auto const& twin : twin_of_line)
            twins.add(std::to_string(twin.first).c_str(), json(twin.second));
        for (auto const& label : labels_of_line)
            labels.add(std::to_string(label.first).c_str(), json(label.second));
        std::string python = files_[which];
        const std::size_t dot = python.rfind('.');
        python = dot == std::string::npos ? std::string() : python.substr(0, dot) + ".py";
        out << (which ? ",\n" : "\n")
            << object()
                   .add("name", json(files_[which].substr(files_[which].find_last_of('/') + 1)))
                   .add("lines", text_lines(lines))
                   .add("labels", labels.str())
                   .add("twins", twins.str())
                   .add("python", text_lines(lines_of(python)))
                   .str();
    }
}

void recording::write(std::ostream& out, std::string const& title) const {
    out << "{\"title\":" << json(title) << ",\n\"output\":" << json(output_.text)
        << ",\n\"leftOut\":" << left_out_ << ",\n\"files\":[";
    write_files(out);
    out << "],\n\"frames\":{";
    const char* comma = "\n";
    for (auto const& f : frames_) {
        out << comma << '"' << f.first << "\":" << f.second;
        comma = ",\n";
    }
    out << "},\n\"looks\":[";
    comma = "\n";
    for (std::string const* look : look_texts_) {
        out << comma << *look;
        comma = ",\n";
    }
    out << "],\n\"steps\":[";
    comma = "\n";
    for (std::string const& s : steps_) {
        out << comma << s;
        comma = ",\n";
    }
    out << "]}";
}

}  // namespace trace
}  // namespace lasti
