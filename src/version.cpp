#include <lasti/version.hpp>

namespace lasti {

int version() noexcept { return LASTI_VERSION; }

}  // namespace lasti
