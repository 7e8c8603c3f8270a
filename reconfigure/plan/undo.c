/* undo.c - the record of the way back, and the order of going it (undo.h). */
#include "reconfigure/plan/undo.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "reconfigure/plan/flows.h"
#include "reconfigure/plan/undo_priv.h"
#include "reconfigure/state/edits_undo.h"

#define OVS_PATIENCE_MS 5000
#define OVS_POLL_MS 100

int ifr_undo_new(struct ifr_undo *ret, struct dbc_error *err)
{
    ret->record = json_pack("{s:{}, s:{}, s:{}, s:{}}", "devices", "files", "flows", "added");
    return ret->record != NULL ? 0 : dbc_fail_nomem(err);
}

void ifr_undo_release(struct ifr_undo *undo)
{
    json_decref(undo->record);
    undo->record = NULL;
}

static int put(const struct ifr_undo *undo, const char *part, const char *name, json_t *value,
               struct dbc_error *err)
{
    return json_object_set_new(json_object_get(undo->record, part), name, value) == 0
               ? 0
               : dbc_fail_nomem(err);
}

static bool is_noted(const struct ifr_undo *undo, const char *part, const char *name)
{
    return json_object_get(json_object_get(undo->record, part), name) != NULL;
}

/* ---- Before the change ---------------------------------------------------------------------- */

static json_t *device_json(const struct ifr_object *link)
{
    size_t n = 0;
    const struct ifr_attribute *rows = ifr_attributes(IFR_LINK, &n);
    json_t *device = json_object();

    for (size_t i = 0; i < n && device != NULL; i++) {
        if (link->v[i] != NULL &&
            json_object_set_new(device, rows[i].name, json_string(link->v[i])) != 0) {
            json_decref(device);
            device = NULL;
        }
    }
    return device;
}

int ifr_undo_device(struct ifr_undo *undo, const struct ifr_live *live,
                    const struct ifr_facts *facts, struct ifr_state *seen, const char *device,
                    struct dbc_error *err)
{
    const struct ifr_object *link = ifr_state_find(seen, IFR_LINK, device);

    if (is_noted(undo, "devices", device)) {
        return 0;
    }
    ifr_observe_device(live, facts, seen, device);
    return put(undo, "devices", device, link != NULL ? device_json(link) : json_null(), err);
}

/* Bytes that JSON cannot hold as text stand there as hexadecimal digits. */
static json_t *text_json(const struct dbc_buf *text)
{
    struct dbc_buf digits = DBC_BUF_INIT;
    json_t *value = json_stringn(dbc_buf_str(text), text->len);
    json_t *ret = NULL;

    if (value != NULL && memchr(dbc_buf_str(text), '\0', text->len) == NULL) {
        return json_pack("{s:o}", "text", value);
    }
    json_decref(value);
    for (size_t i = 0; i < text->len; i++) {
        dbc_buf_addf(&digits, "%02x", (unsigned char)text->data[i]);
    }
    ret = digits.failed ? NULL : json_pack("{s:s}", "hex", dbc_buf_str(&digits));
    dbc_buf_release(&digits);
    return ret;
}

static json_t *file_json(const char *path, const struct dbc_buf *text)
{
    struct stat st = { .st_mode = 0644 };
    json_t *file = text_json(text);

    (void)stat(path, &st);
    if (file != NULL && (json_object_set_new(file, "mode", json_integer(st.st_mode & 07777)) != 0 ||
                         json_object_set_new(file, "uid", json_integer(st.st_uid)) != 0 ||
                         json_object_set_new(file, "gid", json_integer(st.st_gid)) != 0)) {
        json_decref(file);
        file = NULL;
    }
    return file;
}

int ifr_undo_file(struct ifr_undo *undo, const struct ifr_facts *facts, const char *path,
                  struct dbc_error *err)
{
    struct dbc_buf full = DBC_BUF_INIT, text = DBC_BUF_INIT;
    struct dbc_error why = DBC_ERROR_INIT;
    int rc = ifr_facts_path(facts, path, &full, &why);

    if (rc == 0 && !is_noted(undo, "files", path)) {
        rc = dbc_file_read(full.data, DBC_LIMIT_FILE_BYTES, &text, &why);
        if (rc == 0) {
            rc = put(undo, "files", path, file_json(full.data, &text), &why);
        } else if (why.code == DBC_ENOENT) {
            rc = put(undo, "files", path, json_null(), &why);
        }
    }
    if (rc < 0 && err != NULL) {
        *err = why;
    }
    dbc_buf_release(&full);
    dbc_buf_release(&text);
    return rc;
}

int ifr_undo_edits(struct ifr_undo *undo, json_t *list, json_t *rows, const char *root,
                   struct dbc_error *err)
{
    return json_object_set(undo->record, "edits", list) == 0 &&
                   json_object_set(undo->record, "rows", rows) == 0 &&
                   json_object_set_new(undo->record, "root", json_string(root)) == 0
               ? 0
               : dbc_fail_nomem(err);
}

/* Only lines that are flows: the first says how the switch answers. */
int ifr_undo_flows(struct ifr_undo *undo, const char *bridge, const char *flows,
                   struct dbc_error *err)
{
    struct dbc_buf text = DBC_BUF_INIT;
    int rc = 0;

    for (const char *line = flows; *line != '\0';) {
        size_t len = strcspn(line, "\n");
        if (memmem(line, len, "actions=", strlen("actions=")) != NULL) {
            dbc_buf_add(&text, line, len);
            dbc_buf_addc(&text, '\n');
        }
        line += len + (line[len] == '\n');
    }
    rc = text.failed ? dbc_fail_nomem(err)
         : is_noted(undo, "flows", bridge)
             ? 0
             : put(undo, "flows", bridge, json_string(dbc_buf_str(&text)), err);
    dbc_buf_release(&text);
    return rc;
}

int ifr_undo_added_flow(struct ifr_undo *undo, const char *bridge, const char *flow,
                        struct dbc_error *err)
{
    if (!is_noted(undo, "added", bridge) && put(undo, "added", bridge, json_array(), err) < 0) {
        return -1;
    }
    return json_array_append_new(json_object_get(json_object_get(undo->record, "added"), bridge),
                                 json_string(flow)) == 0
               ? 0
               : dbc_fail_nomem(err);
}

/* ---- Back ----------------------------------------------------------------------------------- */

/* The new rows have UUIDs from now on, in what is kept as well. */
static int resolve(struct ifr_back *back, json_t *edits, struct dbc_error *err)
{
    const struct ifr_undo_host *host = back->host;
    struct dbc_error why = DBC_ERROR_INIT;

    if (!ifr_edits_have_names(edits)) {
        return 0;
    }
    if (ifr_edits_resolve_by_name(back->live.ovs, edits, json_object_get(back->record, "rows"),
                                  err) < 0) {
        return -1;
    }
    if (host->keep != NULL && host->keep(host->keep_ctx, back->undo, &why) < 0) {
        dbc_log_error(host->log, &why); /* to go back is worth more */
    }
    return 0;
}

static int undo_edits(struct ifr_back *back, json_t *edits, struct dbc_error *err)
{
    const json_t *rows = json_object_get(back->record, "rows");
    const char *root = json_string_value(json_object_get(back->record, "root"));

    if (back->live.ovs == NULL) {
        *err = back->no_ovs;
        return -1;
    }
    return resolve(back, edits, err) < 0 ||
                   ifr_edits_undo(back->live.ovs, edits, rows, root, back->left, err) < 0
               ? -1
               : 0;
}

/* The connection broke, or somebody else changed a row in between, or the answer tells of a failure
 * that need not be the transaction's. */
static bool may_work_again(const struct ifr_back *back, const struct dbc_error *why)
{
    return back->live.ovs != NULL && (ifr_ovsdb_in_doubt(back->live.ovs) || why->code == DBC_EIO ||
                                      why->code == DBC_ECONFLICT || why->code == DBC_ECOMMAND);
}

/* Once more if need be, on a new connection: what is done already is not done again. */
static void back_ovs(struct ifr_back *back)
{
    json_t *edits = json_object_get(back->record, "edits");
    struct dbc_error err = DBC_ERROR_INIT, why = DBC_ERROR_INIT;
    int rc = 0;

    if (edits == NULL) {
        return;
    }
    rc = undo_edits(back, edits, &err);
    if (rc < 0 && may_work_again(back, &err) &&
        ifr_live_connect_again(&back->live, back->host->facts, &why) == 0) {
        dbc_logf(back->host->log, DBC_LOG_WARNING, "%s: asking again", err.text);
        dbc_error_clear(&err);
        rc = undo_edits(back, edits, &err);
    }
    if (rc < 0) {
        ifr_back_failed(back, "Open vSwitch", &err);
    }
}

/* One bridge's flows, from a private file that ovs-ofctl reads. */
static int add_flows(struct ifr_back *back, const char *bridge, const char *flows,
                     struct dbc_error *err)
{
    struct dbc_buf path = DBC_BUF_INIT;
    int fd = -1, rc = ifr_facts_path(back->host->facts, "/var/run/ifr-flows.XXXXXX", &path, err);
    const char *const argv[] = { "/usr/bin/ovs-ofctl", "add-flows", bridge, path.data, NULL };

    if (rc == 0) {
        fd = mkstemp(path.data);
        rc = fd >= 0 && write(fd, flows, strlen(flows)) == (ssize_t)strlen(flows)
                 ? 0
                 : dbc_fail(err, DBC_EIO, "cannot write the flows of %s", bridge);
    }
    if (rc == 0 && !ifr_command_succeeds(back->host->runner, argv, IFR_DEADLINE_QUERY)) {
        rc = dbc_fail(err, DBC_ECOMMAND, "the flows of %s could not be added", bridge);
    }
    if (fd >= 0) {
        close(fd);
        unlink(path.data);
    }
    dbc_buf_release(&path);
    return rc;
}

/* As flows.h makes them. */
static void delete_flow(struct ifr_back *back, const char *bridge, const char *flow)
{
    const char *match = flow + strlen(IFR_FLOW_ADDING);
    const char *end = strstr(match, ",actions=");
    struct dbc_buf text = DBC_BUF_INIT;

    dbc_buf_add(&text, match, end != NULL ? (size_t)(end - match) : strlen(match));
    const char *const argv[] = { "/usr/bin/ovs-ofctl", "--strict", "del-flows", bridge,
                                 dbc_buf_str(&text),   NULL };
    (void)ifr_command_succeeds(back->host->runner, argv, IFR_DEADLINE_QUERY);
    dbc_buf_release(&text);
}

static void delete_added(struct ifr_back *back)
{
    const char *bridge = NULL;
    json_t *flows = NULL;

    json_object_foreach(json_object_get(back->record, "added"), bridge, flows)
    {
        for (size_t i = 0; i < json_array_size(flows); i++) {
            delete_flow(back, bridge, json_string_value(json_array_get(flows, i)));
        }
    }
}

/* Those that the run added go, then the old ones are added: one that was both stays. */
static void back_flows(struct ifr_back *back)
{
    const char *bridge = NULL;
    json_t *flows = NULL;

    delete_added(back);
    json_object_foreach(json_object_get(back->record, "flows"), bridge, flows)
    {
        struct dbc_error err = DBC_ERROR_INIT;
        if (*json_string_value(flows) != '\0' &&
            add_flows(back, bridge, json_string_value(flows), &err) < 0) {
            ifr_back_failed(back, bridge, &err);
        }
    }
}

/* A database that is being started again is waited for. */
static void open_ovs(struct ifr_back *back)
{
    int64_t until = dbc_now_ms() + OVS_PATIENCE_MS;

    while (ifr_live_connect_again(&back->live, back->host->facts, &back->no_ovs) < 0 ||
           back->live.ovs == NULL) {
        if (dbc_now_ms() >= until) {
            break;
        }
        dbc_error_clear(&back->no_ovs);
        dbc_sleep_ms(OVS_POLL_MS);
    }
    if (back->live.ovs == NULL && back->no_ovs.code == DBC_OK) {
        dbc_fail(&back->no_ovs, DBC_ENOENT, "there is no " IFR_OVSDB_SOCKET);
    }
}

static void open_host(struct ifr_back *back)
{
    struct dbc_error err = DBC_ERROR_INIT;

    if (ifr_live_open(back->host->facts, false, &back->live, &err) < 0) {
        ifr_back_failed(back, "the host cannot be observed", &err);
    }
    if (json_object_get(back->record, "edits") != NULL) {
        open_ovs(back);
    }
}

int ifr_undo_run(const struct ifr_undo *undo, const struct ifr_undo_host *host, const char *first,
                 struct dbc_strvec *left, struct dbc_error *err)
{
    struct ifr_back back = {
        .undo = undo, .record = undo->record, .host = host, .first = first, .left = left
    };

    open_host(&back);
    ifr_back_files(&back);
    back_ovs(&back);
    ifr_back_devices(&back);
    ifr_back_clients(&back);
    back_flows(&back);
    ifr_back_compare(&back);
    ifr_live_close(&back.live);
    if (left->failed) {
        return dbc_fail_nomem(err);
    }
    if (back.failure.code != DBC_OK && err != NULL) {
        *err = back.failure;
    }
    return back.failure.code == DBC_OK ? 0 : -1;
}
