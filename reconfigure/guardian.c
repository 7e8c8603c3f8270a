/* guardian.c - the process that waits for a confirmation (confirm.h): of its own session, so that
 * it outlives the terminal and the program that started it. */
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "reconfigure/confirm.h"
#include "reconfigure/lock.h"

#define LOOK_MS 200   /* between two looks at the record */
#define PROBE_EVERY 5 /* looks between two probes */
#define PROBES_IN_A_ROW 2
#define DEADLINE_PROBE 3000
#define TRIES 600 /* of what a busy lock or a disk refuses, one a look */

/* A guard on duty. */
struct guard {
    const struct ifr_host *host;
    struct ifr_facts *facts;
    const char *id;
    unsigned answered[IFR_PROBES_MAX]; /* in a row */
    unsigned tries;
};

/* Does the address answer through the changed interface? */
static bool answers(const struct guard *guard, const char *device, const char *address)
{
    const char *const argv[] = { "/bin/ping", "-n", "-c",   "1",     "-W",
                                 "1",         "-I", device, address, NULL };

    return ifr_command_succeeds(guard->host->runner, argv, DEADLINE_PROBE);
}

/* All probes have answered twice in a row; false when there are none. */
static bool probe(struct guard *guard, const struct ifr_pending *pending)
{
    const json_t *probes = json_object_get(pending->json, "probes");
    const char *device = ifr_pending_text(pending, "device");
    size_t n = json_array_size(probes);
    bool all = n > 0;

    for (size_t i = 0; i < n && i < IFR_PROBES_MAX; i++) {
        const char *address = json_string_value(json_array_get(probes, i));
        guard->answered[i] = answers(guard, device, address) ? guard->answered[i] + 1 : 0;
        all = all && guard->answered[i] >= PROBES_IN_A_ROW;
    }
    return all;
}

/* Is it still ours to wait for?  A record that cannot be read may be readable at the next look. */
static bool waits(struct guard *guard, struct ifr_pending *pending)
{
    struct dbc_error err = DBC_ERROR_INIT;

    ifr_pending_release(pending);
    if (ifr_pending_read(guard->facts, pending, &err) < 0) {
        dbc_log_error(guard->host->log, &err);
        return guard->tries++ < TRIES;
    }
    return pending->json != NULL && strcmp(ifr_pending_text(pending, "id"), guard->id) == 0 &&
           ifr_pending_phase(pending) == IFR_APPLIED;
}

/* Who waits is in the record, so that the next run can see whether somebody does. */
static int sign_in(struct guard *guard, struct dbc_error *err)
{
    struct ifr_pending pending = { NULL };
    int lock = ifr_lock_host(guard->host, guard->facts, err), rc = lock < 0 ? -1 : 0;

    if (rc == 0 && waits(guard, &pending) && pending.json != NULL) {
        json_object_set_new(pending.json, "guardian", json_integer(getpid()));
        rc = ifr_pending_write(guard->facts, &pending, err);
    }
    ifr_pending_release(&pending);
    dbc_lock_drop(lock);
    return rc;
}

/* What `rc` of an attempt to end the wait means: 0: look again, whether it is over or a busy lock
 * or a full disk was in the way; -1 with *err: it failed for good. */
static int ended(struct guard *guard, int rc, const struct dbc_error *why, struct dbc_error *err)
{
    if (rc == 0) {
        return 0;
    }
    dbc_log_error(guard->host->log, why);
    if (why->code != DBC_ECOMMAND && why->code != DBC_ECONFLICT && guard->tries++ < TRIES) {
        return 0;
    }
    *err = *why;
    return -1;
}

static int watch(struct guard *guard, struct dbc_error *err)
{
    struct ifr_pending pending = { NULL };
    struct dbc_error why = DBC_ERROR_INIT;
    int rc = 0;

    for (unsigned look = 0; rc == 0 && waits(guard, &pending); look++) {
        if (pending.json != NULL && ifr_pending_left(&pending) == 0) {
            rc = ended(guard, ifr_revert(guard->host, guard->id, &why), &why, err);
        } else if (pending.json != NULL && look % PROBE_EVERY == 0 && probe(guard, &pending)) {
            dbc_logf(guard->host->log, DBC_LOG_INFO, "all probes answer: confirmed");
            rc = ended(guard, ifr_confirm(guard->host, guard->id, &why), &why, err);
        }
        dbc_sleep_ms(LOOK_MS);
    }
    ifr_pending_release(&pending);
    return rc;
}

int ifr_guard(const struct ifr_host *host, const char *id, struct dbc_error *err)
{
    struct guard guard = { .host = host, .id = id };
    struct dbc_error why = DBC_ERROR_INIT;
    int rc = -1;

    guard.facts = ifr_facts_new(host->prefix, host->runner, host->log, err);
    if (guard.facts != NULL) {
        /* Nobody may know of us, but somebody has to wait. */
        if (sign_in(&guard, &why) < 0) {
            dbc_log_error(host->log, &why);
        }
        rc = watch(&guard, err);
    }
    ifr_facts_free(guard.facts);
    return rc;
}
