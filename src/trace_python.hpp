// What a statement of a body would be in Python.
#ifndef LASTI_TRACE_PYTHON_HPP_INCLUDED
#define LASTI_TRACE_PYTHON_HPP_INCLUDED

#include <cstddef>
#include <string>
#include <vector>

namespace lasti {
namespace trace {

/// "x = yield x * x", of the statement that begins in line `index` of `lines` and may go on in the
/// next ones; empty if none of lasti's begins there. A help for reading, no translation.
std::string python_twin(std::vector<std::string> const& lines, std::size_t index);
/// The same of the line that opens a body: "async def count_down():".
std::string python_head(std::string const& kind, std::string const& name);

}  // namespace trace
}  // namespace lasti

#endif
