// The statements without their prefix: YIELD for LASTI_YIELD, and so on. Opt-in; to be included last.
//
// No include guard: no_keywords.hpp takes the names away again, and this brings them back, as often as you like.
// A name that is a macro already is an error here rather than a puzzle later.
#include <lasti/macros.hpp>

// So that an error in a body is shown at the user's line, not at these.
#if defined(__GNUC__)
#pragma GCC system_header
#endif

#ifndef LASTI_KEYWORDS_DEFINED
#define LASTI_KEYWORDS_DEFINED

#if defined(BEGIN) || defined(END) || defined(YIELD) || defined(RETURN) || defined(TRY) || \
    defined(ELSE) || defined(FOR) || defined(WITH)
#error "lasti/keywords.hpp: BEGIN, END, ELSE, FOR, RETURN, TRY, WITH or YIELD is a macro already: use the LASTI_ names of lasti/macros.hpp"
#endif

#define BEGIN LASTI_BEGIN
#define END LASTI_END
#define YIELD(...) LASTI_YIELD(__VA_ARGS__)
#define YIELD_SET(...) LASTI_YIELD_SET(__VA_ARGS__)
#define YIELD_FROM(...) LASTI_YIELD_FROM(__VA_ARGS__)
#define YIELD_FROM_SET(...) LASTI_YIELD_FROM_SET(__VA_ARGS__)
#define RETURN(...) LASTI_RETURN(__VA_ARGS__)
#define RAISE(...) LASTI_RAISE(__VA_ARGS__)
#define RERAISE LASTI_RERAISE
#define AWAIT(...) LASTI_AWAIT(__VA_ARGS__)
#define AWAIT_SET(...) LASTI_AWAIT_SET(__VA_ARGS__)
#define TRY LASTI_TRY
#define EXCEPT(...) LASTI_EXCEPT(__VA_ARGS__)
#define EXCEPT_AS(...) LASTI_EXCEPT_AS(__VA_ARGS__)
#define EXCEPT_ANY LASTI_EXCEPT_ANY
#define ELSE LASTI_ELSE
#define FINALLY LASTI_FINALLY
#define END_TRY LASTI_END_TRY
#define CAUGHT(...) LASTI_CAUGHT(__VA_ARGS__)
#define FOR(...) LASTI_FOR(__VA_ARGS__)
#define END_FOR LASTI_END_FOR
#define ASYNC_FOR(...) LASTI_ASYNC_FOR(__VA_ARGS__)
#define END_ASYNC_FOR LASTI_END_ASYNC_FOR
#define WITH(...) LASTI_WITH(__VA_ARGS__)
#define WITH_SET(...) LASTI_WITH_SET(__VA_ARGS__)
#define END_WITH LASTI_END_WITH
#define ASYNC_WITH(...) LASTI_ASYNC_WITH(__VA_ARGS__)
#define ASYNC_WITH_SET(...) LASTI_ASYNC_WITH_SET(__VA_ARGS__)
#define END_ASYNC_WITH LASTI_END_ASYNC_WITH
#define LOCALS(...) LASTI_LOCALS(__VA_ARGS__)
#define GENERATOR(...) LASTI_GENERATOR(__VA_ARGS__)
#define GENERATOR_BODY(...) LASTI_GENERATOR_BODY(__VA_ARGS__)
#define COROUTINE(...) LASTI_COROUTINE(__VA_ARGS__)
#define COROUTINE_BODY(...) LASTI_COROUTINE_BODY(__VA_ARGS__)
#define ASYNC_GENERATOR(...) LASTI_ASYNC_GENERATOR(__VA_ARGS__)
#define ASYNC_GENERATOR_BODY(...) LASTI_ASYNC_GENERATOR_BODY(__VA_ARGS__)

#endif
