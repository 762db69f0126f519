// What dis() writes: the source of a body, the labels of its switch, an arrow where a frame stands.
//
//     square (dis_square.cpp:11)  GEN_SUSPENDED  f_lasti 2
//        11          return GENERATOR(int, int) {
//        12      -1      BEGIN;
//        13       1      YIELD_SET(x, 0);
//        14  -->  2      for (;;) YIELD_SET(x, x * x);
//        15              END;
//        16          };
#ifndef LASTI_DETAIL_LISTING_HPP_INCLUDED
#define LASTI_DETAIL_LISTING_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <algorithm>
#include <cstddef>
#include <ostream>
#include <string>

#include <lasti/code.hpp>
#include <lasti/detail/body_source.hpp>
#include <lasti/frame.hpp>

namespace lasti {
namespace detail {

class listing {
public:
    /// `lineno`: where the frame stands, which tells whether its label was counted right; 0: not
    /// known.
    listing(code const& of, int lasti, int lineno)
        : code_(of), lasti_(lasti), lineno_(lineno), source_(of) {
        for (label_at const& l : source_.labels)
            if (l.label == lasti) here_ = &l;
        if (lasti < 0 || (here_ && !lineno)) return;
        counted_right_ = here_ && (here_->suspends_elsewhere ||
                                   (here_->first_line <= lineno && lineno <= here_->last_line));
    }

    /// `state`: null if it is not known.
    void write(std::ostream& out, const char* state) const {
        out << code_.name << " (" << code_.file << ':' << code_.first_line << ')';
        if (state) out << "  " << state;
        if (state || lasti_ != frame::finished) out << "  f_lasti " << lasti_;
        if (lasti_ == frame::running && lineno_ != code_.first_line)
            out << ", after line " << lineno_;
        out << '\n';
        if (!source_.found_body) return write_missing(out);
        std::size_t width = 2;
        for (std::size_t i = 0; i < source_.lines.size(); ++i)
            width = std::max(width, labels_of(line_at(i)).size());
        for (std::size_t i = 0; i < source_.lines.size(); ++i) write_line(out, i, width);
        if (!counted_right_) write_doubt(out);
    }

private:
    int line_at(std::size_t index) const noexcept {
        return code_.first_line + static_cast<int>(index);
    }
    int arrow_line() const noexcept {
        if (lasti_ < frame::created) return 0;
        return counted_right_ && here_ ? here_->first_line : lineno_;
    }
    // None where they were not counted right.
    std::string labels_of(int line) const {
        std::string all;
        for (label_at const& l : source_.labels) {
            if (l.first_line != line || !counted_right_) continue;
            if (!all.empty()) all += ' ';
            all += std::to_string(l.label);
        }
        return all;
    }
    void write_line(std::ostream& out, std::size_t index, std::size_t width) const {
        const std::string number = std::to_string(line_at(index)),
                          labels = labels_of(line_at(index));
        std::string text(number.size() < 6 ? 6 - number.size() : 0, ' ');
        text += number + (line_at(index) == arrow_line() ? "  --> " : "      ");
        text += std::string(width - labels.size(), ' ') + labels + "  " + source_.lines[index];
        text.erase(text.find_last_not_of(" \t") + 1);
        out << text << '\n';
    }
    void write_missing(std::ostream& out) const {
        if (lasti_ >= 0 && lineno_) out << "stands in line " << lineno_ << '\n';
        if (!source_.found_file) out << "(the source file is not here: " << code_.file << ")\n";
        else
            out << "(no body begins in that line of the source file: it is not what was compiled, "
                   "or "
                   "a macro hides the body)\n";
    }
    void write_doubt(std::ostream& out) const {
        if (lineno_)
            out << "(the arrow is by its line: the labels can't be counted, since a macro hides a "
                   "statement or uses __COUNTER__, or the file is not what was compiled)\n";
        else out << "(there is no label " << lasti_ << ")\n";
    }

    code const& code_;
    int lasti_;
    int lineno_;
    body_source source_;
    label_at const* here_ = nullptr;
    bool counted_right_ = true;
};

}  // namespace detail
}  // namespace lasti

#endif
