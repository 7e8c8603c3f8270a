/* mend.c - what was mended is noted, and set (mend.h). */
#include "analysis/mend.h"

#include <stdarg.h>

#include "base/buf.h"
#include "base/grow.h"

static struct dbc_mend *next_mend(struct dbc_repair *out)
{
    return DBC_GROW(out->v, out->n, out->cap) ? &out->v[out->n] : NULL;
}

void dbc_mended(struct dbc_mender *m, const char *rule, const struct dbc_record *rec,
                const char *field, const char *fmt, ...)
{
    struct dbc_buf text = DBC_BUF_INIT, shown = DBC_BUF_INIT;
    struct dbc_mend *place = NULL;
    const char *message = NULL;
    va_list args;

    if (m->failed || m->out->n == DBC_LIMIT_MENDS) {
        m->out->left_out += !m->failed;
        return;
    }
    va_start(args, fmt);
    dbc_buf_addv(&text, fmt, args);
    va_end(args);
    dbc_buf_add_printable(&shown, dbc_buf_str(&text));
    place = next_mend(m->out);
    message = dbc_arena_strdup(&m->out->arena, dbc_buf_str(&shown));
    if (text.failed || shown.failed || place == NULL || message == NULL) {
        m->failed = true;
        dbc_fail_nomem(m->err);
    } else {
        *place = (struct dbc_mend){ dbc_rule_by_id(rule), rec, field, message };
        m->out->n++;
    }
    dbc_buf_release(&text);
    dbc_buf_release(&shown);
}

void dbc_mend_set(struct dbc_mender *m, const struct dbc_record *rec, const char *field,
                  const char *text)
{
    if (!m->failed &&
        dbc_record_set(m->db, dbc_db_edit(m->db, rec), dbc_schema_field(rec->class_, field), text,
                       NULL, m->err) != 0) {
        m->failed = true;
    }
}
