// counted: a value that counts how many of its kind live, to prove that locals die when they should.
#pragma once

struct counted {
    static int& alive() {
        static int n = 0;
        return n;
    }
    static int& copies() {
        static int n = 0;
        return n;
    }
    static void reset() { alive() = copies() = 0; }

    explicit counted(int v = 0) : value(v) { ++alive(); }
    counted(counted const& other) : value(other.value) {
        ++alive();
        ++copies();
    }
    counted(counted&& other) noexcept : value(other.value) {
        other.value = -1; // so that a use after the move shows
        ++alive();
    }
    counted& operator=(counted const& other) {
        value = other.value;
        ++copies();
        return *this;
    }
    counted& operator=(counted&& other) noexcept {
        value = other.value;
        other.value = -1;
        return *this;
    }
    ~counted() { --alive(); }

    int value;
};
