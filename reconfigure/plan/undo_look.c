/* undo_look.c - questions of the parts of the way back to the host and the record (undo_priv.h). */
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/valid.h"
#include "reconfigure/plan/undo_priv.h"

void ifr_back_keep(const struct ifr_back *back)
{
    const struct ifr_undo_host *host = back->host;
    struct dbc_error why = DBC_ERROR_INIT;

    if (host->keep != NULL && host->keep(host->keep_ctx, back->undo, &why) < 0) {
        dbc_log_error(host->log, &why);
    }
}

/* ---- Devices -------------------------------------------------------------------------------- */

int ifr_back_look(struct ifr_back *back, struct ifr_state *now)
{
    const struct ifr_live kernel = { .kernel = back->live.kernel };
    struct dbc_error err = DBC_ERROR_INIT;
    const char *name = NULL;
    json_t *device = NULL;

    ifr_state_release(now);
    if (ifr_observe(&kernel, now, &err) < 0) {
        ifr_back_failed(back, "the kernel", &err);
        return -1;
    }
    json_object_foreach(json_object_get(back->record, "devices"), name, device)
    {
        ifr_observe_device(&kernel, back->host->facts, now, name);
    }
    return 0;
}

static bool is_nic(const struct ifr_object *link)
{
    return link->kind == IFR_LINK && ifr_type_is_nic(ifr_object_get(link, IFR_LINK_TYPE));
}

/* A NIC in a bond shows the bond's MAC, not its own. */
static bool was_in_bond(const struct pair *pair)
{
    const json_t *devices = json_object_get(pair->back->record, "devices");
    const char *master = was(pair, IFR_LINK_MASTER);
    const char *type = json_string_value(
        json_object_get(json_object_get(devices, master), attribute_name(IFR_LINK_TYPE)));

    if (type == NULL) {
        type = ifr_object_get(ifr_state_find(pair->now, IFR_LINK, master), IFR_LINK_TYPE);
    }
    return strcmp(type, "bond") == 0;
}

const char *ifr_back_renamed_to(const struct pair *pair)
{
    if (pair->is == NULL || !is_nic(pair->is) || !differs(pair, IFR_LINK_MAC) ||
        *was(pair, IFR_LINK_MAC) == '\0' || was_in_bond(pair)) {
        return NULL;
    }
    for (size_t i = 0; i < pair->now->n; i++) {
        const struct ifr_object *one = pair->now->objects[i];
        if (is_nic(one) &&
            strcmp(ifr_object_get(one, IFR_LINK_MAC), was(pair, IFR_LINK_MAC)) == 0) {
            return one->name;
        }
    }
    return NULL;
}

bool ifr_back_may_set_mac(const struct pair *pair)
{
    const char *type = ifr_object_get(pair->is, IFR_LINK_TYPE);

    return *was(pair, IFR_LINK_MAC) != '\0' && !was_in_bond(pair) &&
           (ifr_type_is_nic(type) || ifr_type_is_made(type));
}

/* ---- Files ---------------------------------------------------------------------------------- */

static bool add_hex(const char *digits, struct dbc_buf *out)
{
    for (; digits[0] != '\0'; digits += 2) {
        int high = dbc_hex_digit(digits[0]), low = high >= 0 ? dbc_hex_digit(digits[1]) : -1;
        if (low < 0) {
            return false;
        }
        dbc_buf_addc(out, (char)(high * 16 + low));
    }
    return true;
}

int ifr_back_file_text(const json_t *file, struct dbc_buf *out, struct dbc_error *err)
{
    const json_t *text = json_object_get(file, "text");
    const char *hex = json_string_value(json_object_get(file, "hex"));

    if (json_is_string(text)) {
        dbc_buf_add(out, json_string_value(text), json_string_length(text));
    } else if (hex == NULL || !add_hex(hex, out)) {
        return dbc_fail(err, DBC_EPARSE, "the record does not hold its bytes");
    }
    return out->failed ? dbc_fail_nomem(err) : 0;
}

bool ifr_back_has_bytes(const char *path, const struct dbc_buf *text)
{
    struct dbc_buf now = DBC_BUF_INIT;
    bool same = dbc_file_read(path, DBC_LIMIT_FILE_BYTES, &now, NULL) == 0 &&
                now.len == text->len && memcmp(dbc_buf_str(&now), dbc_buf_str(text), now.len) == 0;

    dbc_buf_release(&now);
    return same;
}

bool ifr_back_file_is(const struct ifr_back *back, const char *path, const json_t *file)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct stat st;
    char full[PATH_MAX];
    bool ret = false;

    if (ifr_facts_path(back->host->facts, path, full, NULL) == 0) {
        ret = json_is_null(file)
                  ? lstat(full, &st) < 0
                  : ifr_back_file_text(file, &text, NULL) == 0 && ifr_back_has_bytes(full, &text);
    }
    dbc_buf_release(&text);
    return ret;
}

/* ---- Somebody else's ------------------------------------------------------------------------ */

static const json_t *foreign_part(const struct ifr_back *back, const char *part, const char *name)
{
    return json_object_get(json_object_get(json_object_get(back->record, "foreign"), part), name);
}

const char *ifr_back_foreign(const struct pair *pair, unsigned attribute)
{
    return json_string_value(json_object_get(foreign_part(pair->back, "devices", pair->name),
                                             attribute_name(attribute)));
}

bool ifr_back_file_is_foreign(const struct ifr_back *back, const char *path)
{
    return foreign_part(back, "files", path) != NULL;
}
