// expect: as_completed: these cannot be awaited
#include <lasti/lasti.hpp>

#ifdef GOOD
typedef lasti::task<int> type;
#else
typedef int type;
#endif

void begins(std::vector<type> const& all) { lasti::as_completed(all); }
