// The trace as a page to step through: what each step says, and the file.
#include <lasti/trace.hpp>

#include <fstream>

#include <lasti/inspect.hpp>

#include "stepper.hpp"
#include "trace_recording.hpp"
#include "trace_words.hpp"

namespace lasti {
namespace trace {

namespace {

std::string label(int lasti) { return std::to_string(lasti); }

std::string line_of(subject const& f) { return "line " + std::to_string(f.frame.f_lineno()); }

bool is_generator(subject const& f) { return *f.frame.kind() == 'g'; }

// The innermost TRY, WITH or the like that it stands in.
std::string block_of(subject const& f) {
    const inspect::block_stack blocks = f.frame.f_blockstack();
    if (blocks.empty()) return std::string();
    inspect::block const& b = blocks[blocks.size() - 1];
    return std::string(b.statement) + " of line " + std::to_string(b.f_lineno);
}

std::string title_of(std::string const& path) {
    std::string name = path.substr(path.find_last_of('/') + 1);
    return name.substr(0, name.rfind('.'));
}

}  // namespace

html::html(std::string const& path, std::size_t most_steps)
    : path_(path), recorded_(new recording(most_steps)) {
    if (!std::ofstream(path.c_str(), std::ios::app))
        detail::throw_out(runtime_error("trace::html: can't write to " + path));
    attach();
}

html::~html() {
    recorded_->step("end", "That is all: the recording ends here.");
    detach();
    std::ofstream out(path_.c_str());
    const std::string title = title_of(path_);
    out << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        << "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>"
        << title << ", step by step</title>\n<style>\n"
        << stepper_style << "</style>\n</head>\n"
        << stepper_body << "<script type=\"application/json\" id=\"run\">\n";
    recorded_->write(out, title);
    out << "\n</script>\n<script>\n"
        << stepper_drawing << stepper_script << "</script>\n</body>\n</html>\n";
}

// ---- frames -------------------------------------------------------------------------------------

void html::created(subject const& f) {
    if (recording::is_ours(f.frame.f_code())) return;
    recorded_->step("created",
                    f.name + "(…) is called. That runs none of its body: it makes a frame, whose "
                             "f_lasti is −1.",
                    &f);
}

void html::resumed(subject const& f, std::string const& sent) {
    if (recording::is_ours(f.frame.f_code())) return;
    const int lasti = f.frame.f_lasti();
    std::string says;
    if (unwinding_ == f.number && !block_of(f).empty())
        says = "The driver enters " + f.name + " once more, at label " + label(lasti) +
               ": at the clauses of the " + block_of(f) + ".";
    else if (lasti == frame::created)
        says = f.name + " begins: its switch enters at case −1, the top of the body.";
    else
        says = f.name + " goes on: its switch jumps to case " + label(lasti) +
               ", right behind the statement of " + line_of(f) + ".";
    if (!sent.empty()) says += " The yield there has the value " + sent + ", which was sent.";
    unwinding_ = 0;
    recorded_->step("resumed", says, &f);
}

void html::thrown_in(subject const& f, error const& exception) {
    if (recording::is_ours(f.frame.f_code())) return;
    unwinding_ = f.number;
    const std::string block = block_of(f);
    recorded_->step("thrown",
                    words(exception) + " arrives at " + f.name + ", where it stands. " +
                        (block.empty() ? "Its block stack is empty: nothing there can handle it."
                                       : "On top of its block stack is the " + block + "."),
                    &f);
}

void html::yielded(subject const& f, std::string const& value) {
    if (recording::is_ours(f.frame.f_code())) return;
    recorded_->step("yielded",
                    f.name + " yields" + (value.empty() ? "" : ' ' + value) + ": label " +
                        label(f.frame.f_lasti()) +
                        " is saved in f_lasti, the body returns, and who resumed it goes on.",
                    &f);
}

void html::asked(subject const& f, std::string const& request) {
    if (recording::is_ours(f.frame.f_code())) return;
    recorded_->step("asked",
                    f.name + " awaits " + request + ": a request to the loop. Label " +
                        label(f.frame.f_lasti()) + " is saved in f_lasti, and the body returns.",
                    &f);
}

void html::delegated(subject const& f, subject const& to) {
    if (recording::is_ours(f.frame.f_code())) return;
    recorded_->step("delegated",
                    f.name + (is_generator(f) ? " yields from " : " awaits ") + to.name +
                        ": the frames are linked, and the driver goes to the innermost.",
                    &f);
}

void html::raised(subject const& f, error const& exception) {
    if (recording::is_ours(f.frame.f_code())) return;
    unwinding_ = f.number;
    const std::string block = block_of(f);
    recorded_->step("raised",
                    f.name + " lets " + words(exception) + " out. " +
                        (block.empty() ? "No block is left: the frame ends, and who waits for it "
                                         "gets the exception."
                                       : "The driver looks at the " + block + "."),
                    &f);
}

void html::returned(subject const& f, std::string const& value) {
    if (recording::is_ours(f.frame.f_code())) return;
    unwinding_ = f.number;
    recorded_->step("returned",
                    f.name + " returns" + (value.empty() ? "" : ' ' + value) +
                        (block_of(f).empty() ? "." : "; a FINALLY may still have to run."),
                    &f);
}

void html::ended(subject const& f) {
    if (recording::is_ours(f.frame.f_code())) return;
    recorded_->step("ended", f.name + " is over: its f_lasti is −2, and its locals are destroyed.",
                    &f);
}

// ---- tasks --------------------------------------------------------------------------------------

void html::task_created(actor const& made, subject const& coroutine, actor const& by) {
    recorded_->step("task", made.name + " is made of " + coroutine.name +
                                (by.what == actor::program ? "" : " by " + by.name) +
                                ": the loop will run it.");
}

void html::task_ended(actor const& of, error const& failure) {
    const std::string how = ending(failure);
    recorded_->task_ended(of.name, how);
    recorded_->step("over", of.name + ' ' + how + ". Who waits for it is made ready.");
}

void html::cancel_asked(actor const& of, actor const& by) {
    recorded_->step("cancel", by.name + " cancels " + of.name +
                                  ": what that waits for lets go of it, and a CancelledError "
                                  "will be raised where it stands.");
}

void html::scheduled(actor const& who, actor const& by) {
    recorded_->step("ready", by.what == actor::clock
                                 ? "The deadline of " + who.name +
                                       " has passed: from the heap to the end of the deque."
                                 : who.name + " joins the deque of those that are ready" +
                                       (by.what == actor::program ? "."
                                        : by.name == who.name ? ", behind those that were there."
                                                              : ": " + by.name + " woke it."));
}

void html::asleep(actor const& who, double) {
    recorded_->step("asleep", who.name + " joins the heap of sleepers, the earliest on top.");
}

void html::turn_begins(actor const& who) {
    recorded_->turn_begins(who);
    recorded_->step("turn",
                    "The loop takes " + who.name + " from the front of the deque: its turn.");
}

void html::turn_ends(actor const& who, std::string const& waits_for) {
    recorded_->turn_ends();
    if (waits_for.empty()) return;
    recorded_->step("turned",
                    "The turn of " + who.name + " is over; it waits for " + waits_for + ".");
}

void html::loop_waits(double, double deadline) {
    recorded_->step("waits", deadline < 0
                                 ? std::string("The deque is empty, and nobody sleeps: the loop "
                                               "waits for what comes from outside.")
                                 : std::string("The deque is empty: the loop waits until the "
                                               "earliest of the sleepers is due."));
}

void html::round_begins(double, std::size_t ready) {
    recorded_->step("round", "Round " + std::to_string(++rounds_) + " of the loop: " +
                                 (ready == 1 ? "the one in the deque has its turn"
                                             : "the " + std::to_string(ready) +
                                                   " in the deque have their turns") +
                                 "; whom they make ready comes in the next round.");
}

}  // namespace trace
}  // namespace lasti
