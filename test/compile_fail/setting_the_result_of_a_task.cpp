// expect: use of deleted function|(call to|attempt to use a) deleted (member )?function
// T4: a task ends with its coroutine.
#include <lasti/lasti.hpp>

#ifdef GOOD
typedef lasti::future<int> type;
#else
typedef lasti::task<int> type;
#endif

void sets(type const& t) { t.set_result(1); }
