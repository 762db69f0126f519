// What a loop has in the place of the signals that it handles, where it handles none.
#ifndef LASTI_SRC_WITHOUT_SIGNALS_HPP_INCLUDED
#define LASTI_SRC_WITHOUT_SIGNALS_HPP_INCLUDED

namespace lasti {
namespace detail {

class signal_table {
public:
    void deliver() {}
};

}  // namespace detail
}  // namespace lasti

#endif
