/* rule.c - what rules share (rule.h): findings and their words, and questions that several rules
 * ask. */
#include "analysis/rule.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/grow.h"

/* ---- Reporting ---------------------------------------------------------------------------- */

const char *dbc_quote(struct dbc_check *c, const char *text)
{
    char *out = c->quotes[c->next_quote++ % DBC_QUOTES];

    if (dbc_wants_more(c)) {
        dbc_printable(out, DBC_QUOTE_SIZE, text);
    }
    return out;
}

const char *dbc_who(struct dbc_check *c, const struct dbc_record *rec)
{
    char *out = c->quotes[c->next_quote++ % DBC_QUOTES];

    return dbc_wants_more(c) ? dbc_label(c->db, rec, out) : out;
}

const char *dbc_who_ref(struct dbc_check *c, enum dbc_class target, const char *ref)
{
    char *out = c->quotes[c->next_quote++ % DBC_QUOTES];

    return dbc_wants_more(c) ? dbc_label_ref(c->db, target, ref, out) : out;
}

bool dbc_wants_more(const struct dbc_check *c)
{
    return c->counts[c->rule_index] < DBC_LIMIT_FINDINGS;
}

static struct dbc_finding *next_finding(struct dbc_findings *out)
{
    return DBC_GROW(out->v, out->n, out->cap) ? &out->v[out->n] : NULL;
}

/* Counts a finding; true when it is also to be kept. */
static bool count(struct dbc_check *c)
{
    bool keep = dbc_wants_more(c);

    c->counts[c->rule_index]++;
    c->out->errors += c->rule->severity == DBC_SEVERITY_ERROR;
    c->out->warnings += c->rule->severity == DBC_SEVERITY_WARNING;
    c->out->left_out += !keep;
    return keep;
}

/* Whether the finding counts. */
static bool is_wanted(struct dbc_check *c, const struct dbc_finding *finding)
{
    int counts = c->asks == NULL ? 1 : c->asks(c->ctx, finding);

    c->failed = counts < 0;
    return counts > 0;
}

/* Puts the record and the field in front of a message that does not start with the record. */
static void name_record(struct dbc_check *c, const struct dbc_finding *finding,
                        struct dbc_buf *text)
{
    const char *who = finding->rec == NULL ? "" : dbc_who(c, finding->rec);
    struct dbc_buf named = DBC_BUF_INIT;

    if (strncmp(dbc_buf_str(text), who, strlen(who)) == 0) {
        return;
    }
    dbc_buf_adds(&named, who);
    if (finding->key != NULL) {
        dbc_buf_addf(&named, ", %s:%s", finding->field, dbc_quote(c, finding->key));
    } else if (*finding->field != '\0') {
        dbc_buf_addf(&named, ", %s", finding->field);
    }
    dbc_buf_addf(&named, ": %s", dbc_buf_str(text));
    named.failed = named.failed || text->failed;
    dbc_buf_release(text);
    *text = named;
}

static void add(struct dbc_check *c, struct dbc_finding finding, const char *fmt, va_list args)
    DBC_PRINTF(3, 0);
static void add(struct dbc_check *c, struct dbc_finding finding, const char *fmt, va_list args)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_finding *place = NULL;

    finding.rule = c->rule;
    finding.host = c->host;
    finding.order = c->out->n;
    if (c->failed || !is_wanted(c, &finding) || !count(c)) {
        return;
    }
    dbc_buf_addv(&text, fmt, args);
    name_record(c, &finding, &text);
    place = next_finding(c->out);
    finding.message = dbc_arena_strdup(&c->out->arena, dbc_buf_str(&text));
    if (text.failed || place == NULL || finding.message == NULL) {
        c->failed = true;
    } else {
        *place = finding;
        c->out->n++;
    }
    dbc_buf_release(&text);
}

void dbc_found(struct dbc_check *c, const struct dbc_record *rec, const char *field,
               const char *value, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    add(c, (struct dbc_finding){ .rec = rec, .field = field, .value = value }, fmt, args);
    va_end(args);
}

void dbc_found_key(struct dbc_check *c, const struct dbc_record *rec, const struct dbc_pair *pair,
                   const char *fmt, ...)
{
    struct dbc_finding finding = {
        .rec = rec, .field = "other_config", .key = pair->key, .value = pair->value
    };
    va_list args;

    va_start(args, fmt);
    add(c, finding, fmt, args);
    va_end(args);
}

/* ---- Order -------------------------------------------------------------------------------- */

static unsigned line_of(const struct dbc_finding *finding)
{
    return finding->rec == NULL ? 0 : finding->rec->line;
}

/* By host and line; within a line, and where nothing has a line, as found. */
static int compare(const void *a, const void *b)
{
    const struct dbc_finding *x = a, *y = b;
    unsigned xl = line_of(x), yl = line_of(y);

    if (x->host != y->host) {
        return x->host < y->host ? -1 : 1;
    }
    if (xl != yl) {
        return xl < yl ? -1 : 1;
    }
    return x->order < y->order ? -1 : 1;
}

void dbc_findings_sort(struct dbc_findings *findings)
{
    if (findings->n > 1) {
        qsort(findings->v, findings->n, sizeof *findings->v, compare);
    }
}

/* ---- Questions that several rules ask ----------------------------------------------------- */

const struct dbc_record *dbc_claim(struct dbc_check *c, unsigned table, const char *key,
                                   const struct dbc_record *rec)
{
    struct dbc_hash *hash = &c->claims[table];
    size_t before = hash->n;
    union {
        const struct dbc_record *in;
        void *out;
    } claimant = { rec };

    if (key == NULL || dbc_hash_put(hash, key, claimant.out, false) != 0) {
        c->failed = true;
        return NULL;
    }
    return hash->n > before ? NULL : dbc_hash_get(hash, key);
}

const struct dbc_record *dbc_claimed(const struct dbc_check *c, unsigned table, const char *key)
{
    return dbc_hash_get(&c->claims[table], key);
}

bool dbc_is_nic(const struct dbc_node *pif)
{
    return !dbc_pif_is_vlan(dbc_as_pif(pif->rec)) && pif->bond == NULL && !pif->tunnel;
}
