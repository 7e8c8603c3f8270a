/* confirm.c - arming, confirming and taking back a change (confirm.h); guardian.c waits. */
#include "reconfigure/confirm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "reconfigure/history.h"
#include "reconfigure/lock.h"
#include "reconfigure/state/edits.h"

#define CACHE_MODE 0644

/* ---- A run with --confirm ------------------------------------------------------------------- */

static int fresh_id(char id[IFR_CONFIRM_ID + 1], struct dbc_error *err)
{
    unsigned char bytes[IFR_CONFIRM_ID / 2];

    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) {
        return dbc_fail(err, DBC_EIO, "no random bytes for an id");
    }
    for (size_t i = 0; i < sizeof bytes; i++) {
        snprintf(id + 2 * i, 3, "%02x", bytes[i]);
    }
    return 0;
}

static json_t *new_record(const struct ifr_facts *facts, const struct ifr_request *request,
                          const struct dbc_strvec *bridges, const struct ifr_undo *undo,
                          const char *id)
{
    struct dbc_buf boot_id = DBC_BUF_INIT;
    time_t now = time(NULL);
    struct tm utc;
    char since[32];
    json_t *json = NULL;

    ifr_facts_boot_id(facts, &boot_id);
    strftime(since, sizeof since, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    json = json_pack("{s:i, s:s, s:s, s:s, s:s, s:i, s:I, s:s, s:o, s:s, s:o, s:O}", "version", 1,
                     "id", id, "phase", "armed", "boot_id", dbc_buf_str(&boot_id), "since", since,
                     "seconds", (int)request->confirm_s, "deadline", (json_int_t)0, "device",
                     bridges->v[0], "bridges",
                     ifr_json_texts((const char *const *)bridges->v, bridges->n), "command",
                     request->verb == IFR_UP ? "up" : "down", "probes",
                     ifr_json_texts(request->probes, request->n_probes), "undo", undo->record);
    dbc_buf_release(&boot_id);
    return json;
}

/* Removes a record that was written but may not survive a power cut; its change is not made. */
static void drop_unsure(const struct ifr_facts *facts, const char *id)
{
    struct ifr_pending there = { NULL };

    if (ifr_pending_read(facts, &there, NULL) == 0 && there.json != NULL &&
        strcmp(ifr_pending_text(&there, "id"), id) == 0) {
        (void)ifr_pending_remove(facts);
    }
    ifr_pending_release(&there);
}

int ifr_confirm_arm(const struct ifr_facts *facts, const struct ifr_request *request,
                    const struct dbc_strvec *bridges, const struct ifr_undo *undo,
                    struct ifr_pending *ret, struct dbc_error *err)
{
    char id[IFR_CONFIRM_ID + 1];

    if (fresh_id(id, err) < 0) {
        return -1;
    }
    ret->json = new_record(facts, request, bridges, undo, id);
    if (ret->json == NULL) {
        return dbc_fail_nomem(err);
    }
    if (ifr_pending_write(facts, ret, err) < 0) {
        drop_unsure(facts, id);
        ifr_pending_release(ret);
        return -1;
    }
    return 0;
}

int ifr_confirm_keep(const struct ifr_facts *facts, struct ifr_pending *pending,
                     const struct ifr_undo *undo, struct dbc_error *err)
{
    if (json_object_set(pending->json, "undo", undo->record) != 0) {
        return dbc_fail_nomem(err);
    }
    return ifr_pending_write(facts, pending, err);
}

static int start_guardian(const struct ifr_host *host, const struct ifr_pending *pending,
                          struct dbc_error *err)
{
    const char *id = ifr_pending_text(pending, "id");
    struct dbc_strvec argv = DBC_STRVEC_INIT;
    int rc = -1;

    dbc_strvec_pushl(&argv, "interface-reconfigure", "guardian", id, NULL);
    if (*host->prefix != '\0') {
        dbc_strvec_pushf(&argv, "--root-prefix=%s", host->prefix);
    }
    rc = argv.failed ? dbc_fail_nomem(err)
                     : host->runner->detach(host->runner, (const char *const *)argv.v, err);
    dbc_strvec_release(&argv);
    return rc;
}

static int wait_for_confirm(const struct ifr_host *host, const struct ifr_facts *facts,
                            struct ifr_pending *pending, unsigned seconds, const char *save,
                            struct dbc_error *err)
{
    json_int_t deadline = dbc_boot_ms() + (json_int_t)seconds * 1000;

    if (json_object_set_new(pending->json, "deadline", json_integer(deadline)) != 0 ||
        (save != NULL && json_object_set_new(pending->json, "save", json_string(save)) != 0)) {
        return dbc_fail_nomem(err);
    }
    if (ifr_pending_set_phase(facts, pending, IFR_APPLIED, err) < 0 ||
        start_guardian(host, pending, err) < 0) {
        return -1;
    }
    dbc_logf(host->log, DBC_LOG_WARNING,
             "the change goes back in %u seconds unless it is confirmed: "
             "interface-reconfigure confirm %s",
             seconds, ifr_pending_text(pending, "id"));
    return 0;
}

int ifr_confirm_applied(const struct ifr_host *host, const struct ifr_facts *facts,
                        struct ifr_pending *pending, unsigned seconds, const char *save,
                        struct dbc_error *err)
{
    if (wait_for_confirm(host, facts, pending, seconds, save, err) == 0) {
        return 0;
    }
    ifr_confirm_failed(host, facts, pending, err);
    return -1;
}

void ifr_confirm_failed(const struct ifr_host *host, const struct ifr_facts *facts,
                        struct ifr_pending *pending, struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;
    const struct dbc_error failure = *err;
    int rc = ifr_confirm_go_back(host, facts, pending, &why);

    dbc_error_clear(err);
    dbc_fail_at(err, failure.code, failure.file, failure.line, failure.column, "%s; %s",
                failure.text, rc == 0 ? "the change was taken back" : why.text);
    ifr_pending_release(pending);
}

/* ---- What is left of an earlier run ---------------------------------------------------------- */

/* Saves the cache of a confirmed change.  The text stays in the record until that is done, so that
 * it can be tried again. */
static int save_cache(const struct ifr_host *host, const struct ifr_facts *facts,
                      struct ifr_pending *pending, struct dbc_error *err)
{
    const char *text = json_string_value(json_object_get(pending->json, "save"));
    struct dbc_buf before = DBC_BUF_INIT;
    const char *cache = ifr_facts_cache_path(facts);
    int rc = 0;

    if (text == NULL) {
        return 0;
    }
    ifr_history_before(facts, &before);
    rc = ifr_facts_replace(facts, cache, text, strlen(text), CACHE_MODE, err);
    if (rc == 0) {
        ifr_history_save(facts, host->log, &before, "confirm");
        json_object_del(pending->json, "save");
        rc = ifr_pending_write(facts, pending, err);
    }
    dbc_buf_release(&before);
    return rc;
}

/* Returns whether the change can still be confirmed. */
static bool in_time(const struct ifr_facts *facts, const struct ifr_pending *pending)
{
    return ifr_pending_is_of_this_boot(facts, pending) && ifr_pending_left(pending) > 0;
}

static bool is_alive(const struct ifr_facts *facts, const struct ifr_pending *pending)
{
    json_int_t pid = json_integer_value(json_object_get(pending->json, "guardian"));
    const char *id = ifr_pending_text(pending, "id");
    struct dbc_buf text = DBC_BUF_INIT;
    bool alive =
        ifr_facts_cmdline(facts, pid, &text) && memmem(text.data, text.len, id, strlen(id)) != NULL;

    dbc_buf_release(&text);
    return alive;
}

static int refuse(const struct ifr_pending *pending, struct dbc_error *err)
{
    const char *id = ifr_pending_text(pending, "id");
    const char *device = ifr_pending_text(pending, "device");

    if (ifr_pending_phase(pending) != IFR_APPLIED) {
        return dbc_fail(err, DBC_EBUSY,
                        "a change of %s was not finished; first: interface-reconfigure revert %s",
                        device, id);
    }
    return dbc_fail(err, DBC_EBUSY,
                    "a change of %s waits to be confirmed, for %lld s more; first: "
                    "interface-reconfigure confirm %s, or revert %s",
                    device, (long long)(ifr_pending_left(pending) / 1000), id, id);
}

/* Returns whether the change still waits and has a guardian; starts one where it is dead. */
static bool is_guarded(const struct ifr_host *host, const struct ifr_facts *facts,
                       const struct ifr_pending *pending)
{
    struct dbc_error why = DBC_ERROR_INIT;
    bool guarded = ifr_pending_phase(pending) == IFR_APPLIED && in_time(facts, pending) &&
                   (is_alive(facts, pending) || start_guardian(host, pending, &why) == 0);

    if (why.code != DBC_OK) {
        dbc_log_error(host->log, &why);
    }
    return guarded;
}

/* Something that could not be restored is logged and stops nothing.  A record that still says that
 * the change waits does stop the caller, since going back later would undo newer changes.  It does
 * not after a reboot: then only files go back, and a host without a network is worse. */
static int finish(const struct ifr_host *host, const struct ifr_facts *facts,
                  struct ifr_pending *pending, struct dbc_error *err)
{
    struct ifr_host ours = *host;
    struct dbc_error why = DBC_ERROR_INIT;

    ours.left = NULL; /* it is not the caller's change */
    if (ifr_confirm_go_back(&ours, facts, pending, &why) == 0 || why.code == DBC_ECOMMAND) {
        return 0;
    }
    if (!ifr_pending_is_of_this_boot(facts, pending)) {
        dbc_log_error(host->log, &why);
        return 0;
    }
    return dbc_fail(err, why.code, "%s", why.text);
}

static int settle(const struct ifr_host *host, const struct ifr_facts *facts,
                  struct ifr_pending *pending, struct dbc_error *err)
{
    enum ifr_phase phase = ifr_pending_phase(pending);

    if (phase == IFR_CONFIRMED) {
        return save_cache(host, facts, pending, err);
    }
    if (phase == IFR_REVERTED) {
        return 0;
    }
    return is_guarded(host, facts, pending) ? refuse(pending, err)
                                            : finish(host, facts, pending, err);
}

int ifr_confirm_settle(const struct ifr_host *host, const struct ifr_facts *facts,
                       struct dbc_error *err)
{
    struct ifr_pending pending = { NULL };
    struct dbc_error why = DBC_ERROR_INIT;
    int rc = ifr_pending_read(facts, &pending, &why);

    if (rc < 0 && host->comes_up) {
        dbc_log_error(host->log, &why);
        return 0;
    }
    if (rc < 0) {
        return dbc_fail_at(err, why.code, why.file, why.line, why.column, "%s", why.text);
    }
    if (pending.json != NULL) {
        rc = settle(host, facts, &pending, err);
    }
    ifr_pending_release(&pending);
    return rc;
}

int ifr_confirm_check(const struct ifr_facts *facts, struct dbc_error *err)
{
    struct ifr_pending pending = { NULL };
    int rc = ifr_pending_read(facts, &pending, err);

    if (rc == 0 && pending.json != NULL && ifr_pending_phase(&pending) != IFR_CONFIRMED &&
        ifr_pending_phase(&pending) != IFR_REVERTED) {
        rc = refuse(&pending, err);
    }
    ifr_pending_release(&pending);
    return rc;
}

/* ---- The verbs ------------------------------------------------------------------------------ */

/* The record while the host's lock is held. */
struct held {
    struct ifr_facts *facts;
    struct ifr_pending pending;
    int lock;
};

static void let_go(struct held *held)
{
    ifr_pending_release(&held->pending);
    dbc_lock_drop(held->lock);
    ifr_facts_free(held->facts);
}

static int hold(const struct ifr_host *host, struct held *held, struct dbc_error *err)
{
    *held = (struct held){ .lock = -1 };
    held->facts = ifr_facts_new(host->prefix, host->runner, host->log, err);
    if (held->facts == NULL) {
        return -1;
    }
    held->lock = ifr_lock_host(host, held->facts, err);
    return held->lock < 0 ? -1 : ifr_pending_read(held->facts, &held->pending, err);
}

static bool is_meant(const struct ifr_pending *pending, const char *id)
{
    return pending->json != NULL &&
           (id == NULL || strcmp(id, ifr_pending_text(pending, "id")) == 0);
}

static int nothing_waits(const struct ifr_pending *pending, const char *id, struct dbc_error *err)
{
    if (id != NULL && pending->json != NULL) {
        return dbc_fail(err, DBC_ENOENT, "no change %s: the last one is %s", id,
                        ifr_pending_text(pending, "id"));
    }
    return dbc_fail(err, DBC_ENOENT, "no change waits to be confirmed");
}

static int too_late(const struct held *held, struct dbc_error *err)
{
    return dbc_fail(err, DBC_ECONFLICT, "too late: the change %s was taken back",
                    ifr_pending_text(&held->pending, "id"));
}

static int confirm_held(const struct ifr_host *host, struct held *held, const char *id,
                        struct dbc_error *err)
{
    if (!is_meant(&held->pending, id)) {
        return nothing_waits(&held->pending, id, err);
    }
    switch (ifr_pending_phase(&held->pending)) {
    case IFR_CONFIRMED:
        return id != NULL || json_object_get(held->pending.json, "save") != NULL
                   ? save_cache(host, held->facts, &held->pending, err)
                   : nothing_waits(&held->pending, id, err);
    case IFR_REVERTING:
    case IFR_REVERTED:
        return too_late(held, err);
    case IFR_ARMED:
    case IFR_N_PHASES:
        return dbc_fail(err, DBC_ECONFLICT, "the change %s was never finished",
                        ifr_pending_text(&held->pending, "id"));
    case IFR_APPLIED:
        break;
    }
    if (!in_time(held->facts, &held->pending)) {
        return ifr_confirm_go_back(host, held->facts, &held->pending, err) < 0
                   ? -1
                   : too_late(held, err);
    }
    /* Before the cache, so that no other process takes back what the cache already says. */
    if (ifr_pending_set_phase(held->facts, &held->pending, IFR_CONFIRMED, err) < 0) {
        return -1;
    }
    return save_cache(host, held->facts, &held->pending, err);
}

int ifr_confirm(const struct ifr_host *host, const char *id, struct dbc_error *err)
{
    struct held held;
    int rc = hold(host, &held, err);

    if (rc == 0) {
        rc = confirm_held(host, &held, id, err);
    }
    let_go(&held);
    return rc;
}

int ifr_revert(const struct ifr_host *host, const char *id, struct dbc_error *err)
{
    struct held held;
    int rc = hold(host, &held, err);
    enum ifr_phase phase = IFR_N_PHASES;

    if (rc == 0 && held.pending.json != NULL) {
        phase = ifr_pending_phase(&held.pending);
    }
    if (rc == 0 && (!is_meant(&held.pending, id) || phase == IFR_REVERTED)) {
        rc = nothing_waits(&held.pending, id, err);
    } else if (rc == 0 && phase == IFR_CONFIRMED) {
        rc = dbc_fail(err, DBC_ECONFLICT, "the change %s was confirmed",
                      ifr_pending_text(&held.pending, "id"));
    } else if (rc == 0) {
        rc = ifr_confirm_go_back(host, held.facts, &held.pending, err);
    }
    let_go(&held);
    return rc;
}

/* ---- Showing -------------------------------------------------------------------------------- */

static int show_json(const struct ifr_pending *pending, struct dbc_buf *out, struct dbc_error *err)
{
    const json_t *undo = json_object_get(pending->json, "undo");
    json_t *json =
        json_pack("{s:s, s:s, s:s, s:O*, s:s, s:s, s:I, s:I, s:O*, s:o, s:o, s:I}", "id",
                  ifr_pending_text(pending, "id"), "phase", ifr_pending_text(pending, "phase"),
                  "device", ifr_pending_text(pending, "device"), "bridges",
                  json_object_get(pending->json, "bridges"), "command",
                  ifr_pending_text(pending, "command"), "since", ifr_pending_text(pending, "since"),
                  "seconds", json_integer_value(json_object_get(pending->json, "seconds")),
                  "left_ms", (json_int_t)ifr_pending_left(pending), "probes",
                  json_object_get(pending->json, "probes"), "devices",
                  ifr_json_names(json_object_get(undo, "devices")), "files",
                  ifr_json_names(json_object_get(undo, "files")), "edits",
                  (json_int_t)json_array_size(json_object_get(undo, "edits")));
    int rc = json != NULL && json_dump_callback(json, dbc_buf_sink, out, JSON_INDENT(2)) == 0
                 ? 0
                 : dbc_fail_nomem(err);

    dbc_buf_addc(out, '\n');
    json_decref(json);
    return rc;
}

static void add_names(const json_t *object, const char *what, struct dbc_buf *out)
{
    const char *name = NULL, *comma = " ";
    json_t *value = NULL;

    dbc_buf_addf(out, "  %s:", what);
    json_object_foreach((json_t *)(uintptr_t)object, name, value)
    {
        dbc_buf_adds(out, comma);
        dbc_buf_add_printable(out, name);
        comma = ", ";
    }
    dbc_buf_addc(out, '\n');
}

static void add_bridges(const struct ifr_pending *pending, struct dbc_buf *out)
{
    const json_t *bridges = json_object_get(pending->json, "bridges");

    dbc_buf_adds(out, ifr_pending_text(pending, "device"));
    for (size_t i = 1; i < json_array_size(bridges); i++) {
        dbc_buf_addf(out, ", %s", json_string_value(json_array_get(bridges, i)));
    }
}

static void show_text(const struct ifr_pending *pending, struct dbc_buf *out)
{
    const json_t *undo = json_object_get(pending->json, "undo");

    dbc_buf_addf(out, "The change %s waits to be confirmed.\n", ifr_pending_text(pending, "id"));
    dbc_buf_adds(out, "  ");
    add_bridges(pending, out);
    dbc_buf_addf(out, " %s, since ", ifr_pending_text(pending, "command"));
    dbc_buf_add_printable(out, ifr_pending_text(pending, "since"));
    dbc_buf_addf(out, "; it goes back in %lld s\n", (long long)(ifr_pending_left(pending) / 1000));
    add_names(json_object_get(undo, "devices"), "devices", out);
    add_names(json_object_get(undo, "files"), "files", out);
    dbc_buf_addf(out, "  Open vSwitch: %zu edits\n",
                 json_array_size(json_object_get(undo, "edits")));
}

int ifr_show_pending(const struct ifr_host *host, bool json, bool *waits, struct dbc_buf *out,
                     struct dbc_error *err)
{
    struct ifr_facts *facts = ifr_facts_new(host->prefix, host->runner, host->log, err);
    struct ifr_pending pending = { NULL };
    int rc = facts != NULL ? ifr_pending_read(facts, &pending, err) : -1;
    enum ifr_phase phase = pending.json != NULL ? ifr_pending_phase(&pending) : IFR_REVERTED;

    *waits = phase != IFR_CONFIRMED && phase != IFR_REVERTED;
    if (rc == 0 && json && *waits) {
        rc = show_json(&pending, out, err);
    } else if (rc == 0 && json) {
        dbc_buf_adds(out, "{}\n");
    } else if (rc == 0 && *waits) {
        show_text(&pending, out);
    } else if (rc == 0) {
        dbc_buf_adds(out, "No change waits to be confirmed.\n");
    }
    ifr_pending_release(&pending);
    ifr_facts_free(facts);
    return rc;
}
