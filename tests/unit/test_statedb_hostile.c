/* test_statedb_hostile.c - statedb/: files that are cut off, mixed up, endless or made to be
 * expensive, and that no error prints a secret of a file. */
#include "unit/test.h"

#include <errno.h>
#include <time.h>

#include "base/limits.h"
#include "statedb/stage.h"
#include "unit/statedb_text.h"
#include "unit/thorough.h"

static void assert_refused(const char *text, enum dbc_code code, const char *part)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct warnings w;
    struct dbc_statedb *pool = read_pool(text, &w, &err);

    if (pool != NULL) {
        fail_msg("taken: %.200s", text);
    }
    assert_int_equal(err.code, code);
    assert_has(err.text, part);
    assert_string_equal(err.file, "t");
}

TEST(each_element_has_its_place)
{
    assert_refused("<xenserver-network-configuration/>", DBC_EPARSE,
                   "expected <database>, found <xenserver-network-configuration>");
    assert_refused("<table name='host'><row ref='h1'/></table>", DBC_EPARSE,
                   "expected <database>, found <table>");
    assert_refused("<row ref='h1'/>", DBC_EPARSE, "expected <database>, found <row>");
    assert_refused(DATABASE("<row ref='h1'/>"), DBC_EPARSE, "expected <table>, found <row>");
    assert_refused(DATABASE("<pair key='a' value='b'/>"), DBC_EPARSE, "expected <table>, found");
    assert_refused(DATABASE("<database/>"), DBC_EPARSE, "expected <table>, found <database>");
    assert_refused(DATABASE("<manifest><row/></manifest>"), DBC_EPARSE, "expected <pair>, found");
    assert_refused(DATABASE("<manifest><table/></manifest>"), DBC_EPARSE, "expected <pair>");
    assert_refused(DATABASE("<manifest><pair><pair/></pair></manifest>"), DBC_EPARSE,
                   "expected </pair>, found <pair>");
    assert_refused(DATABASE("<table name='x'><table name='host'/></table>"), DBC_EPARSE,
                   "expected <row>, found <table>");
    assert_refused(DATABASE("<table name='host'><row ref='h1'>\n<row ref='h2'/></row></table>"),
                   DBC_EPARSE, "expected </row>, found <row>");
    assert_refused(DATABASE("<table name='x'><row><table/></row></table>"), DBC_EPARSE,
                   "expected </row>, found <table>");
    assert_refused(DATABASE("<!-- x --><!DOCTYPE a>"), DBC_EPARSE, "found");
    assert_refused("<!DOCTYPE a>" DATABASE(HOSTS), DBC_EPARSE,
                   "expected <database>, found <!DOCTYPE>");
    assert_refused("", DBC_EPARSE, "found an empty file");
    assert_refused("PK\3\4", DBC_EPARSE, "expected XML in UTF-8");
    assert_refused(DATABASE(HOSTS) "<database/>", DBC_EPARSE, "expected well-formed XML");
}

TEST(an_error_has_its_place)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct warnings w;

    assert_null(read_pool("<database>\n <row ref='h1'/></database>", &w, &err));
    assert_int_equal(err.line, 2);
    assert_true(err.column > 5);
    assert_null(read_pool("<database>\n\n<table name='host'><row ref='a' ref='b'/>", &w, &err));
    assert_int_equal(err.code, DBC_EPARSE);
    assert_int_equal(err.line, 3);
}

static const char whole[] =
    "<?xml version=\"1.0\"?>\n<database><manifest><pair key=\"generation_count\" value=\"7\"/>"
    "</manifest>" HOSTS PIFS NETWORKS "<!-- c --></database>";

/* Half a pool must not look like a whole one. */
TEST(no_beginning_is_enough)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct warnings w;

    for (size_t len = 0; len < sizeof whole - 1; len++) {
        struct dbc_statedb *pool = read_pool_bytes(whole, len, SIZE_MAX, &w, &err);

        assert_null(pool);
        assert_int_equal(err.code, DBC_EPARSE);
        /* libxml2 takes what is behind these for something else than the end. */
        if (len > strlen("<?xml version=\"1.0\"?>\n<database>") &&
            strchr("/!-", whole[len - 1]) == NULL) {
            assert_has(err.text, "found the end of the file");
        }
    }
    dbc_statedb_free(good_pool(whole));
}

static ssize_t break_off(const struct dbc_stream *self, char *buffer, size_t len,
                         struct dbc_error *err)
{
    size_t *calls = self->ctx;

    if ((*calls)++ == 1) {
        return dbc_fail_errno(err, EIO, "%s: cannot read", self->name);
    }
    assert_true(len > sizeof whole && *calls == 1); /* not called after an error */
    memcpy(buffer, whole, 100);
    return 100;
}

TEST(a_broken_stream_is_its_error)
{
    size_t calls = 0;
    struct dbc_stream stream = { .name = "t", .read = break_off, .ctx = &calls };
    struct dbc_error err = DBC_ERROR_INIT;

    assert_null(dbc_statedb_read(&stream, NULL, NULL, &err));
    assert_int_equal(err.code, DBC_EIO);
    assert_has(err.text, "t: cannot read");
    assert_int_equal(calls, 2);
    calls = 0;
    assert_null(dbc_statedb_read(&stream, NULL, NULL, NULL)); /* nobody wants to know */
}

/* ---- Secrets ------------------------------------------------------------------------------ */

#define TOKEN "5f3c4e2b/a1d0/9e8f"
static const char with_secrets[] =
    "<database><manifest><pair key=\"pool_token\" value=\"" TOKEN "\"/>"
    "<pair key=\"generation_count\" value=\"" TOKEN "\"/><pair value=\"" TOKEN "\" "
    "key=\"schema_minor_vsn\"/></manifest><table name=\"secret\"><row ref=\"a\" value=\"" TOKEN
    "\"/></table>" HOSTS "</database>";

/* No part of it of four bytes. */
static void assert_no_secret(const char *text)
{
    for (size_t i = 0; i + 4 < sizeof TOKEN; i++) {
        char part[5] = "";

        memcpy(part, &TOKEN[i], 4);
        if (strstr(text, part) != NULL) {
            fail_msg("'%s' is in '%s'", part, text);
        }
    }
}

static bool stays_secret(const char *text, size_t len)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct warnings w;
    struct dbc_statedb *pool = read_pool_bytes(text, len, SIZE_MAX, &w, &err);
    bool taken = pool != NULL;

    assert_no_secret(err.text);
    assert_no_secret(w.first);
    assert_no_secret(w.last);
    for (size_t i = 0; i < (pool == NULL ? 0 : dbc_statedb_n_hosts(pool)); i++) {
        struct dbc_db *db = dbc_statedb_host_db(pool, i, NULL, NULL, NULL);
        struct dbc_buf cache = format(db);

        assert_no_secret(dbc_buf_str(&cache));
        dbc_buf_release(&cache);
        dbc_db_free(db);
    }
    dbc_statedb_free(pool);
    return taken;
}

/* Whatever happens to the file: each byte in turn is lost, or becomes what XML is made of. */
TEST(secrets_stay_in_the_file)
{
    static const char by[] = "\"'<>&;= x!?";
    char text[sizeof with_secrets];

    assert_true(stays_secret(with_secrets, sizeof with_secrets - 1));
    for (size_t at = 0; at < sizeof with_secrets - 1; at += stride(1, 7)) {
        stays_secret(with_secrets, at);
        memcpy(text, with_secrets, at);
        memcpy(text + at, with_secrets + at + 1, sizeof with_secrets - at - 1);
        stays_secret(text, sizeof with_secrets - 2);
        memcpy(text, with_secrets, sizeof text);
        for (size_t i = 0; i < sizeof by - 1; i++) {
            text[at] = by[i];
            stays_secret(text, sizeof text - 1);
        }
    }
}

/* libxml2 says which entity is none and which attribute has no value. */
TEST(names_stay_in_the_file)
{
    static const char *const cases[] = {
        "<database><manifest><pair key='pool_token' value='&SECRET;'/></manifest>",
        "<database><manifest><pair key='pool_token' value='' SECRET/></manifest>",
        "<database><manifest><pair key='pool_token' value='' SECRET='' SECRET=''/></manifest>",
        "<database><table name='secret'><row ref='a' value='&SECRET;'/></table>",
        "<database><table name='pool'><row ref='a' other_config='' SECRET/></table>",
        "<database SECRET>",
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct dbc_error err = DBC_ERROR_INIT;
        struct warnings w;

        assert_null(read_pool(cases[i], &w, &err));
        assert_int_equal(err.code, DBC_EPARSE);
        assert_true(err.line == 1 && err.column > 0);
        assert_has(err.text, i < 5 ? "found damage (not shown" : "SECRET"); /* what is outside */
        assert_true(i == 5 || strstr(err.text, "SECRET") == NULL);
        assert_string_equal(w.last, "");
    }
}

/* ---- Limits ------------------------------------------------------------------------------- */

/* A start, a middle `n` times with its number where it has a %zu, an end. */
struct endless {
    const char *start, *middle, *end;
    size_t n, at;      /* pieces: 0 is the start, n + 1 the end */
    char piece[80000]; /* in hand */
    size_t len, given;
};

static void next_piece(struct endless *e)
{
    const char *text = e->at == 0 ? e->start : e->at <= e->n ? e->middle : e->end;
    const char *number = strstr(text, "%zu");

    e->given = 0;
    e->len = strlen(text);
    assert_true(e->len + 20 < sizeof e->piece);
    if (number == NULL) {
        memcpy(e->piece, text, e->len + 1);
    } else {
        e->len = (size_t)snprintf(e->piece, sizeof e->piece, "%.*s%zu%s", (int)(number - text),
                                  text, e->at, number + 3);
    }
    e->at++;
}

static ssize_t read_endless(const struct dbc_stream *self, char *buffer, size_t len,
                            struct dbc_error *err)
{
    struct endless *e = self->ctx;
    size_t used = 0;

    (void)err;
    while (used < len) {
        size_t n = e->len - e->given < len - used ? e->len - e->given : len - used;

        memcpy(buffer + used, e->piece + e->given, n);
        used += n;
        e->given += n;
        if (e->given == e->len) {
            if (e->at > e->n + 1) {
                break;
            }
            next_piece(e);
        }
    }
    return (ssize_t)used;
}

static struct dbc_statedb *read_long(const char *start, const char *middle, size_t n,
                                     const char *end, struct dbc_error *err)
{
    struct endless *e = calloc(1, sizeof *e);
    struct dbc_stream stream = { .name = "t", .read = read_endless, .ctx = e };
    struct dbc_statedb *pool = NULL;

    assert_non_null(e);
    e->start = start;
    e->middle = middle;
    e->end = end;
    e->n = n;
    dbc_error_clear(err);
    pool = dbc_statedb_read(&stream, NULL, NULL, err);
    /* What is refused is not read to its end. */
    assert_true(pool != NULL || n < 20000 || e->at < 20000 || strlen(middle) > 20);
    free(e);
    return pool;
}

static void assert_limit(const char *start, const char *middle, size_t n, const char *end,
                         const char *part)
{
    struct dbc_error err = DBC_ERROR_INIT;

    assert_null(read_long(start, middle, n, end, &err));
    assert_int_equal(err.code, DBC_ELIMIT);
    assert_has(err.text, part);
    assert_string_equal(err.file, "t");
}

static void assert_taken(const char *start, const char *middle, size_t n, const char *end)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_statedb *pool = read_long(start, middle, n, end, &err);

    assert_string_equal(err.text, "");
    assert_non_null(pool);
    dbc_statedb_free(pool);
}

#define ROW_START "<database>" HOSTS "<table name='VM'><row ref='a'"
#define ROW_END "/></table></database>"

TEST(attributes_are_few)
{
    clock_t start = clock();

    assert_taken(ROW_START, " c%zu=''", 255, ROW_END);
    assert_limit(ROW_START, " c%zu=''", 256, ROW_END, "at most 256 attributes");
    /* libxml2 compares each with each before it tells of them: 8 MB of them would take hours. */
    assert_limit(ROW_START, " c%zu=''", 20000, ROW_END, "at most 256 attributes");
    assert_limit(ROW_START, " c=''", 1000000, ROW_END, "at most 256 attributes");
    assert_limit(ROW_START, " xmlns:c%zu='u'", 30000, ROW_END, "at most 256 attributes");
    assert_limit("<database", " c%zu=''", 500000, "/>", "at most 256 attributes");
    assert_true(clock() - start < 20 * CLOCKS_PER_SEC);
}

TEST(a_tag_is_not_endless)
{
    assert_taken(ROW_START " v='", "0123456789%zu", 400000, "'" ROW_END);
    assert_limit(ROW_START " v='", "0123456789 0123456789 0123456789 0123456789", 300000,
                 "'" ROW_END, "at most 8388608 bytes");
    assert_taken("<database>" HOSTS, "<!-- a comment of 32 characters -->", 300000, "</database>");
    assert_taken("<database>" HOSTS, "<?an instruction of 35 characters?>", 300000, "</database>");
    assert_taken("<database>" HOSTS, "<![CDATA[ also for texts like this]]>", 300000,
                 "</database>");
    assert_taken("<database>" HOSTS, "text that is in no field of any row", 300000, "</database>");
}

TEST(elements_are_not_deep)
{
    assert_taken("<database><a>", "<b>", 6, "</b></b></b></b></b></b></a>" HOSTS "</database>");
    assert_limit("<database><a>", "<b>", 7, "", "at most 8 elements inside each other");
}

TEST(a_file_is_not_endless)
{
    char *blanks = malloc(60001);

    assert_non_null(blanks);
    memset(blanks, ' ', 60000);
    blanks[60000] = '\0';
    assert_limit("<database>", blanks, SIZE_MAX / 2, "", "at most 268435456 bytes");
    assert_int_equal(DBC_LIMIT_STATEDB_BYTES, 268435456);
    free(blanks);
}

/* Different texts of 60,000 bytes. */
TEST(staged_rows_are_not_endless)
{
    struct dbc_buf row = DBC_BUF_INIT;

    dbc_buf_adds(&row, "<row ref='r%zu' bridge='%");
    for (size_t i = 0; i < 6000; i++) {
        dbc_buf_adds(&row, "0123456789");
    }
    dbc_buf_adds(&row, "%zu'/>");
    memcpy(strstr(row.data, "r%zu"), "r   ", 4); /* one number, at the end: rows are replaced */
    assert_limit("<database><table name='network'>", row.data, 3000, "</table></database>",
                 "records that fit into 100663296 bytes");
    assert_taken("<database>" HOSTS "<table name='network'>", row.data, 500, "</table></database>");
    dbc_buf_release(&row);
}

/* Texts of 64 KiB and more: one of them, one key's, all of a map's, a reference. */
TEST(long_texts_are_left_out)
{
    static const struct {
        const char *before, *after, *expected;
        size_t len;
    } cases[] = {
        { "bridge='", "'", "", DBC_LIMIT_TEXT_BYTES },
        { "bridge='", "'", "a shorter text", DBC_LIMIT_TEXT_BYTES + 1 },
        { "bridge='%%", "'", "", DBC_LIMIT_TEXT_BYTES - 1 },
        { "other_config='((\"mtu\" \"", "\"))'", "", DBC_LIMIT_TEXT_BYTES },
        { "other_config='((\"mtu\" \"", "\"))'", "shorter texts", DBC_LIMIT_TEXT_BYTES + 1 },
        { "other_config='((\"note\" \"", "\"))'", "", 3 * DBC_LIMIT_TEXT_BYTES },
    };
    char *many = malloc(3 * DBC_LIMIT_TEXT_BYTES + 1);

    assert_non_null(many);
    memset(many, 'm', 3 * DBC_LIMIT_TEXT_BYTES);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct dbc_buf text = DBC_BUF_INIT;
        struct dbc_error err = DBC_ERROR_INIT;
        struct warnings w;
        struct dbc_statedb *pool = NULL;

        dbc_buf_addf(&text, "<database>" HOSTS "<table name='network'><row ref='n1' uuid='u' %s",
                     cases[i].before);
        dbc_buf_add(&text, many, cases[i].len);
        dbc_buf_addf(&text, "%s/></table></database>", cases[i].after);
        pool = read_pool(dbc_buf_str(&text), &w, &err);
        assert_non_null(pool);
        assert_int_equal(w.n, cases[i].expected[0] != '\0');
        assert_has(w.last, cases[i].expected);
        dbc_db_free(host_of(pool, "h1"));
        dbc_statedb_free(pool);
        dbc_buf_release(&text);
    }
    free(many);
}

TEST(a_map_is_not_endless)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    struct warnings w;
    struct dbc_statedb *pool = NULL;

    dbc_buf_adds(&text, "<database>" HOSTS "<table name='network'><row ref='n1' other_config='(");
    for (size_t i = 0; i < DBC_LIMIT_STAGE_TEXT / 8; i++) {
        dbc_buf_addf(&text, "(\"mtu\" \"%zu\")", i + 1000);
    }
    dbc_buf_adds(&text, ")'/></table></database>");
    pool = read_pool(dbc_buf_str(&text), &w, &err);
    assert_non_null(pool);
    assert_int_equal(w.n, 1);
    assert_has(w.last, "column other_config: expected shorter texts");
    dbc_statedb_free(pool);
    dbc_buf_release(&text);
}

TEST(a_reference_is_short)
{
    static const struct {
        size_t len;
        unsigned warnings;
        const char *first;
    } cases[] = { { DBC_LIMIT_REF_BYTES, 0, "r" },
                  { DBC_LIMIT_REF_BYTES + 1, 1, "r" },
                  { 10, 1, "\x7f" },
                  { 10, 0, "\xc3\xa9" } };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char ref[DBC_LIMIT_REF_BYTES + 2], text[4096];
        struct dbc_error err = DBC_ERROR_INIT;
        struct warnings w;
        struct dbc_statedb *pool = NULL;

        memset(ref, 'r', cases[i].len);
        ref[cases[i].len] = '\0';
        memcpy(ref, cases[i].first, strlen(cases[i].first));
        snprintf(text, sizeof text, DATABASE(HOSTS "<table name='network'><row ref='%s'/></table>"),
                 ref);
        pool = read_pool(text, &w, &err);
        assert_non_null(pool);
        assert_int_equal(w.n, cases[i].warnings);
        dbc_statedb_free(pool);
    }
}

TEST(warnings_are_not_endless)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    struct warnings w;

    dbc_buf_adds(&text, "<database>" HOSTS "<table name='network'>");
    for (size_t i = 0; i < DBC_LIMIT_WARNINGS + 50; i++) {
        dbc_buf_adds(&text, "<row/>");
    }
    dbc_buf_adds(&text, "</table></database>");
    dbc_statedb_free(read_pool(dbc_buf_str(&text), &w, &err));
    assert_int_equal(w.n, DBC_LIMIT_WARNINGS + 1);
    assert_has(w.last, "there are more warnings");
    dbc_buf_release(&text);
}

/* A list of more than DBC_LIMIT_LIST cannot be a record's. */
TEST(a_list_is_not_endless)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_statedb *pool = read_long("<database>" HOSTS PIFS NETWORKS "<table name='VLAN'>",
                                         "<row ref='v%zu' tagged_PIF='p1' untagged_PIF='p2'/>",
                                         DBC_LIMIT_LIST + 1, "</table></database>", &err);

    assert_non_null(pool);
    assert_null(dbc_statedb_host_db(pool, 0, NULL, NULL, &err));
    assert_int_equal(err.code, DBC_ELIMIT);
    dbc_db_free(host_of(pool, "h2"));
    dbc_statedb_free(pool);
}

/* ---- The stage ---------------------------------------------------------------------------- */

/* Enough for several chunks and for its table to grow several times. */
TEST(many_texts_stay_apart)
{
    enum { MANY = 60000 };
    struct dbc_stage stage;
    uint32_t *places = calloc(MANY, sizeof *places);
    char text[64];

    assert_non_null(places);
    assert_int_equal(dbc_stage_init(&stage, NULL), 0);
    for (size_t i = 0; i < MANY; i++) {
        struct dbc_stage_wanted wanted = { .bytes = text };

        wanted.len = (size_t)snprintf(text, sizeof text, "OpaqueRef:%zu", i * 7919);
        assert_int_equal(dbc_stage_intern(&stage, &wanted, 1, NULL), 0);
        places[i] = wanted.place;
        assert_true(i == 0 || places[i] != places[i - 1]);
    }
    assert_true(stage.n_chunks > 3 && stage.n_texts == MANY);
    for (size_t i = 0; i < MANY; i++) {
        snprintf(text, sizeof text, "OpaqueRef:%zu", i * 7919);
        assert_string_equal(dbc_stage_text(&stage, places[i]), text);
        assert_int_equal(dbc_stage_find(&stage, text), places[i]);
    }
    assert_int_equal(dbc_stage_find(&stage, "OpaqueRef:1"), 0);
    assert_int_equal(dbc_stage_find(&stage, ""), 0);
    free(places);
    dbc_stage_release(&stage);
}

TEST(fields_fit_a_row)
{
    assert_true((int)DBC_COLUMN_END <= 64); /* six bits of a cell */
    for (int i = 0; i < DBC_N_CLASSES; i++) {
        assert_true(dbc_schema_class((enum dbc_class)i)->n_fields <= DBC_COLUMN_FIELDS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_element_has_its_place),
        cmocka_unit_test(an_error_has_its_place),
        cmocka_unit_test(no_beginning_is_enough),
        cmocka_unit_test(a_broken_stream_is_its_error),
        cmocka_unit_test(secrets_stay_in_the_file),
        cmocka_unit_test(names_stay_in_the_file),
        cmocka_unit_test(attributes_are_few),
        cmocka_unit_test(a_tag_is_not_endless),
        cmocka_unit_test(elements_are_not_deep),
        cmocka_unit_test(a_file_is_not_endless),
        cmocka_unit_test(staged_rows_are_not_endless),
        cmocka_unit_test(long_texts_are_left_out),
        cmocka_unit_test(a_map_is_not_endless),
        cmocka_unit_test(a_reference_is_short),
        cmocka_unit_test(warnings_are_not_endless),
        cmocka_unit_test(a_list_is_not_endless),
        cmocka_unit_test(many_texts_stay_apart),
        cmocka_unit_test(fields_fit_a_row),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
