// An exception group is taken apart by the types of what is in it, however deep.
#include <iostream>
#include <stdexcept>

#include <lasti/lasti.hpp>

// [sort]
void several_things_go_wrong() {
    using lasti::error;
    const lasti::exception_group disks("disks", {error::make(std::out_of_range("sector 9")),
                                                 error::make(std::invalid_argument("no name"))});
    throw lasti::exception_group("start", {error::make(std::invalid_argument("port -1")),
                                           error::make(disks)});
}

void sort_out(lasti::exception_group const& group) {
    typedef std::invalid_argument wanted;
    for (lasti::error const& e : group.all<wanted>()) std::cout << "argument: " << e.what() << '\n';
    const lasti::exception_group::parts parts = group.split<wanted>();
    std::cout << "match: " << parts.match.what() << "\nrest: " << parts.rest.what() << '\n';
    if (!group.subgroup<lasti::timeout_error>()) std::cout << "nothing timed out\n";
}
// [/sort]

int main() {
    try {
        several_things_go_wrong();
    } catch (lasti::exception_group const& group) {
        sort_out(group);
    }
}
