/* guardian.c - the process that waits for a confirmation (confirm.h).  It has a session of its own,
 * so that it outlives the terminal and the program that started it. */
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "reconfigure/confirm.h"
#include "reconfigure/lock.h"

#define LOOK_MS 200   /* between two looks at the record */
#define PROBE_EVERY 5 /* looks between two probes */
#define PROBES_IN_A_ROW 2
#define LOST_IN_A_ROW 5 /* probes without an answer */
#define DEADLINE_PROBE 3000
#define AGAIN_MS 5000 /* before another try, after a busy lock or a disk error */
#define TRIES 60      /* of these, and of reading the record */

/* What the answers of one address were. */
struct probe {
    unsigned answered, missed; /* in a row */
    bool proven;               /* it once answered often enough to confirm */
};

struct guard {
    const struct ifr_host *host;
    struct ifr_facts *facts;
    const char *id;
    struct probe probes[IFR_PROBES_MAX];
    unsigned tries;
};

/* What the probes say of the change. */
enum verdict { KEEPS_WAITING, IS_REACHED, IS_LOST };

/* Returns whether the address answers through the changed interface. */
static bool answers(const struct guard *guard, const char *device, const char *address)
{
    const char *const argv[] = { "/bin/ping", "-n", "-c",   "1",     "-W",
                                 "1",         "-I", device, address, NULL };

    return ifr_command_succeeds(guard->host->runner, argv, DEADLINE_PROBE);
}

static void look_at(const struct guard *guard, struct probe *probe, const char *device,
                    const char *address)
{
    bool answer = answers(guard, device, address);

    probe->answered = answer ? probe->answered + 1 : 0;
    probe->missed = answer ? 0 : probe->missed + 1;
    probe->proven = probe->proven || probe->answered >= PROBES_IN_A_ROW;
}

/* Returns whether the address is lost for good: it answered before and does so no more, or the
 * device of an `up` does not exist.  An address that has not answered yet may still come, as behind
 * a switch that runs the spanning tree protocol first. */
static bool is_lost(const struct guard *guard, const struct ifr_pending *pending,
                    const struct probe *probe)
{
    bool up = strcmp(ifr_pending_text(pending, "command"), "up") == 0;

    return probe->missed >= LOST_IN_A_ROW &&
           (probe->proven ||
            (up && !ifr_facts_netdev_exists(guard->facts, ifr_pending_text(pending, "device"))));
}

/* Probes each address once, until the deadline.  IS_REACHED: all have answered twice in a row;
 * IS_LOST: one of them is lost. */
static enum verdict probe(struct guard *guard, const struct ifr_pending *pending)
{
    const json_t *probes = json_object_get(pending->json, "probes");
    const char *device = ifr_pending_text(pending, "device");
    size_t n = json_array_size(probes);
    bool all = n > 0;

    for (size_t i = 0; i < n && i < IFR_PROBES_MAX && ifr_pending_left(pending) > 0; i++) {
        struct probe *one = &guard->probes[i];
        const char *address = json_string_value(json_array_get(probes, i));
        look_at(guard, one, device, address);
        if (is_lost(guard, pending, one)) {
            dbc_logf(guard->host->log, DBC_LOG_WARNING, "%s is lost: the change goes back",
                     address);
            return IS_LOST;
        }
        all = all && one->answered >= PROBES_IN_A_ROW;
    }
    return all && ifr_pending_left(pending) > 0 ? IS_REACHED : KEEPS_WAITING;
}

/* Reads the record.  Returns whether the change still waits, or is reverting: the process that
 * takes it back may have died.  A record that cannot be read may be readable at the next look. */
static bool waits(struct guard *guard, struct ifr_pending *pending)
{
    struct dbc_error err = DBC_ERROR_INIT;

    ifr_pending_release(pending);
    if (ifr_pending_read(guard->facts, pending, &err) < 0) {
        dbc_log_error(guard->host->log, &err);
        return guard->tries++ < TRIES;
    }
    return pending->json != NULL && strcmp(ifr_pending_text(pending, "id"), guard->id) == 0 &&
           (ifr_pending_phase(pending) == IFR_APPLIED ||
            ifr_pending_phase(pending) == IFR_REVERTING);
}

/* Writes our pid into the record, so that the next run can see whether the guardian is alive. */
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

/* Confirms the change or takes it back.  Returns 0 to look again: it is over, or a busy lock or a
 * full disk stopped it.  -1 with *err: it failed for good. */
static int end(struct guard *guard, bool keep, struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;

    if ((keep ? ifr_confirm : ifr_revert)(guard->host, guard->id, &why) == 0 ||
        why.code == DBC_ENOENT) { /* somebody else was faster */
        return 0;
    }
    dbc_log_error(guard->host->log, &why);
    if (why.code != DBC_ECOMMAND && why.code != DBC_ECONFLICT && guard->tries++ < TRIES) {
        dbc_sleep_ms(AGAIN_MS);
        return 0;
    }
    *err = why;
    return -1;
}

/* IS_LOST also when the deadline has passed, and for a change that is going back. */
static enum verdict judge(struct guard *guard, const struct ifr_pending *pending, unsigned look)
{
    enum verdict verdict = KEEPS_WAITING;

    if (ifr_pending_phase(pending) == IFR_REVERTING) {
        return IS_LOST;
    }
    if (look % PROBE_EVERY == 0) {
        verdict = probe(guard, pending);
    }
    return verdict == KEEPS_WAITING && ifr_pending_left(pending) == 0 ? IS_LOST : verdict;
}

static int watch(struct guard *guard, struct dbc_error *err)
{
    struct ifr_pending pending = { NULL };
    int rc = 0;

    for (unsigned look = 0; rc == 0 && waits(guard, &pending); look++) {
        enum verdict verdict = pending.json != NULL ? judge(guard, &pending, look) : KEEPS_WAITING;
        if (verdict == IS_REACHED) {
            dbc_logf(guard->host->log, DBC_LOG_INFO, "all probes answer: confirmed");
        }
        if (verdict != KEEPS_WAITING) {
            rc = end(guard, verdict == IS_REACHED, err);
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
        /* The change needs a guardian even when the record cannot name it. */
        if (sign_in(&guard, &why) < 0) {
            dbc_log_error(host->log, &why);
        }
        rc = watch(&guard, err);
    }
    ifr_facts_free(guard.facts);
    return rc;
}
