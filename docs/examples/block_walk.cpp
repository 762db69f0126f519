// A block stack at work: what each block says while an exception goes from clause to clause.
#include <iostream>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

// [walk]
void show(char const* where, lasti::frame& f) {
    static const char* const phases[] = {"body", "raised", "handler", "or_else", "or_else_running",
                                         "finally_", "finally_running", "done", "awaiting_next"};
    static const char* const ways[] = {"normal", "raise", "return_", "break_", "continue_"};
    std::cout << where << ':';
    for (int i = 0; i < f.blocks.size(); ++i)
        std::cout << "  [" << phases[static_cast<int>(f.blocks[i].at)] << ", "
                  << ways[static_cast<int>(f.blocks[i].how)]
                  << (f.blocks[i].exception ? ", an exception]" : "]");
    std::cout << '\n';
}

lasti::generator<int> work() {
    return GENERATOR(int) {
        BEGIN;
        show("before", self);
        TRY
            TRY
                show("body", self);
                YIELD(1);
            EXCEPT(lasti::type_error)
                std::cout << "never\n";
            FINALLY
                show("inner FINALLY", self);
                YIELD(2);
            END_TRY
        EXCEPT(lasti::value_error)
            show("outer EXCEPT", self);
            RETURN();
        FINALLY
            show("outer FINALLY", self);
        END_TRY
        END;
    };
}

int main() {
    lasti::generator<int> g = work();
    lasti::next(g);
    const int thrown = g.throw_(lasti::value_error("no"));
    std::cout << "throw_() gives " << thrown << '\n';
    const bool more = g.resume();
    std::cout << "resume() gives " << std::boolalpha << more << '\n';
}
// [/walk]
