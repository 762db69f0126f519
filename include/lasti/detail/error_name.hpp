// error::type_name(): the one place that needs the C++ run time's demangler.
#ifndef LASTI_DETAIL_ERROR_NAME_HPP_INCLUDED
#define LASTI_DETAIL_ERROR_NAME_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstdlib>
#include <exception>
#include <memory>
#include <string>
#include <typeinfo>
#if defined(__GNUC__)
#include <cxxabi.h>
#endif

namespace lasti {
namespace detail {

inline std::string demangled(std::type_info const& type) {
#if defined(__GNUC__)
    int status = 0;
    const std::unique_ptr<char, void (*)(void*)> name(
        abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), &std::free);
    if (status == 0) return name.get();
#endif
    return type.name();
}

}  // namespace detail

inline std::string error::type_name() const {
    if (!box_) return "none";
    if (box_->type) return box_->type->name();
#if LASTI_HAS_RTTI
    if (const std::exception* const known = box_->standard)
        return detail::demangled(typeid(*known));
#endif
#if LASTI_HAS_EXCEPTIONS && defined(__GLIBCXX__)
    if (const std::type_info* const type = box_->pointer().__cxa_exception_type())
        return detail::demangled(*type);
#elif LASTI_HAS_EXCEPTIONS && defined(_LIBCPP_VERSION)
    try {
        if (const std::exception_ptr thrown = box_->pointer()) std::rethrow_exception(thrown);
    } catch (...) {
        if (const std::type_info* const type = abi::__cxa_current_exception_type())
            return detail::demangled(*type);
    }
#endif
    return box_->standard ? "std::exception" : "unknown exception";
}

}  // namespace lasti

#endif
