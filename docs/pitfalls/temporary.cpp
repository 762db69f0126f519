// g++: use of deleted function 'void lasti::detail::yields<Y&, Base>::yield(const Y&&)
// clang++: call to deleted member function 'yield'
#include <string>

#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#ifndef GOOD
// [bad]
lasti::generator<std::string const&> greetings() {
    return GENERATOR(std::string const&) {
        BEGIN;
        YIELD("hello");                 // a temporary string, gone before anybody reads it
        END;
    };
}
// [/bad]
#else
// [good]
lasti::generator<std::string const&> greetings() {
    std::string hello = "hello";
    return GENERATOR(std::string const&) {
        BEGIN;
        YIELD(hello);                   // lives in the frame
        END;
    };
}
// [/good]
#endif
