// While one of these lives, it keeps what is written to stderr.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <string>

class captured_stderr {
public:
    captured_stderr() : file_(std::tmpfile()), real_(dup(2)) {
        std::fflush(stderr);
        dup2(fileno(file_), 2);
    }
    captured_stderr(captured_stderr const&) = delete;
    captured_stderr& operator=(captured_stderr const&) = delete;
    ~captured_stderr() {
        std::fflush(stderr);
        dup2(real_, 2);
        ::close(real_);
        std::fclose(file_);
    }

    std::string text() const {
        std::fflush(stderr);
        std::rewind(file_);
        std::string all;
        for (int c; (c = std::fgetc(file_)) != EOF;) all += static_cast<char>(c);
        return all;
    }

private:
    std::FILE* file_;
    int real_;
};
