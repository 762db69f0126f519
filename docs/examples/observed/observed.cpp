// Every example is linked with this: where the environment says LASTI_TRACE=FILE, what the example
// does is observed. FILE.html is a page to step through, FILE.json for Perfetto, anything else text.
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>

#include <lasti/trace.hpp>

namespace {

class observed {
public:
    observed() {
        const char* const asked = std::getenv("LASTI_TRACE");
        const std::string path = asked ? asked : "";
        if (path.empty()) return;
        if (ends_with(path, ".html")) here_.reset(new lasti::trace::html(path));
        else if (ends_with(path, ".json")) here_.reset(new lasti::trace::chrome(path));
        else {
            file_.open(path.c_str());
            here_.reset(new lasti::trace::text(file_));
        }
    }

private:
    static bool ends_with(std::string const& text, std::string const& end) {
        return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
    }

    std::ofstream file_;
    std::unique_ptr<lasti::trace::observer> here_;
} const from_the_first_line_of_main_on;

} // namespace
