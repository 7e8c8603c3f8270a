/* fuzz_sync.c - ovs-xapi-sync between a hostile XAPI and a database with rows of strangers.
 *
 * The input is a list of texts, each with a NUL at its end: rows of the database that come, change
 * or go ({TABLE: {UUID: COLUMNS or null}}), or XAPI's answer to the next call; one that is neither
 * says that XAPI is away, that the database refuses the next transaction, or that all is asked
 * again.  Database and XAPI are stood in for by what the program calls.
 *
 * Checked beside "no crash": each transaction asserts the rows that it changes, and changes only
 * the program's own keys, to values that are allowed here; each question asks for uuids and nothing
 * else; no control character gets into the log; and when all is in step, a second look changes
 * nothing. */
#include <stdint.h>

#include "../xapi/answers.h"
#include "answer_mutator.h"
#include "reconfigure/sync/write.h"
#include "sync_policy.h"
#include "texts_mutator.h"
#include "xapi/call.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROUNDS 64 /* until all is in step */

/* ---- Open vSwitch's database --------------------------------------------------------------- */

static bool refuses, in_conflict;
static unsigned transactions;

int ifr_ovsdb_transact(struct ifr_ovsdb *db, const json_t *operations, unsigned deadline_ms,
                       ifr_ovsdb_row_fn *row, void *ctx, json_t **results, struct dbc_error *err)
{
    bool refused = refuses, conflict = in_conflict;

    (void)db;
    (void)deadline_ms;
    (void)ctx;
    must(row == NULL && results == NULL, "a transaction that reads", "");
    database_transact(operations, refused || conflict);
    transactions++;
    refuses = in_conflict = false;
    if (refused || conflict) {
        return dbc_fail(err, refused ? DBC_ECOMMAND : DBC_ECONFLICT, "not done");
    }
    return 0;
}

/* ---- XAPI ---------------------------------------------------------------------------------- */

static const char login[] =
    "<methodResponse><params><param><value><struct><member><name>Status</name><value>Success"
    "</value></member><member><name>Value</name><value>OpaqueRef:1</value></member></struct>"
    "</value></param></params></methodResponse>";

static const char *answer; /* the next one; "": XAPI is away; NULL: it has not answered yet */

struct dbc_xapi_exchange {
    struct dbc_xapi_exchange_call call;
    struct dbc_xapi_response response;
};

/* An expression that asks for uuids: field "uuid"="..." or field ... */
static void check_question(const char *text)
{
    static const char head[] = "(field \"uuid\"=\"", tail[] = "\")", between[] = " or ";

    while (*text != '\0') {
        size_t len = 0;

        must(strncmp(text, head, sizeof head - 1) == 0, "a question", text);
        text += sizeof head - 1;
        len = strspn(text, PLAIN);
        must(len > 0 && strncmp(text + len, tail, sizeof tail - 1) == 0, "a uuid", text);
        text += len + sizeof tail - 1;
        must(*text == '\0' || strncmp(text, between, sizeof between - 1) == 0, "a question", text);
        text += *text == '\0' ? 0 : sizeof between - 1;
    }
}

static void check_request(const struct dbc_xapi_exchange_call *call, const struct dbc_buf *request)
{
    xmlDocPtr doc = xmlReadMemory(request->data, (int)request->len, NULL, NULL, XML_PARSE_NONET);
    xmlNodePtr root = xmlDocGetRootElement(doc), last = NULL;
    bool asks = strstr(call->method, "_where") != NULL;

    must(root != NULL, "a request that is no XML", dbc_buf_str(request));
    for (xmlNodePtr at = root; at != NULL; at = node_after(root, at)) {
        last = is_element(at, "value") ? at : last;
    }
    if (asks && last != NULL) {
        xmlChar *text = xmlNodeGetContent(last);
        check_question((const char *)text);
        xmlFree(text);
    }
    must(!asks || last != NULL, "a question without an expression", dbc_buf_str(request));
    xmlFreeDoc(doc);
}

struct dbc_xapi_exchange *dbc_xapi_exchange_new(const struct dbc_xapi_exchange_call *call,
                                                struct dbc_buf *request, struct dbc_error *err)
{
    struct dbc_xapi_exchange *exchange = calloc(1, sizeof *exchange);

    (void)err;
    must(exchange != NULL, "out of memory", "");
    exchange->call = *call;
    check_request(call, request);
    dbc_xapi_forget(request);
    return exchange;
}

void dbc_xapi_exchange_free(struct dbc_xapi_exchange *exchange)
{
    if (exchange != NULL) {
        dbc_xapi_response_release(&exchange->response);
        free(exchange);
    }
}

int64_t dbc_xapi_exchange_poll(const struct dbc_xapi_exchange *exchange, struct pollfd *p)
{
    (void)exchange;
    *p = (struct pollfd){ .fd = -1 };
    return 0;
}

int dbc_xapi_exchange_run(struct dbc_xapi_exchange *x, struct dbc_error *err)
{
    bool logs_in = strncmp(x->call.method, "session.", 8) == 0;
    const char *text = logs_in ? login : answer;

    if (text == NULL) {
        return 0;
    }
    answer = logs_in ? answer : NULL;
    if (text[0] == '\0') {
        return dbc_fail(err, DBC_EIO, "XAPI is away");
    }
    if (answer_feed(text, strlen(text), strlen(text), x->call.sink, x->call.ctx, &x->response,
                    err) != 0) {
        return -1;
    }
    return x->response.failure.n == 0 ? 1 : dbc_fail(err, DBC_ECOMMAND, "refused");
}

const struct dbc_strvec *dbc_xapi_exchange_failure(const struct dbc_xapi_exchange *exchange)
{
    return &exchange->response.failure;
}

/* ---- The program --------------------------------------------------------------------------- */

struct sync {
    struct ifr_sync_answers answers;
    struct ifr_sync_rows rows;
    struct ifr_sync_ask ask;
    struct ifr_sync_writer writer;
};

static void log_line(void *ctx, enum dbc_level level, const char *text)
{
    (void)ctx;
    (void)level;
    must(is_clean(text), "a line of the log", text);
}

static void begin(struct sync *s, const struct dbc_log *log)
{
    memset(s, 0, sizeof *s);
    database_clear();
    refuses = in_conflict = false;
    ifr_sync_answers_init(&s->answers);
    ifr_sync_rows_init(&s->rows, &s->answers);
    ifr_sync_ask_init(&s->ask);
    s->ask.log = log;
    s->ask.rows = &s->rows;
    s->ask.open = true;
    s->writer = (struct ifr_sync_writer){ .rows = &s->rows, .ask = &s->ask, .log = log };
}

static void end(struct sync *s)
{
    answer = "";
    ifr_sync_ask_close(&s->ask);
    ifr_sync_rows_release(&s->rows);
    ifr_sync_ask_release(&s->ask);
    ifr_sync_answers_release(&s->answers);
}

/* What the database says of a row that the program has written, or a stranger. */
static void report(struct sync *s, const char *table, const char *uuid)
{
    json_t *row = database_row(table, uuid);
    json_t *columns = row == NULL ? NULL : columns_of(table, row);
    struct dbc_error err = DBC_ERROR_INIT;

    must(ifr_sync_rows_take(&s->rows, table, uuid, NULL, columns, &err) == 0, "a row", err.text);
    json_decref(columns);
}

static void report_all(struct sync *s)
{
    const char *uuid = NULL;
    json_t *row = NULL;

    for (size_t i = 0; i < 2; i++) {
        json_object_foreach(json_object_get(database, sync_tables[i]), uuid, row)
        {
            report(s, sync_tables[i], uuid);
        }
    }
}

/* Writes until nothing is left to look at. */
static void write_all(struct sync *s)
{
    struct dbc_error err = DBC_ERROR_INIT;
    unsigned rounds = 0;

    while (ifr_sync_has_changed(&s->writer)) {
        unsigned before = transactions;

        must(rounds++ < ROUNDS, "rows that are never in step", "");
        s->writer.not_before = 0;
        must(ifr_sync_write(&s->writer, NULL, &err) == 0, "writing", err.text);
        if (transactions > before) {
            report_all(s);
        }
    }
}

/* Gives XAPI time for what it has to say. */
static void ask(struct sync *s)
{
    for (unsigned i = 0; i < 6; i++) {
        for (int line = 0; line < IFR_SYNC_N_LINES; line++) {
            s->ask.talk[line].not_before = 0;
        }
        ifr_sync_ask_run(&s->ask);
    }
}

/* ---- The input ----------------------------------------------------------------------------- */

/* Takes rows that come, change or go.  What the schema refuses is not in the database. */
static void take_rows(struct sync *s, const char *text)
{
    json_t *tables = json_loads(text, 0, NULL), *columns = NULL;
    const char *uuid = NULL;

    for (size_t i = 0; i < 2; i++) {
        json_object_foreach(json_object_get(tables, sync_tables[i]), uuid, columns)
        {
            json_t *rows = json_object_get(database, sync_tables[i]);

            if (json_is_null(columns) && json_object_get(rows, uuid) != NULL) {
                json_object_del(rows, uuid);
                report(s, sync_tables[i], uuid);
            } else if (database_put(sync_tables[i], uuid, columns)) {
                report(s, sync_tables[i], uuid);
            }
        }
    }
    json_decref(tables);
}

static void take(struct sync *s, const char *text)
{
    switch (text[0]) {
    case '{':
        take_rows(s, text);
        break;
    case 'r':
        refuses = true;
        return;
    case 'c':
        in_conflict = true;
        return;
    case 'f':
        ifr_sync_ask_flush(&s->ask);
        ifr_sync_rows_touch_all(&s->rows);
        break;
    case '<':
        answer = text;
        break;
    default:
        answer = "";
        break;
    }
    ask(s);
    write_all(s);
}

/* A second look, with all bridges set up again, finds nothing to change. */
static void look_twice(struct sync *s)
{
    unsigned before = 0;

    refuses = in_conflict = false;
    answer = NULL;
    ifr_sync_rows_touch_all(&s->rows);
    write_all(s);
    before = transactions;
    ifr_sync_rows_touch_all(&s->rows);
    write_all(s);
    must(transactions == before, "a second look changes something", "");
}

static size_t mutate_answer(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    return mutate_tree(data, size, max, seed, change_answer);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    return mutate_texts(0, data, size, max, seed, mutate_answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct dbc_log log = { .line = log_line };
    char *text = calloc(1, size + 1);
    struct sync s;

    must(text != NULL, "out of memory", "");
    if (size > 0) {
        memcpy(text, data, size);
    }
    begin(&s, &log);
    for (size_t at = 0; at < size; at += strlen(text + at) + 1) {
        take(&s, text + at);
    }
    look_twice(&s);
    end(&s);
    free(text);
    return 0;
}
