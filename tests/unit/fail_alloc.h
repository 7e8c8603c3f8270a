/* fail_alloc.h - makes the Nth allocation of one module fail, under sanitizers too.  A test
 * includes this and then the module's .c: its allocations go to the functions here, and the linker
 * takes the module from the test instead of the library. */
#ifndef TESTS_UNIT_FAIL_ALLOC_H
#define TESTS_UNIT_FAIL_ALLOC_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long allocs_left = -1; /* until the one that fails; -1: none does */

/* True when the allocation asked for was reached, and turns it off. */
static inline bool alloc_failed(void)
{
    bool reached = allocs_left == -1;

    allocs_left = -1;
    return reached;
}

static inline bool alloc_fails_now(void)
{
    return allocs_left >= 0 && allocs_left-- == 0;
}

static inline void *failing_malloc(size_t size)
{
    return alloc_fails_now() ? NULL : malloc(size);
}

static inline void *failing_calloc(size_t n, size_t size)
{
    return alloc_fails_now() ? NULL : calloc(n, size);
}

static inline void *failing_realloc(void *old, size_t size)
{
    return alloc_fails_now() ? NULL : realloc(old, size);
}

static inline void *failing_reallocarray(void *old, size_t n, size_t size)
{
    return alloc_fails_now() ? NULL : reallocarray(old, n, size);
}

static inline char *failing_strdup(const char *text)
{
    return alloc_fails_now() ? NULL : strdup(text);
}

static inline char *failing_strndup(const char *text, size_t len)
{
    return alloc_fails_now() ? NULL : strndup(text, len);
}

static inline int failing_asprintf(char **out, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static inline int failing_asprintf(char **out, const char *fmt, ...)
{
    va_list args;
    int n = -1;

    va_start(args, fmt);
    if (!alloc_fails_now()) {
        n = vasprintf(out, fmt, args);
    }
    va_end(args);
    return n;
}

#define malloc failing_malloc
#define calloc failing_calloc
#define realloc failing_realloc
#define reallocarray failing_reallocarray
#undef strdup
#define strdup failing_strdup
#undef strndup
#define strndup failing_strndup
#define asprintf failing_asprintf

#endif
