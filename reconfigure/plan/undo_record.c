/* undo_record.c - makes the record of the way back, before and after the change (undo.h). */
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/limits.h"
#include "reconfigure/plan/undo.h"

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
    const struct ifr_attribute *rows = ifr_attributes(IFR_LINK);
    json_t *device = json_object();

    for (size_t i = 0; i < IFR_N_LINK && device != NULL; i++) {
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

/* Bytes that JSON cannot hold as text are kept as hexadecimal digits. */
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
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_error why = DBC_ERROR_INIT;
    char full[PATH_MAX];
    int rc = ifr_facts_path(facts, path, full, &why);

    if (rc == 0 && !is_noted(undo, "files", path)) {
        rc = dbc_file_read(full, DBC_LIMIT_FILE_BYTES, &text, &why);
        if (rc == 0) {
            rc = put(undo, "files", path, file_json(full, &text), &why);
        } else if (why.code == DBC_ENOENT) {
            rc = put(undo, "files", path, json_null(), &why);
        }
    }
    if (rc < 0 && err != NULL) {
        *err = why;
    }
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

/* Keeps only the lines that are flows; the first line is a header. */
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

/* ---- After the change ----------------------------------------------------------------------- */

static int note_devices(struct ifr_undo *after, const json_t *devices, const struct ifr_live *live,
                        const struct ifr_facts *facts, struct dbc_error *err)
{
    const struct ifr_live kernel = { .kernel = live->kernel };
    struct ifr_state now = { 0 };
    int rc = ifr_observe(&kernel, &now, err);
    const char *name = NULL;
    json_t *device = NULL;

    json_object_foreach((json_t *)(uintptr_t)devices, name, device)
    {
        if (rc == 0) {
            rc = ifr_undo_device(after, &kernel, facts, &now, name, err);
        }
    }
    ifr_state_release(&now);
    return rc;
}

int ifr_undo_after(struct ifr_undo *undo, const struct ifr_live *live,
                   const struct ifr_facts *facts, struct dbc_error *err)
{
    struct ifr_undo after = { NULL };
    const char *path = NULL;
    json_t *file = NULL;
    int rc = ifr_undo_new(&after, err);

    if (rc == 0) {
        rc = note_devices(&after, json_object_get(undo->record, "devices"), live, facts, err);
    }
    json_object_foreach(json_object_get(undo->record, "files"), path, file)
    {
        if (rc == 0) {
            rc = ifr_undo_file(&after, facts, path, err);
        }
    }
    if (rc == 0 && json_object_set(undo->record, "after", after.record) != 0) {
        rc = dbc_fail_nomem(err);
    }
    ifr_undo_release(&after);
    return rc;
}
