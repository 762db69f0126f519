// The trace as text: a line for each event.
#include <lasti/trace.hpp>

#include <ostream>

#include <lasti/inspect.hpp>

#include "trace_words.hpp"

namespace lasti {
namespace trace {

namespace {

std::string in_line(subject const& f) { return " in line " + std::to_string(f.frame.f_lineno()); }

bool begins(subject const& f) { return f.frame.f_lasti() == frame::created; }

}  // namespace

text::text(std::ostream& out) : out_(out) { attach(); }

text::~text() {}

void text::line(std::string const& what) { out_ << std::string(4 * depth_, ' ') << what << '\n'; }

// What was under way when it was attached ends without having begun.
void text::outdent() {
    if (depth_ > 0) --depth_;
}

// A steady clock has its own beginning: what is told is the time since the first event.
double text::since_start(double time) {
    if (!started_) start_ = time;
    started_ = true;
    return time - start_;
}

void text::created(subject const& f) { line(f.name + " is created: a " + f.frame.kind()); }

void text::resumed(subject const& f, std::string const& sent) {
    std::string where = " begins";
    const inspect::block_stack blocks = f.frame.f_blockstack();
    if (unwinding_ == f.number && !blocks.empty()) {
        inspect::block const& b = blocks[blocks.size() - 1];
        const bool to_except = std::string(b.clause) == "EXCEPT";
        where = std::string(" goes to the ") + (to_except ? "clauses" : b.clause) + " of the " +
                b.statement + " in line " + std::to_string(b.f_lineno);
    } else if (!begins(f)) {
        where = " goes on behind line " + std::to_string(f.frame.f_lineno());
    }
    line(f.name + where + (sent.empty() ? "" : ", is sent " + sent));
    unwinding_ = 0;
    ++depth_;
}

void text::thrown_in(subject const& f, error const& exception) {
    line(f.name + " is thrown " + words(exception) + in_line(f));
    unwinding_ = f.number;
}

void text::yielded(subject const& f, std::string const& value) {
    outdent();
    line(f.name + " yields" + (value.empty() ? "" : ' ' + value) + in_line(f));
}

void text::asked(subject const& f, std::string const& request) {
    outdent();
    line(f.name + " awaits " + request + in_line(f));
}

void text::delegated(subject const& f, subject const& to) {
    outdent();
    line(f.name + (*f.frame.kind() == 'g' ? " yields from " : " awaits ") + to.name + in_line(f));
}

void text::raised(subject const& f, error const& exception) {
    outdent();
    line(f.name + " raises " + words(exception) + in_line(f));
    unwinding_ = f.number;
}

void text::returned(subject const& f, std::string const& value) {
    outdent();
    line(f.name + " returns" + (value.empty() ? "" : ' ' + value));
    unwinding_ = f.number;
}

void text::ended(subject const& f) { line(f.name + " is over"); }

void text::task_created(actor const& made, subject const& coroutine, actor const& by) {
    line(made.name + " is made of " + coroutine.name + " by " + by.name);
}

void text::task_ended(actor const& of, error const& failure) {
    line(of.name + ' ' + ending(failure));
}

void text::cancel_asked(actor const& of, actor const& by) {
    line(of.name + " is to be cancelled: " + by.name + " says so");
}

void text::scheduled(actor const& who, actor const& by) {
    line(who.name + " is ready: " + by.name);
}

void text::asleep(actor const& who, double deadline) {
    line(who.name + " sleeps until " + seconds(since_start(deadline)));
}

void text::turn_begins(actor const& who) {
    line(who.name + " runs");
    ++depth_;
}

void text::turn_ends(actor const& who, std::string const& waits_for) {
    outdent();
    if (!waits_for.empty()) line(who.name + " waits for " + waits_for);
}

void text::loop_waits(double now, double deadline) {
    const double from = since_start(now);
    line("-- " + seconds(from) + ": nothing is ready; the loop waits " +
         (deadline < 0 ? "for what is outside" : "until " + seconds(since_start(deadline))));
}

void text::round_begins(double now, std::size_t ready) {
    line("== " + seconds(since_start(now)) + ", round " + std::to_string(++rounds_) + ": " +
         std::to_string(ready) + (ready == 1 ? " has its turn" : " have their turn"));
}

}  // namespace trace
}  // namespace lasti
