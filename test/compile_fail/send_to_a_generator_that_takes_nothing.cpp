// expect: no matching (member )?function for call to .*send
#include <lasti/generator.hpp>
#include <lasti/keywords.hpp>

#ifdef GOOD
typedef lasti::generator<int, int> squares_type;
#else
typedef lasti::generator<int> squares_type;
#endif

int sends(squares_type const& g) { return g.send(3); }
