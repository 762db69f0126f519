// Files that go with the test.
#pragma once

#include <fstream>
#include <sstream>
#include <string>

#include <unistd.h>

/// A path where nothing is yet.
inline std::string temporary_path() {
    static int number = 0;
    return "/tmp/lasti-test-file-" + std::to_string(::getpid()) + "-" + std::to_string(++number);
}

struct temporary_file {
    std::string const path = temporary_path();

    explicit temporary_file(std::string const& text = std::string()) { std::ofstream(path.c_str()) << text; }
    temporary_file(temporary_file const&) = delete;
    ~temporary_file() { ::unlink(path.c_str()); }

    std::string text() const {
        std::ostringstream all;
        all << std::ifstream(path.c_str()).rdbuf();
        return all.str();
    }
    void append(std::string const& more) const { std::ofstream(path.c_str(), std::ios::app) << more; }
};
