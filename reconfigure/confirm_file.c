/* confirm_file.c - reads, checks and writes the record of a change that waits to be confirmed
 * (confirm.h). */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/valid.h"
#include "reconfigure/confirm.h"

/* Holds the id of a change that goes back though its record cannot be written; a boot clears it. */
#define MARK "/var/run/dbcache-reverting"

#define VERSION 1

static const char *const phases[IFR_N_PHASES] = { "armed", "applied", "confirmed", "reverting",
                                                  "reverted" };

static int path_of(const struct ifr_facts *facts, char out[PATH_MAX], struct dbc_error *err)
{
    const char *cache = ifr_facts_cache_path(facts);
    char path[64];

    snprintf(path, sizeof path, "%.*s" IFR_CONFIRM_FILE, (int)(strrchr(cache, '/') + 1 - cache),
             cache);
    return ifr_facts_path(facts, path, out, err);
}

/* ---- Reading: the file is hostile ------------------------------------------------------------ */

static int check_owner(const char *path, struct dbc_error *err)
{
    struct stat st;

    if (lstat(path, &st) < 0) {
        return dbc_fail_errno(err, errno, "cannot look at %s", path);
    }
    if (!S_ISREG(st.st_mode) || (st.st_uid != 0 && st.st_uid != geteuid()) ||
        (st.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return dbc_fail(err, DBC_EINVAL,
                        "%s is not to be trusted: it must be a file of root that nobody else may "
                        "write; look at it, and remove it",
                        path);
    }
    return 0;
}

static bool is_hex(const char *text)
{
    return strlen(text) == IFR_CONFIRM_ID && strspn(text, "0123456789abcdef") == IFR_CONFIRM_ID;
}

static int find_phase(const char *text)
{
    for (int i = 0; i < IFR_N_PHASES; i++) {
        if (strcmp(phases[i], text) == 0) {
            return i;
        }
    }
    return -1;
}

static int check_probes(const json_t *probes, struct dbc_error *err)
{
    if (!json_is_array(probes) || json_array_size(probes) > IFR_PROBES_MAX) {
        return dbc_fail(err, DBC_EPARSE, "the record has no list of probes, or too many");
    }
    for (size_t i = 0; i < json_array_size(probes); i++) {
        const char *text = json_string_value(json_array_get(probes, i));
        if (text == NULL || strspn(text, "0123456789abcdefABCDEF:.") != strlen(text)) {
            return dbc_fail(err, DBC_EPARSE, "the record has a probe that is no address");
        }
    }
    return 0;
}

static int check_bridges(const json_t *bridges, const char *device, struct dbc_error *err)
{
    size_t n = json_array_size(bridges);
    const char *first = json_string_value(json_array_get(bridges, 0));
    bool good = first != NULL && strcmp(first, device) == 0;

    for (size_t i = 0; i < n && good; i++) {
        good = dbc_valid_ifname(json_string_value(json_array_get(bridges, i)));
    }
    return good ? 0 : dbc_fail(err, DBC_EPARSE, "the record's bridges cannot be used");
}

/* Checks the values that decide nothing by themselves. */
static int check_kinds(const struct ifr_pending *pending, struct dbc_error *err)
{
    static const char *const texts[] = { "boot_id", "since" };
    const char *command = ifr_pending_text(pending, "command");
    const json_t *save = json_object_get(pending->json, "save");

    if (json_integer_value(json_object_get(pending->json, "version")) != VERSION) {
        return dbc_fail(err, DBC_EPARSE, "the record is not of version %d", VERSION);
    }
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (!json_is_string(json_object_get(pending->json, texts[i]))) {
            return dbc_fail(err, DBC_EPARSE, "the record has no %s", texts[i]);
        }
    }
    if ((strcmp(command, "up") != 0 && strcmp(command, "down") != 0) ||
        (save != NULL && !json_is_string(save))) {
        return dbc_fail(err, DBC_EPARSE, "the record's command or cache cannot be used");
    }
    return 0;
}

static int check(const struct ifr_pending *pending, struct dbc_error *err)
{
    const char *device = ifr_pending_text(pending, "device");

    if (!is_hex(ifr_pending_text(pending, "id")) ||
        find_phase(ifr_pending_text(pending, "phase")) < 0 || !dbc_valid_ifname(device) ||
        !json_is_integer(json_object_get(pending->json, "deadline")) ||
        json_integer_value(json_object_get(pending->json, "deadline")) < 0) {
        return dbc_fail(err, DBC_EPARSE, "the record has no usable id, phase, device or deadline");
    }
    if (check_kinds(pending, err) < 0 ||
        check_bridges(json_object_get(pending->json, "bridges"), device, err) < 0 ||
        check_probes(json_object_get(pending->json, "probes"), err) < 0) {
        return -1;
    }
    return ifr_undo_check(json_object_get(pending->json, "undo"), err);
}

static int parse(const char *path, const struct dbc_buf *text, struct ifr_pending *ret,
                 struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;

    ret->json = json_loadb(dbc_buf_str(text), text->len, JSON_REJECT_DUPLICATES, NULL);
    if (ret->json == NULL) {
        return dbc_fail_at(err, DBC_EPARSE, path, 0, 0, "no JSON; look at it, and remove it");
    }
    if (check(ret, &why) < 0) {
        ifr_pending_release(ret);
        return dbc_fail_at(err, why.code, path, 0, 0, "%s; look at it, and remove it", why.text);
    }
    return 0;
}

/* ---- A change that goes back though its record cannot be written ----------------------------- */

int ifr_pending_mark(const struct ifr_facts *facts, const struct ifr_pending *pending,
                     struct dbc_error *err)
{
    const char *id = ifr_pending_text(pending, "id");

    return ifr_facts_replace(facts, MARK, id, strlen(id), 0600, err);
}

static bool is_marked(const struct ifr_facts *facts, const struct ifr_pending *pending)
{
    struct dbc_buf id = DBC_BUF_INIT;
    char path[PATH_MAX];
    bool marked = ifr_facts_path(facts, MARK, path, NULL) == 0 &&
                  dbc_file_read(path, IFR_CONFIRM_ID, &id, NULL) == 0 &&
                  strcmp(dbc_buf_str(&id), ifr_pending_text(pending, "id")) == 0;

    dbc_buf_release(&id);
    return marked;
}

static int heed_mark(const struct ifr_facts *facts, struct ifr_pending *pending,
                     struct dbc_error *err)
{
    enum ifr_phase phase = ifr_pending_phase(pending);

    if ((phase != IFR_ARMED && phase != IFR_APPLIED) || !is_marked(facts, pending)) {
        return 0;
    }
    return json_object_set_new(pending->json, "phase", json_string(phases[IFR_REVERTING])) == 0
               ? 0
               : dbc_fail_nomem(err);
}

/* ---- The file -------------------------------------------------------------------------------- */

int ifr_pending_read(const struct ifr_facts *facts, struct ifr_pending *ret, struct dbc_error *err)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_error why = DBC_ERROR_INIT;
    char path[PATH_MAX];
    int rc = path_of(facts, path, &why);

    ret->json = NULL;
    if (rc == 0) {
        rc = dbc_file_read(path, IFR_UNDO_MAX, &text, &why);
        if (rc < 0 && why.code == DBC_ENOENT) {
            dbc_error_clear(&why);
            rc = 0;
        } else if (rc == 0) {
            rc = check_owner(path, &why) < 0 || parse(path, &text, ret, &why) < 0
                     ? -1
                     : heed_mark(facts, ret, &why);
        }
    }
    if (rc < 0 && err != NULL) {
        *err = why;
    }
    dbc_buf_release(&text);
    return rc;
}

int ifr_pending_write(const struct ifr_facts *facts, const struct ifr_pending *pending,
                      struct dbc_error *err)
{
    struct dbc_buf text = DBC_BUF_INIT;
    char path[PATH_MAX];
    int rc = path_of(facts, path, err);

    if (rc == 0 && json_dump_callback(pending->json, dbc_buf_sink, &text, JSON_INDENT(1)) < 0) {
        rc = dbc_fail_nomem(err);
    }
    if (rc == 0) {
        (void)chmod(path, 0600); /* a new file takes over the mode of an old one */
        rc = dbc_file_replace(path, dbc_buf_str(&text), text.len, 0600, err);
    }
    dbc_buf_release(&text);
    return rc;
}

bool ifr_pending_remove(const struct ifr_facts *facts)
{
    char path[PATH_MAX];
    int folder = -1;
    bool gone = path_of(facts, path, NULL) == 0 && (unlink(path) == 0 || errno == ENOENT);

    if (gone) {
        *strrchr(path, '/') = '\0';
        folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        gone = folder >= 0 && fsync(folder) == 0;
    }
    if (folder >= 0) {
        close(folder);
    }
    return gone;
}

void ifr_pending_release(struct ifr_pending *pending)
{
    json_decref(pending->json);
    pending->json = NULL;
}

/* ---- What it says --------------------------------------------------------------------------- */

const char *ifr_pending_text(const struct ifr_pending *pending, const char *key)
{
    return ifr_json_text(pending->json, key);
}

enum ifr_phase ifr_pending_phase(const struct ifr_pending *pending)
{
    return (enum ifr_phase)find_phase(ifr_pending_text(pending, "phase"));
}

int ifr_pending_set_phase(const struct ifr_facts *facts, struct ifr_pending *pending,
                          enum ifr_phase phase, struct dbc_error *err)
{
    if (json_object_set_new(pending->json, "phase", json_string(phases[phase])) != 0) {
        return dbc_fail_nomem(err);
    }
    return ifr_pending_write(facts, pending, err);
}

int64_t ifr_pending_left(const struct ifr_pending *pending)
{
    int64_t left = json_integer_value(json_object_get(pending->json, "deadline")) - dbc_boot_ms();

    return left > 0 ? left : 0;
}

bool ifr_pending_is_of_this_boot(const struct ifr_facts *facts, const struct ifr_pending *pending)
{
    struct dbc_buf now = DBC_BUF_INIT;
    bool same = false;

    ifr_facts_boot_id(facts, &now);
    same = now.len > 0 && strcmp(now.data, ifr_pending_text(pending, "boot_id")) == 0;
    dbc_buf_release(&now);
    return same;
}
