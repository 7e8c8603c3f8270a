/* step.c - the table of step kinds (step.h), how each is shown, and the simple ones: notes, files,
 * the cache and sysfs.  The other step_*.c do the rest. */
#include "reconfigure/plan/step.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "xml/writer.h"

/* ---- Notes. --------------------------------------------------------------------------------- */

static int note_apply(struct ifr_walk *walk, const struct ifr_step *step, struct dbc_error *err)
{
    (void)err;
    dbc_logf(walk->log, DBC_LOG_INFO, "%s", step->text);
    return 0;
}

/* ---- Files. --------------------------------------------------------------------------------- */

static int files_apply(struct ifr_walk *walk, const struct ifr_step *step, struct dbc_error *err)
{
    (void)step;
    return walk->files ? dbc_fileset_apply(walk->files, err) : 0;
}

static int files_undo(struct ifr_walk *walk, const struct ifr_step *step, struct dbc_error *err)
{
    (void)step;
    return walk->files ? dbc_fileset_revert(walk->files, err) : 0;
}

/* Does not fail: the host is as wanted, and the next run removes an old file that stays. */
static int commit_apply(struct ifr_walk *walk, const struct ifr_step *step, struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;

    (void)step;
    (void)err;
    walk->committed = true;
    if (walk->files && dbc_fileset_commit(walk->files, &why) < 0) {
        dbc_logf(walk->log, DBC_LOG_WARNING, "the change is made, but %s", why.text);
    }
    return 0;
}

static void save_print(const struct ifr_step *step, struct dbc_buf *out)
{
    dbc_buf_addf(out, "save the records of XAPI as %s", step->path);
}

static int save_apply(struct ifr_walk *walk, const struct ifr_step *step, struct dbc_error *err)
{
    char path[PATH_MAX];

    return ifr_facts_path(walk->facts, step->path, path, err) < 0
               ? -1
               : dbc_xml_write_file(walk->plan->records, path, NULL, err);
}

/* ---- sysfs. --------------------------------------------------------------------------------- */

static void sysfs_print(const struct ifr_step *step, struct dbc_buf *out)
{
    dbc_buf_adds(out, "write \"");
    dbc_buf_add_printable(out, step->text);
    dbc_buf_adds(out, "\" to ");
    dbc_buf_add_printable(out, step->path);
}

/* 0, or an errno. */
static int write_once(const char *path, const char *text)
{
    int failure = 0;
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return errno;
    }
    if (write(fd, text, strlen(text)) < 0) {
        failure = errno;
    }
    close(fd);
    return failure;
}

/* The kernel refuses to delete a bond that is still in use: EBUSY, or EPERM before 2.6.31. */
static bool may_pass(int failure)
{
    return failure == EBUSY || failure == EPERM || failure == EAGAIN || failure == EINTR;
}

static int write_sysfs(struct ifr_walk *walk, const struct ifr_step *step, const char *text,
                       unsigned attempts, struct dbc_error *err)
{
    char path[PATH_MAX];
    int failure = 0;
    int rc = ifr_facts_path(walk->facts, step->path, path, err);

    for (unsigned left = attempts; rc == 0 && left > 0; left--) {
        if (attempts > 1) {
            dbc_logf(walk->log, DBC_LOG_INFO, "Destroying bond master %s (%u attempts remain)",
                     text + strspn(text, "-"), left - 1);
        }
        failure = write_once(path, text);
        if (!may_pass(failure)) {
            break;
        }
        if (left > 1) {
            dbc_sleep_ms(1000);
        }
    }
    if (rc == 0 && failure != 0) {
        rc = dbc_fail_errno(err, failure, "cannot write \"%s\" to %s", text, step->path);
    }
    return rc;
}

static int sysfs_apply(struct ifr_walk *walk, const struct ifr_step *step, struct dbc_error *err)
{
    return write_sysfs(walk, step, step->text, step->attempts ? step->attempts : 1, err);
}

static int sysfs_undo(struct ifr_walk *walk, const struct ifr_step *step, struct dbc_error *err)
{
    struct dbc_buf opposite = DBC_BUF_INIT;
    int rc = -1;
    if (step->undo.n > 0) {
        return ifr_step_run_undo(walk, step, err);
    }
    if (step->text[0] != '+' && step->text[0] != '-') {
        return 0;
    }
    dbc_buf_addc(&opposite, step->text[0] == '+' ? '-' : '+');
    dbc_buf_adds(&opposite, step->text + 1);
    rc = opposite.failed ? dbc_fail_nomem(err) : write_sysfs(walk, step, opposite.data, 1, err);
    dbc_buf_release(&opposite);
    return rc;
}

/* ---- How the other kinds are shown (the other step_*.c do them). ---------------------------- */

static void flows_print(const struct ifr_step *step, struct dbc_buf *out)
{
    dbc_buf_adds(out, "ask the OpenFlow ports of ");
    dbc_strvec_join(&step->ports, out);
    dbc_buf_addf(out, " and add the flows that keep management (%s) reachable through %s",
                 step->text, step->path);
}

static void ovsdb_print(const struct ifr_step *step, struct dbc_buf *out)
{
    dbc_buf_addf(out, "change Open vSwitch's database in one transaction (%zu edits)",
                 json_array_size(step->edits.list));
}

static void link_print(const struct ifr_step *step, struct dbc_buf *out)
{
    dbc_buf_addf(out, "set device %s", step->path);
    if (step->text) {
        dbc_buf_addf(out, " %s", step->text);
    }
    if (step->mtu > 0) {
        dbc_buf_addf(out, " mtu %u", step->mtu);
    }
    for (size_t i = 0; i + 1 < step->options.n; i += 2) {
        dbc_buf_addf(out, ", %s %s", step->options.v[i], step->options.v[i + 1]);
    }
}

static void forget_print(const struct ifr_step *step, struct dbc_buf *out)
{
    dbc_buf_addf(out, "take %s off %s", step->text, step->path);
}

static const struct ifr_step_type types[IFR_N_STEP_KINDS] = {
    [IFR_STEP_NOTE] = { "note", NULL, NULL, note_apply, NULL },
    [IFR_STEP_COMMAND] = { "command", NULL, NULL, ifr_step_command_apply, ifr_step_run_undo },
    [IFR_STEP_FILES] = { "files", "put the changed files in place", NULL, files_apply, files_undo },
    [IFR_STEP_COMMIT] = { "commit", "keep the changed files", NULL, commit_apply, NULL },
    [IFR_STEP_SYSFS] = { "sysfs", NULL, sysfs_print, sysfs_apply, sysfs_undo },
    [IFR_STEP_FLOWS] = { "flows", NULL, flows_print, ifr_step_flows_apply, NULL },
    [IFR_STEP_OVSDB] = { "ovsdb", NULL, ovsdb_print, ifr_step_ovsdb_apply, ifr_step_ovsdb_undo },
    [IFR_STEP_LINK] = { "link", NULL, link_print, ifr_step_link_apply, NULL },
    [IFR_STEP_FORGET] = { "forget", NULL, forget_print, ifr_step_forget_apply, NULL },
    [IFR_STEP_KEEP] = { "keep",
                        "add again addresses and routes that the change removes as a side effect",
                        NULL, ifr_step_keep_apply, NULL },
    [IFR_STEP_VERIFY] = { "verify", "look at the host again: it must be as wanted", NULL,
                          ifr_step_verify_apply, NULL },
    [IFR_STEP_SAVE] = { "save", NULL, save_print, save_apply, NULL },
};

const struct ifr_step_type *ifr_step_type(enum ifr_step_kind kind)
{
    return &types[kind];
}
