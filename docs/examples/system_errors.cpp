// What the operating system refuses has the class of its errno.
#include <cerrno>
#include <iostream>
#include <system_error>

#include <lasti/lasti.hpp>

// [main]
int main() {
    try {
        lasti::throw_os_error(ECONNREFUSED, "connect");
    } catch (lasti::connection_error const& e) {
        std::cout << e.what() << '\n' << (e.code() == std::errc::connection_refused) << '\n';
    }
}
// [/main]
