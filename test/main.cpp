// One main() for every test program. `--reporters=tap` speaks TAP to Meson, the plan first, so that
// a program that stops half way (a crash, exit(), a lost test) can never look like success.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstddef>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

namespace {

unsigned planned = 0; // how many cases will run; counted by a first pass in main()

class tap : public doctest::IReporter {
public:
    explicit tap(const doctest::ContextOptions& options) : out(*options.cout) {}

    void report_query(const doctest::QueryData& query) override {
        planned = query.run_stats->numTestCasesPassingFilters;
    }

    void test_run_start() override {
        out << "1.." << (planned ? planned : 1) << '\n';
        if (!planned)
            out << "not ok 1 - no test case matches the filter\n"; // 1..0 would mean: skipped
    }

    void test_case_start(const doctest::TestCaseData& data) override {
        label = data.m_test_suite;
        label += (label.empty() ? "" : ": ") + std::string(data.m_name);
        for (char& c : label) {
            if (c == '#' || c == '\n') c = ' '; // '#' would start a TAP directive
        }
        notes.clear();
        out << "# begins: " << label << std::endl; // so that a case that hangs or dies is known
    }

    void test_case_reenter(const doctest::TestCaseData&) override {}

    void test_case_end(const doctest::CurrentTestCaseStats& stats) override {
        // The newline first, in case the test left a line open.
        out << '\n'
            << (stats.testCaseSuccess ? "ok " : "not ok ") << ++done << " - " << label << '\n';
        for (const std::string& line : notes) out << "# " << line << '\n';
        out.flush();
    }

    void test_case_exception(const doctest::TestCaseException& e) override {
        note(std::string("threw: ") + e.error_string.c_str());
    }

    void subcase_start(const doctest::SubcaseSignature&) override {}
    void subcase_end() override {}

    void log_assert(const doctest::AssertData& a) override {
        if (!a.m_failed) return;
        note(std::string(a.m_file) + ":" + std::to_string(a.m_line) + ": " + a.m_expr);
        if (a.m_threw) note(std::string("  threw ") + a.m_exception.c_str());
        else note(std::string("  with ") + a.m_decomp.c_str());
        const int scopes = get_num_active_contexts();
        for (int i = 0; i < scopes; ++i) {
            std::ostringstream text;
            get_active_contexts()[i]->stringify(&text);
            note("  where " + text.str());
        }
    }

    void log_message(const doctest::MessageData& m) override {
        note(std::string(m.m_file) + ":" + std::to_string(m.m_line) + ": " + m.m_string.c_str());
    }

    void test_case_skipped(const doctest::TestCaseData&) override {}
    void test_run_end(const doctest::TestRunStats&) override {}

private:
    void note(const std::string& text) { // every line of it is to be a TAP comment
        std::size_t from = 0;
        for (std::size_t to; (to = text.find('\n', from)) != std::string::npos; from = to + 1) {
            notes.push_back(text.substr(from, to - from));
        }
        notes.push_back(text.substr(from));
    }

    std::ostream& out;
    std::string label;              // the case that runs
    std::vector<std::string> notes; // what failed in it
    unsigned done = 0;
};

REGISTER_REPORTER("tap", 1, tap);

} // namespace

int main(int argc, char** argv) {
    std::vector<const char*> args(argv, argv + argc);
    bool speaks_tap = false;
    for (const char* arg : args) speaks_tap = speaks_tap || std::string(arg) == "--reporters=tap";
    if (speaks_tap) { // only counts, for the plan
        args.push_back("--count");
        doctest::Context(static_cast<int>(args.size()), args.data()).run();
    }
    doctest::Context context(argc, argv);
    if (speaks_tap)
        context.setOption("no-exitcode", true); // "not ok" says it; a status would hide it
    return context.run();
}
