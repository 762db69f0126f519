// A loop on a virtual clock, which keeps what it would print: the stage of the tests of tasks and futures.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <lasti/clock.hpp>
#include <lasti/event_loop.hpp>

/// What loops report. Copies note into the same list, so that it may outlive them.
class reports {
public:
    reports() : notes_(std::make_shared<std::vector<lasti::exception_context>>()) {}

    void operator()(lasti::exception_context const& context) const { notes_->push_back(context); }
    std::size_t count() const { return notes_->size(); }
    lasti::exception_context const& operator[](std::size_t i) const { return notes_->at(i); }
    /// Their messages, one a line.
    std::string messages() const {
        std::string text;
        for (lasti::exception_context const& context : *notes_) text += context.message + '\n';
        return text;
    }
    void forget() const { notes_->clear(); }

private:
    std::shared_ptr<std::vector<lasti::exception_context>> notes_;
};

struct virtual_loop {
    lasti::virtual_clock clock;
    reports reported;
    lasti::event_loop loop;

    virtual_loop() : loop(clock) { loop.set_exception_handler(reported); }
};

inline bool contains(std::string const& text, std::string const& part) { return text.find(part) != std::string::npos; }

/// How often `part` stands in `text`.
inline int occurrences(std::string const& text, std::string const& part) {
    int n = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++n;
    return n;
}

/// "file.cpp:12", as messages name a place.
inline std::string place(const char* file, int line) { return std::string(file) + ':' + std::to_string(line); }

/// "File 'file.cpp', line 12", as call graphs name a frame.
inline std::string frame_at(const char* file, int line) {
    return std::string("File '") + file + "', line " + std::to_string(line);
}
