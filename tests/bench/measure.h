/* measure.h - what the benchmark programs share: the clock, the processor time of this process, its
 * peak memory, and the parse that ours is compared with. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static inline double measure_now_us(void)
{
    struct timespec now = { 0 };
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* Processor time since the process was made, loading its libraries included. */
static inline double measure_self_us(void)
{
    struct rusage usage = { 0 };
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/* Peak resident memory in KiB.  Not ru_maxrss, which a child inherits from who started it. */
static inline unsigned measure_peak_kib(void)
{
    char line[256] = "";
    unsigned peak = 0;
    FILE *status = fopen("/proc/self/status", "re");
    while (status && fgets(line, sizeof line, status)) {
        if (strncmp(line, "VmHWM:", 6) == 0) {
            for (const char *c = line; *c; c++) {
                peak = *c >= '0' && *c <= '9' ? peak * 10 + (unsigned)(*c - '0') : peak;
            }
        }
    }
    if (status) {
        fclose(status);
    }
    return peak;
}

#endif
