/* failalloc.c - preloaded into a program, makes its Nth allocation fail.
 *
 * FAILALLOC_AT=N       the Nth allocation after the start of the program fails (0: none)
 * FAILALLOC_ON=1       and every later one as well
 * FAILALLOC_REPORT=F   a line goes to F when the Nth allocation fails ("failed N"), and one at the
 *                      end of the program with the number of all allocations ("total N")
 *
 * glibc calls these functions for its own needs as well (strdup, fopen, getline ...), so they fail
 * too.  Programs that this program starts run without it.  Used by alloc.py.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* glibc's own allocator under the names that cannot be replaced. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static unsigned long count, fail_at;
static bool armed, fail_on;
static const char *report;
static pid_t program;

static void say(const char *what, unsigned long number)
{
    char line[64] = "";
    int len = snprintf(line, sizeof line, "%s %lu\n", what, number);
    int fd = report ? open(report, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    if (fd >= 0) {
        ssize_t written = write(fd, line, (size_t)len);
        (void)written;
        close(fd);
    }
}

/* Counts an allocation and returns whether it fails. */
static bool fails(void)
{
    if (!armed) {
        return false;
    }
    count++;
    if (fail_at == 0 || count < fail_at || (count > fail_at && !fail_on)) {
        return false;
    }
    armed = false; /* say() must not count */
    if (count == fail_at) {
        say("failed", count);
    }
    armed = true;
    errno = ENOMEM;
    return true;
}

__attribute__((constructor)) static void arm(void)
{
    const char *at = getenv("FAILALLOC_AT");
    report = getenv("FAILALLOC_REPORT");
    fail_on = getenv("FAILALLOC_ON") != NULL;
    fail_at = at ? strtoul(at, NULL, 10) : 0;
    program = getpid();
    unsetenv("LD_PRELOAD");
    armed = true;
}

__attribute__((destructor)) static void disarm(void)
{
    if (armed && getpid() == program) {
        armed = false;
        say("total", count);
    }
}

__attribute__((visibility("default"))) void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

__attribute__((visibility("default"))) void *calloc(size_t n, size_t size)
{
    return fails() ? NULL : __libc_calloc(n, size);
}

__attribute__((visibility("default"))) void *realloc(void *old, size_t size)
{
    return fails() ? NULL : __libc_realloc(old, size);
}

__attribute__((visibility("default"))) void *reallocarray(void *old, size_t n, size_t size)
{
    if (size != 0 && n > SIZE_MAX / size) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(old, n * size);
}

__attribute__((visibility("default"))) void *aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : __libc_memalign(alignment, size);
}

__attribute__((visibility("default"))) int posix_memalign(void **ret, size_t alignment, size_t size)
{
    void *memory = fails() ? NULL : __libc_memalign(alignment, size);
    if (!memory) {
        return ENOMEM;
    }
    *ret = memory;
    return 0;
}
