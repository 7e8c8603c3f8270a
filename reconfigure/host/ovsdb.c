/* ovsdb.c - a connection to ovsdb-server: sends a request, waits for its answer, and meanwhile
 * handles the server's own messages. */
#include "reconfigure/host/ovsdb.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "reconfigure/host/ovsdb_priv.h"

int ifr_ovsdb_open(const char *path, unsigned deadline_ms, struct ifr_ovsdb **ret,
                   struct dbc_error *err)
{
    struct ifr_ovsdb *db = calloc(1, sizeof *db);

    *ret = NULL;
    if (db == NULL) {
        return dbc_fail_nomem(err);
    }
    if (ifr_ovsdb_stream_open(&db->stream, path, dbc_now_ms() + deadline_ms, err) != 0) {
        ifr_ovsdb_close(db);
        return -1;
    }
    *ret = db;
    return 0;
}

void ifr_ovsdb_close(struct ifr_ovsdb *db)
{
    if (db != NULL) {
        ifr_ovsdb_stream_release(&db->stream);
        json_decref(db->schema);
        free(db);
    }
}

bool ifr_ovsdb_in_doubt(const struct ifr_ovsdb *db)
{
    return db->in_doubt;
}

/* ---- One request and its answer -------------------------------------------------------------- */

size_t ifr_ovsdb_request(struct ifr_ovsdb *db, const char *method)
{
    size_t before = db->stream.out.len;

    db->in_doubt = false;
    dbc_buf_addf(&db->stream.out, "{\"id\":%lld,\"method\":\"%s\",\"params\":[\"%s\"",
                 (long long)++db->last_id, method, IFR_OVSDB_DATABASE);
    return before;
}

bool ifr_ovsdb_put(struct ifr_ovsdb *db, const json_t *value)
{
    struct dbc_buf *out = &db->stream.out;

    dbc_buf_addc(out, ',');
    return json_dump_callback(value, dbc_buf_sink, out, JSON_COMPACT | JSON_ENCODE_ANY) == 0 &&
           !out->failed;
}

/* Returns the span of `message` for a member of this name; NULL for an unknown one. */
static struct ifr_ovsdb_span *member(struct ifr_ovsdb_message *message, const char *name)
{
    return strcmp(name, "id") == 0       ? &message->id
           : strcmp(name, "method") == 0 ? &message->method
           : strcmp(name, "params") == 0 ? &message->params
           : strcmp(name, "result") == 0 ? &message->result
           : strcmp(name, "error") == 0  ? &message->error
                                         : NULL;
}

static int take_apart(struct ifr_ovsdb_span text, struct ifr_ovsdb_message *message,
                      struct dbc_error *err)
{
    struct ifr_ovsdb_walk walk;
    int rc = ifr_ovsdb_walk_begin(&walk, text, '{', err);

    memset(message, 0, sizeof *message);
    while (rc == 0 && (rc = ifr_ovsdb_walk_next(&walk, err)) > 0) {
        struct ifr_ovsdb_span *to = member(message, walk.key);
        if (to == NULL) {
            rc = ifr_ovsdb_check(walk.value, err);
        } else if (to->text != NULL) {
            rc = ifr_ovsdb_nonsense(err, "a message with the same member twice");
        } else {
            *to = walk.value;
            rc = 0;
        }
    }
    ifr_ovsdb_walk_end(&walk);
    return rc;
}

static bool is_method(struct ifr_ovsdb_span method, const char *name)
{
    size_t len = strlen(name);

    return method.len == len + 2 && memcmp(method.text + 1, name, len) == 0;
}

/* The answer holds the same value. */
static int answer_echo(struct ifr_ovsdb *db, const struct ifr_ovsdb_message *message,
                       struct dbc_error *err)
{
    struct dbc_buf *out = &db->stream.out;
    size_t before = out->len;

    if (message->id.text == NULL || message->params.text == NULL) {
        return ifr_ovsdb_nonsense(err, "an echo request without id or params");
    }
    if (message->id.len + message->params.len > IFR_OVSDB_ECHO_MAX) {
        return dbc_fail(err, DBC_ELIMIT, "ovsdb-server sent an echo request of more than %zu bytes",
                        IFR_OVSDB_ECHO_MAX);
    }
    if (ifr_ovsdb_check(message->id, err) != 0 || ifr_ovsdb_check(message->params, err) != 0) {
        return -1;
    }
    if (out->len - db->stream.request_end > 2 * IFR_OVSDB_ECHO_MAX) {
        return dbc_fail(err, DBC_ELIMIT, "ovsdb-server does not read the answers to its echoes");
    }
    dbc_buf_adds(out, "{\"id\":");
    dbc_buf_add(out, message->id.text, message->id.len);
    dbc_buf_adds(out, ",\"result\":");
    dbc_buf_add(out, message->params.text, message->params.len);
    dbc_buf_adds(out, ",\"error\":null}");
    return ifr_ovsdb_stream_added(&db->stream, before, false, err);
}

static int told(struct ifr_ovsdb *db, const struct ifr_ovsdb_message *message,
                struct dbc_error *err)
{
    if (ifr_ovsdb_check(message->method, err) != 0) {
        return -1;
    }
    if (is_method(message->method, "echo")) {
        return answer_echo(db, message, err);
    }
    if (is_method(message->method, "update")) {
        return ifr_ovsdb_told_update(db, message->params, err);
    }
    return 0;
}

/* Reads until an answer comes. */
static int next_answer(struct ifr_ovsdb *db, int64_t deadline, struct ifr_ovsdb_message *message,
                       struct dbc_error *err)
{
    struct ifr_ovsdb_span text = { 0 };

    do {
        if (ifr_ovsdb_stream_next(&db->stream, deadline, &text, err) < 0 ||
            take_apart(text, message, err) != 0) {
            return -1;
        }
    } while (message->method.text != NULL && told(db, message, err) == 0);
    return message->method.text == NULL ? 0 : -1;
}

static int check_id(const struct ifr_ovsdb *db, const struct ifr_ovsdb_message *message,
                    struct dbc_error *err)
{
    json_t *id = NULL;
    bool ours = false;

    if (!db->stream.request_sent) {
        return ifr_ovsdb_nonsense(err, "an answer before the request");
    }
    if (message->id.text == NULL) {
        return ifr_ovsdb_nonsense(err, "an answer without an id");
    }
    id = ifr_ovsdb_load(message->id, err);
    if (id == NULL) {
        return -1;
    }
    ours = json_is_integer(id) && json_integer_value(id) == db->last_id;
    json_decref(id);
    return ours ? 0 : ifr_ovsdb_nonsense(err, "an answer to another request");
}

/* The request as a whole was refused; `error` is a text or an object. */
static int refused(struct ifr_ovsdb *db, const json_t *error, struct dbc_error *err)
{
    const char *text = json_string_value(error), *details = ifr_json_text(error, "details");

    if (text == NULL) {
        text = ifr_json_text(error, "error");
    }
    if (text[0] == '\0') {
        return ifr_ovsdb_nonsense(err, "an error without a text");
    }
    db->in_doubt = false;
    return dbc_fail(err, DBC_ECOMMAND, "Open vSwitch's database refuses the request: %s%s%s", text,
                    details[0] == '\0' ? "" : ": ", details);
}

static int check_error(struct ifr_ovsdb *db, const struct ifr_ovsdb_message *message,
                       struct dbc_error *err)
{
    json_t *error = NULL;
    int rc = 0;

    if (message->error.text != NULL) {
        error = ifr_ovsdb_load(message->error, err);
        if (error == NULL) {
            return -1;
        }
        rc = json_is_null(error) ? 0 : refused(db, error, err);
        json_decref(error);
    }
    if (rc == 0 && (message->result.text == NULL || ifr_ovsdb_span_is(message->result, "null"))) {
        rc = ifr_ovsdb_nonsense(err, "an answer without a result");
    }
    return rc;
}

int ifr_ovsdb_call(struct ifr_ovsdb *db, size_t before, bool fine, unsigned deadline_ms,
                   struct ifr_ovsdb_span *result, struct dbc_error *err)
{
    struct ifr_ovsdb_message message;
    int64_t deadline = dbc_now_ms() + deadline_ms;
    int rc = 0;

    dbc_buf_adds(&db->stream.out, "]}");
    db->stream.out.failed = db->stream.out.failed || !fine;
    if (ifr_ovsdb_stream_added(&db->stream, before, true, err) != 0) {
        return -1;
    }
    rc = next_answer(db, deadline, &message, err);
    db->in_doubt = db->stream.request_sent;
    if (rc == 0 && (rc = check_id(db, &message, err)) == 0 &&
        (rc = check_error(db, &message, err)) == 0) {
        *result = message.result;
    } else if (db->in_doubt || !db->stream.request_sent) {
        ifr_ovsdb_stream_break(&db->stream);
    }
    return rc;
}

int ifr_ovsdb_handle(struct ifr_ovsdb *db, struct ifr_ovsdb_span text, struct dbc_error *err)
{
    struct ifr_ovsdb_message message;

    if (take_apart(text, &message, err) != 0) {
        return -1;
    }
    if (message.method.text == NULL) {
        return ifr_ovsdb_nonsense(err, "an answer to no request");
    }
    return told(db, &message, err);
}

int ifr_ovsdb_drain(struct ifr_ovsdb *db, struct dbc_error *err)
{
    struct ifr_ovsdb_span text = { 0 };
    int rc = 0;

    while ((rc = ifr_ovsdb_stream_have(&db->stream, &text, err)) > 0) {
        if (ifr_ovsdb_handle(db, text, err) != 0) {
            return -1;
        }
    }
    return rc;
}

/* A failure of a message that came after the answer does not change `rc`; later requests fail. */
int ifr_ovsdb_finish(struct ifr_ovsdb *db, int rc)
{
    if (rc == 0) {
        db->in_doubt = false;
    }
    if (db->in_doubt || (!db->stream.broken && ifr_ovsdb_drain(db, NULL) != 0)) {
        ifr_ovsdb_stream_break(&db->stream);
    }
    return rc;
}
