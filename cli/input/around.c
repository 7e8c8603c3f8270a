/* around.c - keeps inventories and ifcfg files with the roots of their hosts (around.h).  It looks
 * at names only; others parse the files. */
#include "around.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/grow.h"
#include "source/known.h"

static const char *const script_places[] = { "etc/sysconfig/network-scripts/", "etc/sysconfig/" };
static const char *const inventory_places[] = { "etc/xcp/", "etc/", "xcp/" };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- Names ----------------------------------------------------------------------------------- */

/* Returns the length of the folder's part of a path, with the last '/'. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? 0 : (size_t)(slash + 1 - path);
}

bool cli_is_inventory(const char *member)
{
    return dbc_is_below(member, "xensource-inventory") || dbc_is_below(member, "xcp/inventory");
}

bool cli_is_script(const char *member)
{
    const char *base = member + folder_length(member);

    return dbc_is_below(member, "etc/sysconfig/network") || strncmp(base, "ifcfg-", 6) == 0 ||
           strncmp(base, "route-", 6) == 0;
}

/* Returns the member's folder without the usual place at its end; the caller frees it. */
static char *root_of(const char *member, const char *const *places, size_t n)
{
    size_t len = folder_length(member);

    for (size_t i = 0; i < n; i++) {
        size_t tail = strlen(places[i]);

        if (len >= tail && memcmp(member + len - tail, places[i], tail) == 0 &&
            (len == tail || member[len - tail - 1] == '/')) {
            len -= tail;
            break;
        }
    }
    return strndup(member, len);
}

/* ---- Gathering ------------------------------------------------------------------------------- */

int cli_around_add_inventory(struct cli_around *around, const char *path, const char *member,
                             const struct dbc_stream *stream, struct dbc_error *err)
{
    struct cli_inventory *inventory = NULL;

    if (around->n_inventories == CLI_LIMIT_INVENTORIES) {
        return dbc_fail(err, DBC_ELIMIT, "%s: more than %d inventories", path,
                        CLI_LIMIT_INVENTORIES);
    }
    if (!DBC_GROW(around->inventories, around->n_inventories, around->cap_inventories)) {
        return dbc_fail_nomem(err);
    }
    inventory = &around->inventories[around->n_inventories++];
    *inventory = (struct cli_inventory){
        .root = root_of(member, inventory_places, COUNT(inventory_places)),
    };
    return inventory->root == NULL
               ? dbc_fail_nomem(err)
               : dbc_stream_read_all(stream, CLI_LIMIT_INVENTORY, &inventory->text, err);
}

/* Fills in a script and takes its bytes out of `data`. */
static int keep_script(struct cli_script *script, const char *path, const char *member,
                       struct dbc_buf *data, struct dbc_error *err)
{
    *script = (struct cli_script){
        .root = root_of(member, script_places, COUNT(script_places)),
        .folder = strndup(path, folder_length(path)),
        .file = { .name = strdup(member + folder_length(member)), .len = data->len },
    };
    dbc_buf_add(data, "", 0);
    script->file.data = dbc_buf_steal(data);
    return script->root == NULL || script->folder == NULL || script->file.name == NULL ||
                   script->file.data == NULL
               ? dbc_fail_nomem(err)
               : 0;
}

int cli_around_add_script(struct cli_around *around, const char *path, const char *member,
                          const struct dbc_stream *stream, struct dbc_error *err)
{
    struct dbc_buf data = DBC_BUF_INIT;

    if (around->n_scripts == DBC_LIMIT_IFCFG_FILES) {
        return dbc_fail(err, DBC_ELIMIT, "%s: more than %d ifcfg files", path,
                        DBC_LIMIT_IFCFG_FILES);
    }
    if (!DBC_GROW(around->scripts, around->n_scripts, around->cap_scripts)) {
        return dbc_fail_nomem(err);
    }
    if (dbc_stream_read_all(stream, CLI_LIMIT_INVENTORY, &data, err) != 0) {
        dbc_buf_release(&data);
        return -1;
    }
    return keep_script(&around->scripts[around->n_scripts++], path, member, &data, err);
}

void cli_around_release(struct cli_around *around)
{
    for (size_t i = 0; i < around->n_inventories; i++) {
        free(around->inventories[i].root);
        dbc_buf_release(&around->inventories[i].text);
    }
    for (size_t i = 0; i < around->n_scripts; i++) {
        free(around->scripts[i].root);
        free(around->scripts[i].folder);
        free((void *)(uintptr_t)around->scripts[i].file.name);
        free((void *)(uintptr_t)around->scripts[i].file.data);
    }
    free(around->inventories);
    free(around->scripts);
    *around = (struct cli_around){ 0 };
}

/* ---- Hosts ----------------------------------------------------------------------------------- */

static struct cli_inventory *nearest_inventory(const struct cli_around *around, const char *member)
{
    struct cli_inventory *nearest = NULL;

    for (size_t i = 0; i < around->n_inventories; i++) {
        struct cli_inventory *inventory = &around->inventories[i];

        if (strncmp(member, inventory->root, strlen(inventory->root)) == 0 &&
            (nearest == NULL || strlen(inventory->root) > strlen(nearest->root))) {
            nearest = inventory;
        }
    }
    return nearest;
}

const struct dbc_buf *cli_around_inventory(const struct cli_around *around, const char *member)
{
    const struct cli_inventory *nearest = nearest_inventory(around, member);

    return nearest == NULL ? NULL : &nearest->text;
}

void cli_around_forget(struct cli_around *around, const char *member)
{
    struct cli_inventory *nearest = nearest_inventory(around, member);

    if (nearest == NULL || nearest->root[0] == '\0') {
        return;
    }
    free(nearest->root);
    dbc_buf_release(&nearest->text);
    *nearest = around->inventories[--around->n_inventories];
}

static bool is_inner(const struct dbc_strvec *roots, const char *root)
{
    for (size_t i = 0; i < roots->n; i++) {
        size_t len = strlen(roots->v[i]);

        if (strncmp(root, roots->v[i], len) == 0 && root[len] != '\0') {
            return true;
        }
    }
    return false;
}

void cli_around_script_roots(const struct cli_around *around, struct dbc_strvec *roots)
{
    struct dbc_strvec all = DBC_STRVEC_INIT;

    for (size_t i = 0; i < around->n_scripts; i++) {
        if (!dbc_strvec_has(&all, around->scripts[i].root)) {
            dbc_strvec_push(&all, around->scripts[i].root);
        }
    }
    for (size_t i = 0; i < all.n; i++) {
        if (!is_inner(&all, all.v[i])) {
            dbc_strvec_push(roots, all.v[i]);
        }
    }
    roots->failed = roots->failed || all.failed;
    dbc_strvec_release(&all);
}
