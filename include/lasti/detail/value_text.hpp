// What a value looks like in words: of a local that LOCALS lists, of what is yielded, sent and
// returned. No stream is included here: who wants the text brings one.
#ifndef LASTI_DETAIL_VALUE_TEXT_HPP_INCLUDED
#define LASTI_DETAIL_VALUE_TEXT_HPP_INCLUDED

#include <lasti/detail/config.hpp>
LASTI_SYSTEM_HEADER

#include <cstddef>
#include <iosfwd>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <lasti/code.hpp>
#include <lasti/detail/operands.hpp>
#include <lasti/detail/slot.hpp>

namespace lasti {
namespace detail {

/// Where a value is written.
class value_writer {
public:
    std::string text;

    /// What `print` writes to a stream.
    virtual void write(void (*print)(std::ostream& to, void const* value), void const* value) = 0;
    virtual void write(long double value) = 0;
    virtual void write_address(void const* value) = 0;
    void write_quoted(std::string const& value, char quote) {
        text += quote;
        for (const char c : value) {
            if (c == '\n') text += "\\n";
            else if (c == '\0') text += "\\0";
            else {
                if (c == quote || c == '\\') text += '\\';
                text += c;
            }
        }
        text += quote;
    }

protected:
    ~value_writer() {}
};

// Where <ostream> is not included nothing can be: the operators of templates would not compile.
template <class T, class = void, class = void>
struct is_streamable : std::false_type {};
template <class T>
struct is_streamable<
    T,
    typename make_void<decltype(std::declval<std::ostream&>() << std::declval<T const&>())>::type,
    typename std::enable_if<sizeof(typename std::conditional<true, std::ostream, T>::type) !=
                            0>::type> : std::true_type {};

/// Whether its items can be looked at without taking them out, unlike those of a generator. What is
/// made of its own kind, as paths are, would never end.
template <class T, class = void>
struct is_container : std::is_array<T> {};
template <class T>
struct is_container<T, typename make_void<decltype(void(std::declval<T const&>().size()),
                                                   *std::declval<iterator_of<T const>&>())>::type>
    : std::integral_constant<
          bool,
          !std::is_same<T, typename std::decay<
                               decltype(*std::declval<iterator_of<T const>&>())>::type>::value> {};

struct as_integer {};
struct as_real {};
struct as_address {};
struct as_stream {};
struct as_range {};
struct as_type {};

template <class T>
struct text_kind {
    template <bool If, class A, class B>
    using either = typename std::conditional<If, A, B>::type;
    typedef either<
        std::is_floating_point<T>::value, as_real,
        either<std::is_integral<T>::value ||
                   (std::is_enum<T>::value && std::is_convertible<T, long long>::value),
               as_integer,
               either<std::is_pointer<T>::value, as_address,
                      either<!std::is_array<T>::value && is_streamable<T>::value, as_stream,
                             either<is_container<T>::value, as_range, as_type>>>>>
        type;
};

inline void show(value_writer& out, std::string const& value) { out.write_quoted(value, '"'); }
inline void show(value_writer& out, const char* value) {
    if (value) out.write_quoted(value, '"');
    else out.text += "nullptr";
}
inline void show(value_writer& out, char* value) { show(out, static_cast<const char*>(value)); }
inline void show(value_writer& out, char value) { out.write_quoted(std::string(1, value), '\''); }
inline void show(value_writer& out, bool value) { out.text += value ? "true" : "false"; }
inline void show(value_writer& out, std::nullptr_t) { out.text += "nullptr"; }
template <class A, class B>
void show(value_writer& out, std::pair<A, B> const& value);

template <class T>
void show_as(value_writer& out, T const& value, as_integer) {
    out.text += std::is_unsigned<T>::value ? std::to_string(static_cast<unsigned long long>(value))
                                           : std::to_string(static_cast<long long>(value));
}
template <class T>
void show_as(value_writer& out, T const& value, as_real) {
    out.write(static_cast<long double>(value));
}
template <class T>
void show_as(value_writer& out, T const& value, as_address) {
    out.write_address(const_cast<void const*>(reinterpret_cast<void const volatile*>(value)));
}
template <class T>
void print_value(std::ostream& to, void const* value) {
    to << *static_cast<T const*>(value);
}
template <class T>
void show_as(value_writer& out, T const& value, as_stream) {
    out.write(&print_value<T>, std::addressof(value));
}
// The first ones of many.
template <class T>
void show_as(value_writer& out, T const& range, as_range);
template <class T>
void show_as(value_writer& out, T const&, as_type) {
    out.text += std::string("<") + type_name<T>() + ">";
}

template <class T>
void show(value_writer& out, T const& value) {
    show_as(out, value, typename text_kind<T>::type());
}
template <class A, class B>
void show(value_writer& out, std::pair<A, B> const& value) {
    out.text += '(';
    show(out, value.first);
    out.text += ", ";
    show(out, value.second);
    out.text += ')';
}

// In some libraries the items of a const std::vector<bool> are objects that stand for a bit.
template <class T>
T const& item_itself(T const& item) {
    return item;
}
inline bool item_itself(std::vector<bool>::const_reference item) { return item; }

template <class T>
void show_as(value_writer& out, T const& range, as_range) {
    constexpr int most = 8;
    int count = 0;
    out.text += '[';
    for (auto const& item : range) {
        if (count) out.text += ", ";
        if (++count > most) {
            out.text += "...";
            break;
        }
        show(out, item_itself(item));
    }
    out.text += ']';
}

template <class T, bool Plain>
void show(value_writer& out, slot<T, Plain>& held) {
    if (held.full()) show(out, static_cast<typename std::decay<T>::type const&>(held.get()));
}
inline void show(value_writer&, slot<void>&) {}

}  // namespace detail
}  // namespace lasti

#endif
