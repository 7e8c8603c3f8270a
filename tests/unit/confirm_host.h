/* confirm_host.h - an invented host with the record of a change that waits to be confirmed; for
 * test_confirm*.c. */
#ifndef TESTS_UNIT_CONFIRM_HOST_H
#define TESTS_UNIT_CONFIRM_HOST_H

#include <time.h>

#include "reconfigure/confirm.h"
#include "unit/fail_calls.h"
#include "unit/reconfigure_host.h"

#define RECORD "/var/xapi/" IFR_CONFIRM_FILE
#define MARK "/var/run/dbcache-reverting"
#define BOOT_ID "/proc/sys/kernel/random/boot_id"
#define ID "0123456789abcdef0123456789abcdef"
#define OTHER_ID "00000000000000000000000000000000"
#define NOW 1000000 /* ms since the boot */
#define UNDO "{\"devices\":{},\"files\":{},\"flows\":{},\"added\":{}}"

/* The clocks of the test: only that of the boot is what a deadline goes by. */
static int64_t since_boot, wall, since_start;

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int64_t ms = clock == CLOCK_BOOTTIME   ? since_boot
                 : clock == CLOCK_REALTIME ? wall
                                           : since_start++;

    now->tv_sec = ms / 1000;
    now->tv_nsec = ms % 1000 * 1000000;
    return 0;
}

static inline int confirm_setup(void **state)
{
    struct fixture *f = NULL;

    if (setup(state) < 0) {
        return -1;
    }
    f = *state;
    since_boot = NOW;
    wall = 1700000000000;
    scratch_write(&f->on.s, BOOT_ID, "this-boot\n", 0444);
    scratch_mkdir(&f->on.s, "/var/run");
    return 0;
}

/* A whole record as text, of which a test replaces members: NULL ends KEY, VALUE, ... */
static inline const char *record_with(const char *key, const char *value)
{
    static char text[8192];
    const char *const whole[][2] = {
        { "version", "1" },
        { "id", "\"" ID "\"" },
        { "phase", "\"applied\"" },
        { "boot_id", "\"this-boot\"" },
        { "since", "\"2026-01-02T03:04:05Z\"" },
        { "seconds", "60" },
        { "deadline", "1005000" },
        { "device", "\"xenbr0\"" },
        { "bridges", "[\"xenbr0\",\"xapi1\"]" },
        { "command", "\"up\"" },
        { "probes", "[\"10.99.0.2\",\"fe80::1\"]" },
        { "undo", UNDO },
    };
    size_t len = (size_t)snprintf(text, sizeof text, "{\"more\":0");

    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) {
        const char *is = key != NULL && strcmp(key, whole[i][0]) == 0 ? value : whole[i][1];
        if (is != NULL) {
            len += (size_t)snprintf(text + len, sizeof text - len, ",\"%s\":%s", whole[i][0], is);
        }
    }
    if (key != NULL && strcmp(key, "save") == 0) {
        len += (size_t)snprintf(text + len, sizeof text - len, ",\"save\":%s", value);
    }
    snprintf(text + len, sizeof text - len, "}");
    return text;
}

static inline void put_record(struct fixture *f, const char *key, const char *value)
{
    scratch_write(&f->on.s, RECORD, record_with(key, value), 0600);
}

static inline void put_phase(struct fixture *f, const char *phase)
{
    char value[32];

    snprintf(value, sizeof value, "\"%s\"", phase);
    put_record(f, "phase", value);
}

static inline int read_record(struct fixture *f, struct ifr_pending *pending)
{
    f->err = (struct dbc_error)DBC_ERROR_INIT;
    return ifr_pending_read(f->on.facts, pending, &f->err);
}

static inline void assert_says(const struct fixture *f, const char *words)
{
    char text[2048];

    if (strstr(dbc_error_string(&f->err, text, sizeof text), words) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", text, words);
    }
}

static inline void assert_refused(struct fixture *f, enum dbc_code code, const char *words)
{
    struct ifr_pending pending = { NULL };

    assert_int_equal(read_record(f, &pending), -1);
    assert_null(pending.json);
    assert_int_equal(f->err.code, code);
    assert_says(f, words);
}

static inline enum ifr_phase phase_on_disk(struct fixture *f)
{
    struct ifr_pending pending = { NULL };
    enum ifr_phase phase = IFR_N_PHASES;

    assert_int_equal(read_record(f, &pending), 0);
    if (pending.json != NULL) {
        phase = ifr_pending_phase(&pending);
    }
    ifr_pending_release(&pending);
    return phase;
}

static inline mode_t mode_of_record(struct fixture *f)
{
    struct stat st = { 0 };

    assert_int_equal(stat(scratch_path(&f->on.s, RECORD), &st), 0);
    return st.st_mode & 07777;
}

#define CONFIRM_TEST(name) cmocka_unit_test_setup_teardown(name, confirm_setup, teardown)

#endif
