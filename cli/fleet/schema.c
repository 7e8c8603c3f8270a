/* schema.c - writes the columns of tables.c as statements for three engines (schema.h). */
#include "schema.h"

#include <string.h>

struct dialect {
    const char *name;
    const char *types[CLI_TYPE_TIME_OR_NULL + 1];
    const char *holder;   /* its word for a group of tables: schema or database */
    const char *view;     /* the start of a view that may exist already */
    const char *not_null; /* behind a column that is never null */
    bool comments;        /* comments are statements of their own; else behind the column */
};

static const struct dialect dialects[CLI_N_ENGINES] = {
    [CLI_ENGINE_POSTGRESQL] = { "postgresql",
                                { "text", "smallint", "integer", "integer", "bigint", "timestamptz",
                                  "timestamptz" },
                                "SCHEMA",
                                "CREATE OR REPLACE VIEW",
                                " NOT NULL",
                                true },
    [CLI_ENGINE_CLICKHOUSE] = { "clickhouse",
                                { "String", "UInt8", "UInt32", "Nullable(Int32)", "Nullable(Int64)",
                                  "DateTime", "Nullable(DateTime)" },
                                "DATABASE",
                                "CREATE VIEW IF NOT EXISTS",
                                "",
                                false },
    [CLI_ENGINE_DUCKDB] = { "duckdb",
                            { "VARCHAR", "TINYINT", "INTEGER", "INTEGER", "BIGINT", "TIMESTAMP",
                              "TIMESTAMP" },
                            "SCHEMA",
                            "CREATE OR REPLACE VIEW",
                            " NOT NULL",
                            true },
};

enum cli_engine cli_engine_by_name(const char *name)
{
    int engine = 0;

    while (engine < CLI_N_ENGINES && strcmp(dialects[engine].name, name) != 0) {
        engine++;
    }
    return (enum cli_engine)engine;
}

/* ---- Tables ---------------------------------------------------------------------------------- */

static bool may_be_null(enum cli_column_type type)
{
    return type == CLI_TYPE_NUMBER || type == CLI_TYPE_BYTES || type == CLI_TYPE_TIME_OR_NULL;
}

/* Writes a text in quotes, with quotes doubled, as all three engines read it. */
static void add_literal(struct dbc_buf *out, const char *text)
{
    dbc_buf_addc(out, '\'');
    for (; *text != '\0'; text++) {
        dbc_buf_adds(out, *text == '\'' ? "''" : "");
        if (*text != '\'') {
            dbc_buf_addc(out, *text);
        }
    }
    dbc_buf_addc(out, '\'');
}

static void add_keys(struct dbc_buf *out, const struct cli_column *columns, size_t n)
{
    bool first = true;

    for (size_t i = 0; i < n; i++) {
        if (columns[i].key) {
            dbc_buf_addf(out, "%s\"%s\"", first ? "(" : ", ", columns[i].name);
            first = false;
        }
    }
    dbc_buf_adds(out, ")");
}

/* Writes the end of a table: its key and its partitions. */
static void add_storage(struct dbc_buf *out, enum cli_engine engine,
                        const struct cli_column *columns, size_t n)
{
    if (engine == CLI_ENGINE_CLICKHOUSE) {
        dbc_buf_adds(out, "\n) ENGINE = ReplacingMergeTree\n"
                          "PARTITION BY toYYYYMMDD(\"observed_at\")\nORDER BY ");
        add_keys(out, columns, n);
        dbc_buf_adds(out, ";\n");
        return;
    }
    dbc_buf_adds(out, ",\n    PRIMARY KEY ");
    add_keys(out, columns, n);
    dbc_buf_adds(out, engine == CLI_ENGINE_POSTGRESQL
                          ? "\n) PARTITION BY RANGE (\"observed_at\");\n"
                          : "\n);\n");
}

static void add_comments(struct dbc_buf *out, const char *name, const char *doc,
                         const struct cli_column *columns, size_t n)
{
    dbc_buf_addf(out, "COMMENT ON TABLE fleet.%s IS ", name);
    add_literal(out, doc);
    dbc_buf_adds(out, ";\n");
    for (size_t i = 0; i < n; i++) {
        dbc_buf_addf(out, "COMMENT ON COLUMN fleet.%s.\"%s\" IS ", name, columns[i].name);
        add_literal(out, columns[i].doc);
        dbc_buf_adds(out, ";\n");
    }
}

static void add_table(struct dbc_buf *out, enum cli_engine engine, int table)
{
    const struct dialect *dialect = &dialects[engine];
    struct cli_column columns[CLI_COLUMNS_MAX];
    size_t n = cli_table_columns(table, columns);
    const char *name = cli_table_name(table);

    dbc_buf_addf(out, "\n-- %s\nCREATE TABLE IF NOT EXISTS fleet.%s (\n", cli_table_doc(table),
                 name);
    for (size_t i = 0; i < n; i++) {
        dbc_buf_addf(out, "%s    \"%s\" %s%s", i == 0 ? "" : ",\n", columns[i].name,
                     dialect->types[columns[i].type],
                     may_be_null(columns[i].type) ? "" : dialect->not_null);
        if (!dialect->comments) {
            dbc_buf_adds(out, " COMMENT ");
            add_literal(out, columns[i].doc);
        }
    }
    add_storage(out, engine, columns, n);
    if (engine == CLI_ENGINE_POSTGRESQL) { /* for rows that fit into no other partition */
        dbc_buf_addf(out,
                     "CREATE TABLE IF NOT EXISTS fleet.%s_rest PARTITION OF fleet.%s DEFAULT;\n",
                     name, name);
    }
    if (dialect->comments) {
        add_comments(out, name, cli_table_doc(table), columns, n);
    }
}

/* ---- Views ----------------------------------------------------------------------------------- */

/* The identity of a host in all its states. */
#define WHO "CASE WHEN \"uuid\" <> '' THEN \"uuid\" ELSE concat(\"pool\", '/', \"host\") END"
#define STATE "\"host\", \"pool\", \"hash\""

static void add_host_view(struct dbc_buf *out, enum cli_engine engine)
{
    dbc_buf_addf(out, "\n-- The newest state of each host.\n%s latest.host AS\n",
                 dialects[engine].view);
    if (engine == CLI_ENGINE_CLICKHOUSE) {
        dbc_buf_adds(out, "SELECT *, \"source\" AS \"file\", " WHO " AS \"who\" FROM fleet.host\n"
                          "WHERE \"hash\" <> ''\nORDER BY \"observed_at\" DESC, \"source\" DESC\n"
                          "LIMIT 1 BY \"who\";\n");
    } else {
        dbc_buf_adds(out, "SELECT DISTINCT ON (" WHO ") *, \"source\" AS \"file\", " WHO
                          " AS \"who\"\nFROM fleet.host\nWHERE \"hash\" <> ''\n"
                          "ORDER BY " WHO ", \"observed_at\" DESC, \"source\" DESC;\n");
    }
}

static void add_view(struct dbc_buf *out, enum cli_engine engine, int table)
{
    const char *name = cli_table_name(table);
    bool clickhouse = engine == CLI_ENGINE_CLICKHOUSE;

    /* With GLOBAL the shards of a Distributed table get the inner result and do not ask again. */
    dbc_buf_addf(out,
                 "%s latest.%s AS\nSELECT *, \"source\" AS \"file\" FROM fleet.%s%s\n"
                 "WHERE (" STATE ", \"observed_at\") %sIN\n"
                 "    (SELECT " STATE ", \"records_at\" FROM latest.host);\n",
                 dialects[engine].view, name, name, clickhouse ? " FINAL" : "",
                 clickhouse ? "GLOBAL " : "");
}

void cli_schema(enum cli_engine engine, unsigned tables, struct dbc_buf *out)
{
    tables |= 1u << CLI_TABLE_HOST;
    dbc_buf_addf(out, "CREATE %s IF NOT EXISTS fleet;\nCREATE %s IF NOT EXISTS latest;\n",
                 dialects[engine].holder, dialects[engine].holder);
    for (int i = 0; i < CLI_N_TABLES; i++) {
        if ((tables & 1u << i) != 0) {
            add_table(out, engine, i);
        }
    }
    add_host_view(out, engine);
    for (int i = 0; i < CLI_TABLE_HOST; i++) {
        if ((tables & 1u << i) != 0) {
            add_view(out, engine, i);
        }
    }
}
