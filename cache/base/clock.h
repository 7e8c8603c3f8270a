/* clock.h - the clocks that deadlines and pauses go by.  All of them count in milliseconds. */
#ifndef DBC_BASE_CLOCK_H
#define DBC_BASE_CLOCK_H

#include <stdint.h>

/* Milliseconds of a clock that only goes forward; deadlines are times of this clock. */
int64_t dbc_now_ms(void);
/* Milliseconds since the boot, those of a suspended host included. */
int64_t dbc_boot_ms(void);
/* A signal cuts it short. */
void dbc_sleep_ms(int64_t ms);

#endif
