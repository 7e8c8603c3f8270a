/* state.c - writes a state's rows (state.h), with the columns in the order of tables.c. */
#include "state.h"

#include <string.h>

#include "analysis/label.h"
#include "base/error.h"
#include "fields.h"

/* ---- A state --------------------------------------------------------------------------------- */

void cli_time_text(time_t when, char out[CLI_TIME_SIZE])
{
    struct tm parts;

    if (gmtime_r(&when, &parts) == NULL || parts.tm_year < -1900 || parts.tm_year > 8099) {
        memset(&parts, 0, sizeof parts);
        parts.tm_mday = 1;
        parts.tm_year = 70;
    }
    strftime(out, CLI_TIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

static void set_origin(struct cli_state *state, const struct cli_origin *origin)
{
    time_t when = origin->changed.tv_sec;

    state->bytes = origin->bytes;
    cli_time_text(when < 0 ? time(NULL) : when, state->observed_at);
}

int cli_state_of(const struct cli_host *host, const struct cli_about *about, struct cli_state *ret,
                 struct dbc_error *err)
{
    const struct dbc_pool *pool = dbc_db_pool(host->db);

    *ret = (struct cli_state){ .host = host->name,
                               .pool = pool == NULL ? "" : pool->rec.ref,
                               .source = host->file,
                               .uuid = about->uuid,
                               .format = cli_format_name(host->format),
                               .error = about->damage };
    set_origin(ret, &about->origin);
    memcpy(ret->records_at, ret->observed_at, sizeof ret->records_at);
    for (int i = 0; i < DBC_N_CLASSES; i++) {
        ret->records += host->db->of[i].n;
    }
    return dbc_digest(host->db, ret->hash, err);
}

void cli_state_unread(const char *source, const char *error, const struct cli_origin *origin,
                      struct cli_state *ret)
{
    *ret = (struct cli_state){
        .host = "", .pool = "", .source = source, .uuid = "", .format = "", .error = error
    };
    set_origin(ret, origin);
}

/* ---- The first columns ----------------------------------------------------------------------- */

static struct cli_rows *start(struct cli_table_rows *out, int table, const struct cli_state *state)
{
    struct cli_rows *rows = &out->of[table];

    cli_rows_start(rows);
    if (out->named && rows->format == CLI_ROWS_JSONL) {
        cli_rows_text(rows, "table", cli_table_name(table));
    }
    cli_rows_text(rows, "host", state->host);
    cli_rows_text(rows, "pool", state->pool);
    cli_rows_text(rows, "source", state->source);
    cli_rows_text(rows, "observed_at", state->observed_at);
    cli_rows_text(rows, "hash", state->hash);
    cli_rows_started(rows);
    return rows;
}

void cli_state_head(struct cli_table_rows *out, int table)
{
    struct cli_column columns[CLI_COLUMNS_MAX];
    size_t n = cli_table_columns(table, columns);
    struct cli_rows *rows = &out->of[table];

    cli_rows_start(rows);
    for (size_t i = 0; i < n; i++) {
        cli_rows_text(rows, columns[i].name, columns[i].name);
    }
    cli_rows_started(rows);
    cli_rows_begin(rows);
    cli_rows_end(rows);
}

/* ---- The table host -------------------------------------------------------------------------- */

void cli_state_row(struct cli_table_rows *out, const struct cli_state *state)
{
    struct cli_rows *rows = NULL;

    if ((out->tables & 1u << CLI_TABLE_HOST) == 0) {
        return;
    }
    rows = start(out, CLI_TABLE_HOST, state);
    cli_rows_begin(rows);
    cli_rows_text(rows, "uuid", state->uuid);
    cli_rows_text(rows, "format", state->format);
    if (state->records_at[0] == '\0') {
        cli_rows_null(rows, "records_at");
    } else {
        cli_rows_text(rows, "records_at", state->records_at);
    }
    if (state->bytes < 0) {
        cli_rows_null(rows, "bytes");
    } else {
        cli_rows_int(rows, "bytes", state->bytes);
    }
    cli_rows_int(rows, "records", (int64_t)state->records);
    cli_rows_int(rows, "errors", (int64_t)state->errors);
    cli_rows_int(rows, "warnings", (int64_t)state->warnings);
    cli_rows_text(rows, "pool_hash", state->pool_hash);
    cli_rows_text(rows, "error", state->error);
    cli_rows_end(rows);
}

/* ---- Records --------------------------------------------------------------------------------- */

static void class_row(struct cli_rows *rows, const struct dbc_record *rec,
                      const struct cli_column *columns, size_t n, struct dbc_buf *room)
{
    cli_rows_begin(rows);
    cli_rows_text(rows, "ref", rec->ref);
    for (size_t i = CLI_COMMON_COLUMNS + 1; i < n; i++) {
        if (columns[i].field == NULL) {
            cli_rows_int(rows, columns[i].name, rec->line);
        } else {
            cli_rows_field(rows, rec, columns[i].field, room);
        }
    }
    cli_rows_end(rows);
}

static void member_rows(struct cli_rows *rows, const struct dbc_record *rec,
                        const struct dbc_field *field)
{
    const struct dbc_refs *refs = dbc_field_of(rec, field);

    for (size_t i = 0; i < refs->n; i++) {
        cli_rows_begin(rows);
        cli_rows_text(rows, "class", dbc_schema_class(rec->class_)->name);
        cli_rows_text(rows, "ref", rec->ref);
        cli_rows_text(rows, "field", field->name);
        cli_rows_int(rows, "position", (int64_t)i + 1);
        cli_rows_text(rows, "target", refs->v[i]);
        cli_rows_end(rows);
    }
}

static void config_rows(struct cli_rows *rows, const struct dbc_record *rec,
                        const struct dbc_field *field)
{
    const struct dbc_map *map = dbc_field_of(rec, field);

    for (size_t i = 0; i < map->n; i++) {
        cli_rows_begin(rows);
        cli_rows_text(rows, "class", dbc_schema_class(rec->class_)->name);
        cli_rows_text(rows, "ref", rec->ref);
        cli_rows_text(rows, "key", map->v[i].key);
        cli_rows_text(rows, "value", map->v[i].value);
        cli_rows_end(rows);
    }
}

/* Adds the rows of a record in a table. */
static void record_rows(struct cli_rows *rows, int table, const struct dbc_record *rec)
{
    const struct dbc_class_info *info = dbc_schema_class(rec->class_);

    for (size_t i = 0; i < info->n_fields; i++) {
        if (table == CLI_TABLE_MEMBERS && info->fields[i].kind == DBC_KIND_REFS) {
            member_rows(rows, rec, &info->fields[i]);
        } else if (table == CLI_TABLE_CONFIG && info->fields[i].kind == DBC_KIND_MAP) {
            config_rows(rows, rec, &info->fields[i]);
        }
    }
}

struct pour {
    struct cli_table_rows *out;
    const struct cli_state *state;
    const struct dbc_db *db;
    cli_rows_fn *added;
    void *ctx;
    struct dbc_buf room;
};

static int pour_class(struct pour *pour, int table)
{
    struct cli_column columns[CLI_COLUMNS_MAX];
    size_t n = cli_table_columns(table, columns);
    struct cli_rows *rows = start(pour->out, table, pour->state);
    const struct dbc_records *records = &pour->db->of[table];
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < records->n; i++) {
        class_row(rows, records->v[i], columns, n, &pour->room);
        rc = pour->added(pour->ctx, table);
    }
    return rc;
}

static int pour_parts(struct pour *pour, int table)
{
    struct cli_rows *rows = start(pour->out, table, pour->state);
    int rc = 0;

    for (int class_ = 0; class_ < DBC_N_CLASSES; class_++) {
        const struct dbc_records *records = &pour->db->of[class_];
        for (size_t i = 0; rc == 0 && i < records->n; i++) {
            record_rows(rows, table, records->v[i]);
            rc = pour->added(pour->ctx, table);
        }
    }
    return rc;
}

static void finding_row(struct cli_rows *rows, const struct dbc_db *db,
                        const struct dbc_finding *finding, size_t position)
{
    const struct dbc_record *rec = finding->rec;
    char label[DBC_LABEL_SIZE];

    cli_rows_begin(rows);
    cli_rows_int(rows, "position", (int64_t)position + 1);
    cli_rows_text(rows, "rule", finding->rule->id);
    cli_rows_text(rows, "severity", dbc_severity_name(finding->rule->severity));
    cli_rows_text(rows, "class", rec == NULL ? "" : dbc_schema_class(rec->class_)->name);
    cli_rows_text(rows, "ref", rec == NULL ? "" : rec->ref);
    cli_rows_text(rows, "record", rec == NULL ? "" : dbc_label(db, rec, label));
    cli_rows_text(rows, "field", finding->field);
    cli_rows_text(rows, "key", finding->key == NULL ? "" : finding->key);
    cli_rows_text(rows, "value", finding->value == NULL ? "" : finding->value);
    cli_rows_text(rows, "message", finding->message);
    cli_rows_end(rows);
}

static int pour_findings(struct pour *pour, const struct cli_contents *contents)
{
    struct cli_rows *rows = start(pour->out, CLI_TABLE_FINDING, pour->state);
    size_t own = contents->findings.n;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < own + contents->n_between; i++) {
        finding_row(rows, pour->db,
                    i < own ? &contents->findings.v[i] : &contents->between[i - own], i);
        rc = pour->added(pour->ctx, CLI_TABLE_FINDING);
    }
    return rc;
}

int cli_state_records(struct cli_table_rows *out, const struct cli_state *state,
                      const struct cli_contents *contents, cli_rows_fn *added, void *ctx)
{
    struct pour pour = { out, state, contents->db, added, ctx, DBC_BUF_INIT };
    int rc = 0;

    for (int table = 0; rc == 0 && table < CLI_TABLE_HOST; table++) {
        if ((out->tables & 1u << table) == 0) {
            continue;
        }
        if (table < DBC_N_CLASSES) {
            rc = pour_class(&pour, table);
        } else {
            rc = table == CLI_TABLE_FINDING ? pour_findings(&pour, contents)
                                            : pour_parts(&pour, table);
        }
    }
    dbc_buf_release(&pour.room);
    return rc;
}
