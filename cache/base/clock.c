/* clock.c - the kernel's clocks in milliseconds (clock.h). */
#include "base/clock.h"

#include <time.h>

static int64_t read_ms(clockid_t clock)
{
    struct timespec now = { 0 };

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t dbc_now_ms(void)
{
    return read_ms(CLOCK_MONOTONIC);
}

int64_t dbc_boot_ms(void)
{
    return read_ms(CLOCK_BOOTTIME);
}

void dbc_sleep_ms(int64_t ms)
{
    const struct timespec time = { (time_t)(ms / 1000), (long)(ms % 1000) * 1000000 };

    nanosleep(&time, NULL);
}
