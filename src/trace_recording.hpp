// recording: what the stepper steps through. Each step is all there is to be seen after an event.
//
// Frames change little from one step to the next, so what each looks like is kept once and steps
// refer to that.
#ifndef LASTI_TRACE_RECORDING_HPP_INCLUDED
#define LASTI_TRACE_RECORDING_HPP_INCLUDED

#include <cstddef>
#include <iosfwd>
#include <map>
#include <set>
#include <streambuf>
#include <string>
#include <utility>
#include <vector>

#include <lasti/trace.hpp>

namespace lasti {
namespace trace {

/// Takes a copy of what is written to a stream, as long as it lives.
class overheard final : public std::streambuf {
public:
    explicit overheard(std::ostream& out);
    overheard(overheard const&) = delete;
    overheard& operator=(overheard const&) = delete;
    ~overheard() override;
    std::string text;

protected:
    int_type overflow(int_type c) override;
    std::streamsize xsputn(const char* data, std::streamsize size) override;
    int sync() override;

private:
    std::ostream& stream_;
    std::streambuf* const real_;
};

class recording {
public:
    explicit recording(std::size_t most_steps);

    /// `of`: the frame that it is about, or null.
    void step(const char* kind, std::string const& sentence, subject const* of = nullptr);
    void turn_begins(actor const& who);
    void turn_ends() {
        if (!turns_.empty()) turns_.pop_back();  // it may have begun unseen
    }
    void task_ended(std::string const& name, std::string const& how);
    /// A body of this library, of which nobody wants to see the steps.
    static bool is_ours(code const& of);
    void write(std::ostream& out, std::string const& title) const;

private:
    void stand_at(unsigned frame_number, code const& of, int line);
    std::size_t look_of(unsigned number, frame& f);
    std::string loop_now();
    std::string frames_now();
    std::string tasks_now();
    std::size_t file_number(code const& of);
    void write_files(std::ostream& out) const;

    overheard output_;
    std::size_t const most_steps_;
    std::size_t left_out_ = 0;
    std::vector<std::string> steps_;
    std::map<std::string, std::size_t> looks_;
    std::vector<std::string const*> look_texts_;
    std::map<unsigned, std::string> frames_;  // of each its name, kind and place
    std::map<std::string, std::size_t> file_numbers_;
    std::vector<std::string> files_;
    std::map<code const*, std::string> codes_;     // and how each begins in Python
    std::set<std::pair<std::size_t, int>> lines_;  // that were lit, of which file
    std::vector<std::string> turns_;
    std::map<std::string, std::string> ended_tasks_;
    std::vector<std::string> ended_order_;
    double start_ = 0;
    bool started_ = false;
    unsigned lit_frame_ = 0;
    std::size_t lit_file_ = 0;
    int lit_line_ = 0;
};

}  // namespace trace
}  // namespace lasti

#endif
