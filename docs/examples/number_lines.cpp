// A filter: reads lines from its input, numbers them, and goes on with other things meanwhile.
//     ls | sh docs/examples/run number_lines
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>

#include <lasti/lasti.hpp>
#include <lasti/keywords.hpp>

namespace {

std::string numbered(int n, std::string const& line) {
    std::ostringstream text;
    text << std::setw(4) << n << "  " << line;
    return text.str();
}

// [filter]
lasti::coroutine<int> number_lines() {
    lasti::stream_reader in;
    lasti::stream_writer out;
    std::string line;
    int n = 0;
    return COROUTINE(int) {
        BEGIN;
        in = lasti::open_stdin();
        out = lasti::open_stdout();
        TRY
            ASYNC_FOR(line, in)
                AWAIT(out.send_all(numbered(++n, line)));   // waits for who reads slowly
            END_ASYNC_FOR
            EXCEPT(lasti::connection_error)                 // as in `number_lines | head`
        END_TRY
        RETURN(n);
        END;
    };
}
// [/filter]

} // namespace

int main() {
    std::cerr << lasti::run(number_lines()) << " lines\n";
}
