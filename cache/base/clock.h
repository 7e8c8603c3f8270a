/* clock.h - the clocks for deadlines and pauses, in milliseconds. */
#ifndef DBC_BASE_CLOCK_H
#define DBC_BASE_CLOCK_H

#include <stdint.h>

/* Returns the time of a clock that only goes forward; deadlines are times of this clock. */
int64_t dbc_now_ms(void);
/* Returns the time since the boot; the time that the host was suspended counts. */
int64_t dbc_boot_ms(void);
/* Sleeps for `ms`, or until a signal arrives. */
void dbc_sleep_ms(int64_t ms);

#endif
