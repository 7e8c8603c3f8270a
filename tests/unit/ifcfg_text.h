/* ifcfg_text.h - for the tests of cache/ifcfg: takes files, and returns the records in short form
 * and all messages. */
#ifndef TESTS_UNIT_IFCFG_TEXT_H
#define TESTS_UNIT_IFCFG_TEXT_H

#include <stdlib.h>

#include "base/limits.h"
#include "base/valid.h"
#include "ifcfg/ifcfg.h"
#include "ifcfg/parse.h"
#include "model/ipv6.h"
#include "model/topology.h"
#include "unit/cache_text.h"

/* Everything that was said, a line each: "FILE:LINE: TEXT", "LOST WHAT|FIELD|VALUE". */
struct told {
    struct dbc_buf text;
    unsigned warnings, losses;
};

static inline void hear_warning(void *ctx, const struct dbc_error *warning)
{
    struct told *t = ctx;
    char text[DBC_ERROR_FILE_SIZE + DBC_ERROR_TEXT_SIZE + 32];

    assert_int_equal(warning->code == DBC_EINVAL || warning->code == DBC_EPARSE ||
                         warning->code == DBC_ELIMIT,
                     true);
    dbc_buf_addf(&t->text, "%s\n", dbc_error_string(warning, text, sizeof text));
    t->warnings++;
}

static inline void hear_loss(void *ctx, const struct dbc_loss *loss)
{
    static const char *const kinds[] = { "LOST", "ASSUMED", "CHANGED" };
    struct told *t = ctx;

    assert_true(*loss->what != '\0' && *loss->why != '\0');
    assert_true(loss->why[strlen(loss->why) - 1] != '.');
    dbc_buf_addf(&t->text, "%s %s|%s|%s\n", kinds[loss->kind], loss->what, loss->field,
                 loss->value);
    t->losses++;
}

#define MAX_FILES 40

/* Names and texts in turn, ended by NULL. */
static inline struct dbc_db *import(const char *const *files, const char *management,
                                    struct told *t, struct dbc_error *err)
{
    struct dbc_ifcfg_file list[MAX_FILES];
    size_t n = 0;

    for (; files[2 * n] != NULL; n++) {
        assert_true(n < MAX_FILES);
        list[n] =
            (struct dbc_ifcfg_file){ files[2 * n], files[2 * n + 1], strlen(files[2 * n + 1]) };
    }
    *t = (struct told){ .text = DBC_BUF_INIT };
    return dbc_ifcfg_read(list, n, management, hear_warning, hear_loss, t, err);
}

static inline void add_map(struct dbc_buf *out, const struct dbc_map *map)
{
    for (size_t i = 0; i < map->n; i++) {
        dbc_buf_addf(out, " %s=%s", map->v[i].key, map->v[i].value);
    }
}

static inline void add_if(struct dbc_buf *out, const char *what, const char *value)
{
    if (*value != '\0') {
        dbc_buf_addf(out, " %s%s", what, value);
    }
}

static inline void add_pif(struct dbc_buf *out, const struct dbc_db *db, const struct dbc_pif *pif)
{
    struct dbc_pifs slaves = DBC_PIFS_INIT;
    char name[DBC_NETDEV_NAME_SIZE];

    dbc_buf_addf(out, "%s on %s %s", dbc_pif_netdev(pif, name), dbc_pif_bridge(db, pif),
                 pif->ip_configuration_mode);
    dbc_buf_adds(out, pif->management ? " management" : "");
    add_if(out, "", pif->IP);
    add_if(out, "", pif->netmask);
    add_if(out, "gw ", pif->gateway);
    add_if(out, "dns ", pif->DNS);
    add_if(out, "ipv6 ", dbc_pif_wants_ipv6(pif) ? pif->ipv6_configuration_mode : "");
    add_if(out, "", pif->IPv6);
    add_if(out, "gw6 ", pif->IPv6_gateway);
    add_if(out, "mac ", pif->MAC);
    assert_int_equal(dbc_bond_slaves(db, pif, &slaves, NULL), 0);
    for (size_t i = 0; i < slaves.n; i++) {
        dbc_buf_addf(out, "%s%s", i == 0 ? " of " : ",", slaves.v[i]->device);
    }
    if (dbc_pif_is_vlan(pif)) {
        dbc_buf_addf(out, " over %s", dbc_vlan_slave(db, pif)->device);
    }
    add_map(out, &pif->other_config);
    dbc_buf_addc(out, '\n');
    dbc_pifs_release(&slaves);
}

static inline void add_network(struct dbc_buf *out, const struct dbc_db *db,
                               const struct dbc_network *n)
{
    char name[DBC_NETDEV_NAME_SIZE];

    dbc_buf_addf(out, "%s:", n->bridge);
    for (size_t i = 0; i < n->PIFs.n; i++) {
        dbc_buf_addf(out, " %s", dbc_pif_netdev(dbc_db_pif(db, n->PIFs.v[i]), name));
    }
    dbc_buf_addf(out, " %s", n->MTU.text);
    add_map(out, &n->other_config);
    dbc_buf_addc(out, '\n');
}

/* The records in short, and what was said.  What is said must be all that is expected: the lines of
 * `told` in order. */
static inline void check(const char *const *files, const char *management, const char *records,
                         const char *told)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_buf out = DBC_BUF_INIT;
    struct told t;
    struct dbc_db *db = import(files, management, &t, &err);

    assert_string_equal(err.text, "");
    assert_non_null(db);
    for (size_t i = 0; dbc_db_pif_at(db, i) != NULL; i++) {
        add_pif(&out, db, dbc_db_pif_at(db, i));
    }
    for (size_t i = 0; dbc_db_network_at(db, i) != NULL; i++) {
        add_network(&out, db, dbc_db_network_at(db, i));
    }
    assert_string_equal(dbc_buf_str(&out), records);
    assert_string_equal(dbc_buf_str(&t.text), told);
    dbc_buf_release(&out);
    dbc_buf_release(&t.text);
    dbc_db_free(db);
}

#define FILES(...) ((const char *const[]){ __VA_ARGS__, NULL })

#define NIC0 "DEVICE=eth0\nHWADDR=00:11:22:AA:BB:CC\nTYPE=Ethernet\nBRIDGE=xenbr0\n"
#define BRIDGE0 "DEVICE=xenbr0\nTYPE=Bridge\nDELAY=0\nSTP=off\nPIFDEV=eth0\n"
#define MAC0 "00:11:22:aa:bb:cc"

#endif
