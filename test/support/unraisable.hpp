// While one of these lives, it collects what is told to the unraisable hook.
#pragma once

#include <string>
#include <vector>

#include <lasti/frame.hpp>

class unraisables {
public:
    unraisables() : old_(lasti::set_unraisable_hook(&note)) { all().clear(); }
    unraisables(unraisables const&) = delete;
    unraisables& operator=(unraisables const&) = delete;
    ~unraisables() {
        lasti::set_unraisable_hook(old_);
        all().clear();
    }

    struct report {
        lasti::error what;
        std::string function;
    };
    std::size_t count() const { return all().size(); }
    report const& operator[](std::size_t i) const { return all().at(i); }
    void forget() const { all().clear(); }

private:
    static std::vector<report>& all() {
        static std::vector<report> reports;
        return reports;
    }
    static void note(lasti::error const& what, lasti::code const& where) {
        all().push_back(report{what, where.name});
    }

    lasti::unraisable_hook old_;
};
