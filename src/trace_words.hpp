// What traces say, each in its own form, in the same words.
#ifndef LASTI_TRACE_WORDS_HPP_INCLUDED
#define LASTI_TRACE_WORDS_HPP_INCLUDED

#include <string>

#include <lasti/trace.hpp>

namespace lasti {
namespace trace {

/// "value_error: bad", "GeneratorExit", "CancelledError".
std::string words(error const& exception);
/// How a task ended: "is done", "is cancelled", "has failed: value_error: bad".
std::string ending(error const& failure);
/// What is too long for a line ends in "...".
std::string shortened(std::string text);
/// "1.5 s".
std::string seconds(double time);
/// A string of JSON, with its quotes; bytes that are no UTF-8 are replaced.
std::string json(std::string const& text);

}  // namespace trace
}  // namespace lasti

#endif
