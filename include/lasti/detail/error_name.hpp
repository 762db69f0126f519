// error::type_name(): the one place that needs the C++ run time's demangler.
#ifndef LASTI_DETAIL_ERROR_NAME_HPP_INCLUDED
#define LASTI_DETAIL_ERROR_NAME_HPP_INCLUDED

#include <cstdlib>
#include <memory>
#include <string>
#include <typeinfo>
#if defined(__GNUC__)
#include <cxxabi.h>
#endif

namespace lasti {

inline std::string error::type_name() const {
    if (!box_) return "none";
    if (box_->type) return box_->type->name();
#if LASTI_HAS_RTTI
    if (const std::exception* const known = box_->standard) {
        const char* const raw = typeid(*known).name();
#if defined(__GNUC__)
        int status = 0;
        const std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(raw, nullptr, nullptr, &status), &std::free);
        if (status == 0) return name.get();
#endif
        return raw;
    }
#endif
    return box_->standard ? "std::exception" : "unknown exception";
}

} // namespace lasti

#endif
