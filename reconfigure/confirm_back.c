/* confirm_back.c - takes back a change that was to be confirmed (confirm.h).  Whatever fails, the
 * network goes back as far as it can. */
#include "reconfigure/confirm.h"
#include "reconfigure/state/edits.h"

/* What is needed to save the record half-way, so that another process can complete the way back. */
struct reverting {
    const struct ifr_facts *facts;
    const struct ifr_pending *pending;
};

static int keep_reverting(void *ctx, const struct ifr_undo *undo, struct dbc_error *err)
{
    const struct reverting *reverting = ctx;

    (void)undo; /* it is a part of the record */
    return ifr_pending_write(reverting->facts, reverting->pending, err);
}

/* After a reboot the changed network is gone, and only files are left of the change. */
static int run_undo(const struct ifr_host *host, const struct ifr_facts *facts,
                    const struct ifr_pending *pending, struct dbc_strvec *left,
                    struct dbc_error *err)
{
    struct reverting reverting = { facts, pending };
    const struct ifr_undo_host undo_host = { .facts = facts,
                                             .runner = host->runner,
                                             .log = host->log,
                                             .keep = keep_reverting,
                                             .keep_ctx = &reverting };
    struct ifr_undo undo = { json_object_get(pending->json, "undo") };
    struct ifr_undo files = { NULL };
    int rc = 0;

    if (ifr_pending_is_of_this_boot(facts, pending)) {
        return ifr_undo_run(&undo, &undo_host, ifr_pending_text(pending, "device"), left, err);
    }
    files.record = json_pack("{s:{}, s:{}, s:{}, s:O, s:O*}", "devices", "flows", "added", "files",
                             json_object_get(undo.record, "files"), "after",
                             json_object_get(undo.record, "after"));
    rc = files.record != NULL ? ifr_undo_run(&files, &undo_host, NULL, left, err)
                              : dbc_fail_nomem(err);
    json_decref(files.record);
    return rc;
}

/* From now on the change cannot be confirmed.  A disk that refuses does not stop the way back. */
static void begin(const struct ifr_host *host, const struct ifr_facts *facts,
                  struct ifr_pending *pending)
{
    struct dbc_error why = DBC_ERROR_INIT;

    if (ifr_pending_set_phase(facts, pending, IFR_REVERTING, &why) == 0) {
        return;
    }
    dbc_log_error(host->log, &why);
    dbc_error_clear(&why);
    if (ifr_pending_mark(facts, pending, &why) < 0) {
        dbc_log_error(host->log, &why);
    }
}

/* Ends the record.  A record that cannot be written is removed, since that needs no room; but it
 * stays while something is left that the next run may restore from it. */
static int end_record(const struct ifr_host *host, const struct ifr_facts *facts,
                      struct ifr_pending *pending, bool whole, struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;

    if (ifr_pending_set_phase(facts, pending, IFR_REVERTED, &why) == 0) {
        return 0;
    }
    dbc_log_error(host->log, &why);
    return whole && ifr_pending_remove(facts) ? 0
                                              : dbc_fail(err, why.code,
                                                         "the record of the change still says that "
                                                         "it waits: %s",
                                                         why.text);
}

static int is_back(const struct ifr_host *host, const struct ifr_pending *pending,
                   const struct dbc_strvec *left, const struct dbc_error *unwritten,
                   struct dbc_error *err)
{
    if (left->n == 0 && unwritten->code == DBC_OK) {
        dbc_logf(host->log, DBC_LOG_WARNING, "the change of %s was taken back",
                 ifr_pending_text(pending, "device"));
        return 0;
    }
    if (host->left != NULL) {
        *host->left = true;
    }
    return dbc_fail(err, unwritten->code != DBC_OK ? unwritten->code : DBC_ECOMMAND,
                    "the change was taken back, but not all of it: %s",
                    left->n > 0 ? left->v[0] : unwritten->text);
}

/* What could not be restored does not keep the change pending, since it would wait for ever. */
int ifr_confirm_go_back(const struct ifr_host *host, const struct ifr_facts *facts,
                        struct ifr_pending *pending, struct dbc_error *err)
{
    struct dbc_strvec left = DBC_STRVEC_INIT;
    struct dbc_error why = DBC_ERROR_INIT, unwritten = DBC_ERROR_INIT;
    int rc = 0;

    dbc_logf(host->log, DBC_LOG_WARNING, "taking back the change of %s (%s)",
             ifr_pending_text(pending, "device"), ifr_pending_text(pending, "id"));
    begin(host, facts, pending);
    if (run_undo(host, facts, pending, &left, &why) < 0 && left.n == 0) {
        dbc_strvec_push(&left, why.text);
    }
    ifr_undo_log_left(host->log, &left);
    json_object_set_new(pending->json, "left", ifr_json_texts((const char *const *)left.v, left.n));
    end_record(host, facts, pending, left.n == 0, &unwritten);
    rc = is_back(host, pending, &left, &unwritten, err);
    dbc_strvec_release(&left);
    return rc;
}
