"""What a host may ask of its own compiler; of clang all, but what is about C++98, and about the sources of the tests."""
HOST_WARNINGS = {
    'g': '-Werror -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wuseless-cast '
         '-Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough -Wnull-dereference -Weffc++'.split(),
    'c': '-Werror -Weverything -Wno-c++98-compat -Wno-c++98-compat-pedantic -Wno-padded '
         '-Wno-missing-prototypes -Wno-global-constructors'.split(),
}
