/* repair.c - mends values, after repair_links.c has mended the references (repair.h).  check says
 * what is wrong; this file only knows the right value. */
#include "analysis/repair.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "analysis/label.h"
#include "analysis/mend.h"
#include "base/valid.h"
#include "model/topology.h"

#define VALUE_MAX 64 /* bytes of a value that has a known form */

/* ---- Single values --------------------------------------------------------------------------- */

/* Writes what the value should be into `out`; false when nothing fits. */
typedef bool instead_fn(const struct dbc_finding *finding, char out[VALUE_MAX]);

static bool instead_mode(const struct dbc_finding *finding, char out[VALUE_MAX])
{
    static const char *const modes[] = { "DHCP", "Static", "None" };

    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        if (strcasecmp(finding->value, modes[i]) == 0) {
            snprintf(out, VALUE_MAX, "%s", modes[i]);
            return true;
        }
    }
    return false;
}

/* Twelve hex digits with any of ":-. " between them. */
static bool instead_mac(const struct dbc_finding *finding, char out[VALUE_MAX])
{
    char plain[18];
    size_t digits = 0, n = 0;

    for (const char *c = finding->value; *c != '\0'; c++) {
        if (strchr(":-. ", *c) != NULL) {
            continue;
        }
        if (!isxdigit((unsigned char)*c) || digits == 12) {
            return false;
        }
        if (digits > 0 && digits % 2 == 0) {
            plain[n++] = ':';
        }
        plain[n++] = *c;
        digits++;
    }
    plain[n] = '\0';
    return dbc_parse_mac(plain, out);
}

/* A prefix length. */
static bool instead_netmask(const struct dbc_finding *finding, char out[VALUE_MAX])
{
    const char *digits = finding->value + (*finding->value == '/');
    uint64_t bits = 0;
    uint32_t mask = 0;

    if (!dbc_parse_uint(digits, 32, &bits) || bits == 0) {
        return false;
    }
    mask = UINT32_MAX << (32 - bits);
    snprintf(out, VALUE_MAX, "%u.%u.%u.%u", mask >> 24, mask >> 16 & 255, mask >> 8 & 255,
             mask & 255);
    return true;
}

static void mend_field(struct dbc_mender *m, const struct dbc_finding *f, instead_fn *instead)
{
    char value[VALUE_MAX], who[DBC_LABEL_SIZE];

    if (f->value != NULL && instead(f, value)) {
        dbc_mended(m, f->rule->id, f->rec, f->field, "%s of %s: '%s' written as '%s'", f->field,
                   dbc_label(m->db, f->rec, who), f->value, value);
        dbc_mend_set(m, f->rec, f->field, value);
    }
}

/* ---- other_config ---------------------------------------------------------------------------- */

/* The known key that differs in case or in '_' for '-' only. */
static const char *known_key(enum dbc_class class_, const char *key)
{
    size_t n = 0;
    const struct dbc_config_key *keys = dbc_schema_config_keys(&n);

    for (size_t i = 0; i < n; i++) {
        const char *a = keys[i].name, *b = key;
        while (*a != '\0' && (tolower((unsigned char)*a) == tolower((unsigned char)*b) ||
                              (*a == '-' && *b == '_') || (*a == '_' && *b == '-'))) {
            a++;
            b++;
        }
        if (keys[i].class_ == class_ && *a == '\0' && *b == '\0') {
            return keys[i].name;
        }
    }
    return NULL;
}

static bool is_word_of(const char *words, const char *value)
{
    size_t len = strlen(value);

    while (*words != '\0') {
        size_t n = strcspn(words, "|");
        if (n == len && memcmp(words, value, n) == 0) {
            return true;
        }
        words += n + (words[n] == '|');
    }
    return false;
}

/* The value in lower case when the schema has such a word for the key. */
static bool known_value(enum dbc_class class_, const struct dbc_finding *f, char out[VALUE_MAX])
{
    size_t n = 0, len = strlen(f->value);
    const struct dbc_config_key *keys = dbc_schema_config_keys(&n);

    if (len >= VALUE_MAX) {
        return false;
    }
    for (size_t i = 0; i <= len; i++) {
        out[i] = (char)tolower((unsigned char)f->value[i]);
    }
    for (size_t i = 0; i < n; i++) {
        if (keys[i].class_ == class_ && strcmp(keys[i].name, f->key) == 0) {
            return strcmp(out, f->value) != 0 && is_word_of(keys[i].values, out);
        }
    }
    return false;
}

/* The pair with this key gets another key or value, in its place. */
static void change_pair(struct dbc_mender *m, const struct dbc_finding *f, const char *key,
                        const char *value)
{
    const struct dbc_field *field = dbc_schema_field(f->rec->class_, f->field);
    const struct dbc_map *map = dbc_field_of(f->rec, field);
    struct dbc_pair *pairs = calloc(map->n + 1, sizeof *pairs);

    if (pairs == NULL) {
        m->failed = true;
        dbc_fail_nomem(m->err);
        return;
    }
    for (size_t i = 0; i < map->n; i++) {
        bool same = strcmp(map->v[i].key, f->key) == 0;
        pairs[i] = same ? (struct dbc_pair){ key, value } : map->v[i];
    }
    if (dbc_record_set_map(m->db, dbc_db_edit(m->db, f->rec), field, pairs, map->n, m->err) != 0) {
        m->failed = true;
    }
    free(pairs);
}

static void mend_key(struct dbc_mender *m, const struct dbc_finding *f)
{
    const struct dbc_map *map = dbc_field_of(f->rec, dbc_schema_field(f->rec->class_, f->field));
    const char *key = known_key(f->rec->class_, f->key);
    char who[DBC_LABEL_SIZE];

    if (key != NULL && dbc_map_get(map, key) == NULL && dbc_map_get(map, f->key) != NULL) {
        dbc_mended(m, f->rule->id, f->rec, f->field, "other_config of %s: key %s renamed to %s",
                   dbc_label(m->db, f->rec, who), f->key, key);
        change_pair(m, f, key, f->value);
    }
}

static void mend_value(struct dbc_mender *m, const struct dbc_finding *f)
{
    char value[VALUE_MAX], who[DBC_LABEL_SIZE];

    if (known_value(f->rec->class_, f, value)) {
        dbc_mended(m, f->rule->id, f->rec, f->field, "other_config:%s of %s: '%s' written as '%s'",
                   f->key, dbc_label(m->db, f->rec, who), f->value, value);
        change_pair(m, f, f->key, value);
    }
}

/* ---- Management ------------------------------------------------------------------------------ */

static bool is_slave(const struct dbc_db *db, const struct dbc_pif *pif)
{
    return dbc_db_bond(db, pif->bond_slave_of) != NULL;
}

static void set_management(struct dbc_mender *m, const struct dbc_finding *f,
                           const struct dbc_pif *pif, const char *value)
{
    char who[DBC_LABEL_SIZE];

    dbc_mend_set(m, &pif->rec, "management", value);
    dbc_mended(m, f->rule->id, &pif->rec, "management", "management of %s: set to %s",
               dbc_label(m->db, &pif->rec, who), value);
}

/* Whether every slave with management True belongs to this bond. */
static bool only_bond(const struct dbc_db *db, const char *bond)
{
    const struct dbc_pif *pif = NULL;

    for (size_t i = 0; (pif = dbc_db_pif_at(db, i)) != NULL; i++) {
        if (pif->management && is_slave(db, pif) && strcmp(pif->bond_slave_of, bond) != 0) {
            return false;
        }
    }
    return true;
}

static void mend_slave(struct dbc_mender *m, const struct dbc_finding *f)
{
    const struct dbc_pif *slave = (const void *)f->rec, *carrier = dbc_management_pif(m->db);
    const struct dbc_bond *bond = dbc_db_bond(m->db, slave->bond_slave_of);
    const struct dbc_pif *master = bond == NULL ? NULL : dbc_db_pif(m->db, bond->master);

    if (carrier == NULL || is_slave(m->db, carrier)) {
        if (master == NULL || is_slave(m->db, master) || !only_bond(m->db, bond->rec.ref)) {
            return;
        }
        set_management(m, f, master, "True");
    }
    set_management(m, f, slave, "False");
}

static bool gets_address(const struct dbc_pif *pif)
{
    return strcmp(pif->ip_configuration_mode, "DHCP") == 0 ||
           strcmp(pif->ip_configuration_mode, "Static") == 0;
}

/* Mends all PIFs at the first finding; at the others nothing is left to do. */
static void mend_several(struct dbc_mender *m, const struct dbc_finding *f)
{
    const struct dbc_pif *pif = NULL;
    size_t with_address = 0, all = 0;

    for (size_t i = 0; (pif = dbc_db_pif_at(m->db, i)) != NULL; i++) {
        if (pif->management && !is_slave(m->db, pif)) {
            all++;
            with_address += gets_address(pif);
        }
    }
    if (all < 2 || with_address != 1) {
        return;
    }
    for (size_t i = 0; (pif = dbc_db_pif_at(m->db, i)) != NULL; i++) {
        if (pif->management && !is_slave(m->db, pif) && !gets_address(pif)) {
            set_management(m, f, pif, "False");
        }
    }
}

/* ---- All of it ------------------------------------------------------------------------------- */

struct cure {
    const char *rule;
    instead_fn *instead; /* of a field's value; or: */
    void (*mend)(struct dbc_mender *m, const struct dbc_finding *f);
};

static const struct cure cures[] = {
    { "mode-unknown", instead_mode, NULL },       { "mac-syntax", instead_mac, NULL },
    { "netmask-syntax", instead_netmask, NULL },  { "key-unknown", NULL, mend_key },
    { "ethtool-value", NULL, mend_value },        { "truth-value", NULL, mend_value },
    { "fail-mode-value", NULL, mend_value },      { "bond-mode-unknown", NULL, mend_value },
    { "bond-hashing", NULL, mend_value },         { "management-on-slave", NULL, mend_slave },
    { "management-several", NULL, mend_several },
};

static void mend_finding(struct dbc_mender *m, const struct dbc_finding *finding)
{
    for (size_t i = 0; i < sizeof cures / sizeof cures[0]; i++) {
        if (strcmp(cures[i].rule, finding->rule->id) != 0) {
            continue;
        }
        if (cures[i].instead != NULL) {
            mend_field(m, finding, cures[i].instead);
        } else {
            cures[i].mend(m, finding);
        }
    }
}

/* One round; true when it mended something. */
static bool mend_values(struct dbc_mender *m)
{
    struct dbc_findings findings = DBC_FINDINGS_INIT;
    size_t before = m->out->n + m->out->left_out;

    if (m->failed || dbc_check(m->db, &findings, m->err) != 0) {
        m->failed = true;
        return false;
    }
    for (size_t i = 0; i < findings.n && !m->failed; i++) {
        mend_finding(m, &findings.v[i]);
    }
    dbc_findings_release(&findings);
    return !m->failed && m->out->n + m->out->left_out > before;
}

int dbc_repair(struct dbc_db *db, struct dbc_repair *ret, struct dbc_error *err)
{
    struct dbc_mender m = { .db = db, .out = ret, .err = err };

    *ret = DBC_REPAIR_INIT;
    dbc_mend_links(&m);
    /* The value of a renamed key may need mending too, and check keeps a limited number of
     * findings. */
    while (mend_values(&m)) {
    }
    if (!m.failed && dbc_db_index(db, err) != 0) {
        m.failed = true;
    }
    if (m.failed) {
        dbc_repair_release(ret);
    }
    return m.failed ? -1 : 0;
}

void dbc_repair_release(struct dbc_repair *repair)
{
    free(repair->v);
    dbc_arena_release(&repair->arena);
    *repair = DBC_REPAIR_INIT;
}
