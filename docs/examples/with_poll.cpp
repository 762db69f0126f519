// A callback for a descriptor, in a loop that waits in poll().
#include <iostream>

#include <unistd.h>

#include <lasti/lasti.hpp>

// [main]
int main() {
    lasti::event_loop loop(lasti::make_selector("poll"));
    int ends[2];
    if (::pipe(ends) != 0) return 1;
    loop.add_reader(ends[0], [&] {
        char text[20];
        const auto n = ::read(ends[0], text, sizeof text);
        std::cout << "read " << n << " bytes\n";
        loop.remove_reader(ends[0]);
        ::close(ends[0]);
    });
    loop.call_soon([&] {
        if (::write(ends[1], "hello", 5) == 5) ::close(ends[1]);
    });
    loop.run();                         // until no callback is left
}
// [/main]
