/* libxml_leak.h - tells the leak checker what to ignore in libxml2, for tests that make its
 * allocations fail. */
#ifndef TESTS_UNIT_LIBXML_LEAK_H
#define TESTS_UNIT_LIBXML_LEAK_H

#include "dbcache.h"

/* libxml2 2.9.14 itself loses a buffer when the second half of xmlCreateIOParserCtxt gets no
 * memory. Called by the sanitizers, where there are any. */
DBC_API const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "fast_unwind_on_malloc=0";
}

DBC_API const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:xmlCreateIOParserCtxt\n";
}

#endif
