/* networkd_text.h - for the tests of cache/networkd: reads a file or a text into records, writes
 * records as JSON, and keeps the messages. */
#ifndef TESTS_UNIT_NETWORKD_TEXT_H
#define TESTS_UNIT_NETWORKD_TEXT_H

#include <jansson.h>

#include "networkd/networkd.h"
#include "unit/cache_text.h"

struct told {
    struct warnings w;
    struct dbc_buf losses; /* a line each: "LOST bridge xapi0.ports=x\n" */
};

#define TOLD_INIT                                                                                  \
    {                                                                                              \
        .losses = DBC_BUF_INIT                                                                     \
    }

static inline void told_warning(void *ctx, const struct dbc_error *warning)
{
    remember_warning(&((struct told *)ctx)->w, warning);
}

static inline void told_loss(void *ctx, const struct dbc_loss *loss)
{
    static const char *const kinds[] = {
        [DBC_LOST] = "LOST", [DBC_ASSUMED] = "ASSUMED", [DBC_CHANGED] = "CHANGED"
    };

    assert_true(loss->why[0] != '\0' && loss->why[strlen(loss->why) - 1] != '.');
    dbc_buf_addf(&((struct told *)ctx)->losses, "%s %s.%s=%s\n", kinds[loss->kind], loss->what,
                 loss->field, loss->value);
}

static inline void told_release(struct told *told)
{
    dbc_buf_release(&told->losses);
    memset(told, 0, sizeof *told);
}

static inline int setup(void **state)
{
    static struct told told;

    *state = &told;
    return 0;
}

static inline int teardown(void **state)
{
    told_release(*state);
    return 0;
}

static inline bool told_has(const struct told *told, const char *line)
{
    const char *all = dbc_buf_str(&told->losses);
    size_t len = strlen(line);

    for (; all != NULL && *all != '\0'; all = strchr(all, '\n') + 1) {
        if (strncmp(all, line, len) == 0 && all[len] == '\n') {
            return true;
        }
    }
    return false;
}

static inline void assert_told(const struct told *told, const char *line)
{
    if (!told_has(told, line)) {
        fail_msg("no '%s' in:\n%s", line, dbc_buf_str(&told->losses));
    }
}

static inline struct dbc_db *networkd_bytes(const char *data, size_t len, const char *management,
                                            struct told *told, struct dbc_error *err)
{
    told_release(told);
    dbc_error_clear(err);
    return dbc_networkd_read("t", data, len, management, told_warning, told_loss, told, err);
}

/* A text that must be read; ' stands for ". */
static inline struct dbc_db *networkd_text(const char *text, const char *management,
                                           struct told *told)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_db *db = NULL;
    char *json = strdup(text);

    for (char *c = json; (c = strchr(c, '\'')) != NULL;) {
        *c = '"';
    }
    db = networkd_bytes(json, strlen(json), management, told, &err);
    free(json);
    if (db == NULL) {
        fail_msg("%s", err.text);
    }
    return db;
}

static inline struct dbc_db *networkd_file(const char *name, const char *management,
                                           struct told *told)
{
    struct dbc_buf data = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_db *db = NULL;
    char path[1024];

    snprintf(path, sizeof path, FIXTURES "/networkd/%s", name);
    assert_int_equal(dbc_file_read(path, DBC_LIMIT_NETWORKD_BYTES, &data, NULL), 0);
    db = networkd_bytes(data.data, data.len, management, told, &err);
    dbc_buf_release(&data);
    if (db == NULL) {
        fail_msg("%s", err.text);
    }
    return db;
}

/* Records as JSON; the caller's (json_decref). */
static inline json_t *networkd_json(const struct dbc_db *db, enum dbc_networkd_shape shape,
                                    struct told *told)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    json_t *root = NULL;

    told_release(told);
    if (dbc_networkd_format(db, shape, &text, told_loss, told, &err) != 0) {
        fail_msg("%s", err.text);
    }
    root = json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(root);
    dbc_buf_release(&text);
    return root;
}

/* The PIF on a bridge; it must be there. */
static inline const struct dbc_pif *pif_on(const struct dbc_db *db, const char *bridge)
{
    const struct dbc_network *network = dbc_db_network_by_bridge(db, bridge);
    const struct dbc_pif *pif = NULL;

    assert_non_null(network);
    assert_int_equal(network->PIFs.n, 1);
    pif = dbc_db_pif(db, network->PIFs.v[0]);
    assert_non_null(pif);
    assert_string_equal(pif->network, network->rec.ref);
    return pif;
}

static inline const char *pif_key(const struct dbc_pif *pif, const char *key)
{
    const char *value = dbc_map_get(&pif->other_config, key);

    return value == NULL ? "(none)" : value;
}

static inline const char *network_key(const struct dbc_db *db, const char *bridge, const char *key)
{
    const struct dbc_network *network = dbc_db_network_by_bridge(db, bridge);
    const char *value = network == NULL ? NULL : dbc_map_get(&network->other_config, key);

    return value == NULL ? "(none)" : value;
}

#endif
