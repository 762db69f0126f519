// What the generator tests look with: a trace of what happened, the exception a call raised, the state
// and the remaining values of a generator.
#pragma once

#include <memory>
#include <sstream>
#include <string>
#include <utility>

#include <lasti/error.hpp>

/// Notes what happened, in order. Copies write into the same notes, so bodies capture it by value.
class trace {
public:
    trace() : notes_(std::make_shared<std::string>()) {}

    void operator()(std::string const& note) const { *notes_ += (notes_->empty() ? "" : " ") + note; }
    void operator()(long number) const { (*this)(std::to_string(number)); }
    /// What was noted since the last call.
    std::string take() const {
        std::string taken;
        taken.swap(*notes_);
        return taken;
    }

private:
    std::shared_ptr<std::string> notes_;
};

/// A local that leaves a note when the last copy of it dies.
typedef std::shared_ptr<void> local;
inline local noting(trace t, std::string note) {
    return local(static_cast<void*>(nullptr), [t, note](void*) { t(note); });
}

#if LASTI_HAS_EXCEPTIONS
/// The exception that `call` throws; empty if it throws none.
template <class F>
lasti::error thrown_by(F call) {
    try {
        call();
    } catch (...) {
        return lasti::error::current();
    }
    return lasti::error();
}
#endif

inline bool starts_with(std::string const& text, std::string const& start) {
    return text.compare(0, start.size(), start) == 0;
}

/// What is left in `g`, as text: "1 2 3".
template <class G>
std::string drain(G&& g) {
    std::ostringstream out;
    const char* space = "";
    for (auto&& value : g) {
        out << space << value;
        space = " ";
    }
    return out.str();
}

/// Python's inspect.getgeneratorstate(), asked in its order.
template <class G>
std::string state_of(G const& g) {
    return g.gi_running() ? "running" : g.gi_suspended() ? "suspended" : !g.gi_frame() ? "closed" : "created";
}
