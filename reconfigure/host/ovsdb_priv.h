/* ovsdb_priv.h - what the files of the OVSDB client share: the stream of messages, and JSON text
 * that is taken apart without a tree of all of it.  For ovsdb*.c and their tests only. */
#ifndef IFR_HOST_OVSDB_PRIV_H
#define IFR_HOST_OVSDB_PRIV_H

#include <stdint.h>

#include "base/buf.h"
#include "reconfigure/host/ovsdb.h"

/* ---- A part of a message's text (ovsdb_json.c) ---------------------------------------------- */

struct ifr_ovsdb_span {
    const char *text; /* NULL: there is none */
    size_t len;
};

/* Walks over the members of one object or the elements of one array.  What stands between values is
 * checked; the values themselves are when they are loaded. */
struct ifr_ovsdb_walk {
    const char *at, *end;
    char close; /* '}' or ']'; 0: at the end */
    bool first;
    json_t *name;    /* of the member; NULL in an array */
    const char *key; /* the same as text, "" in an array */
    struct ifr_ovsdb_span value;
};

/* `open` is '{' or '['.  0, or -1: something else.  Every walk that began ends by _end. */
int ifr_ovsdb_walk_begin(struct ifr_ovsdb_walk *walk, struct ifr_ovsdb_span span, char open,
                         struct dbc_error *err);
/* 1 with `key` and `value` set, 0 at the end, -1. */
int ifr_ovsdb_walk_next(struct ifr_ovsdb_walk *walk, struct dbc_error *err);
void ifr_ovsdb_walk_end(struct ifr_ovsdb_walk *walk);

/* ovsdb_parse.c: the span as a tree; NULL with *err set.  DBC_ELIMIT above IFR_OVSDB_PIECE_MAX. */
json_t *ifr_ovsdb_load(struct ifr_ovsdb_span span, struct dbc_error *err);
/* DBC_EPARSE: "ovsdb-server sent what makes no sense: WHAT". */
int ifr_ovsdb_nonsense(struct dbc_error *err, const char *what);
/* Of a value that nobody wants: it must be JSON even so. */
int ifr_ovsdb_check(struct ifr_ovsdb_span span, struct dbc_error *err);
/* The text of an object's member; "" for anything else. */
const char *ifr_ovsdb_member_text(const json_t *object, const char *name);
bool ifr_ovsdb_span_is(struct ifr_ovsdb_span span, const char *text);

/* ---- The stream (ovsdb_stream.c) ------------------------------------------------------------ */

#define IFR_OVSDB_NO_WAIT INT64_MIN /* a deadline (dbc_now_ms): only what is there */
/* How often one call without waiting reads, so that a server that never stops does not hold us. */
#define IFR_OVSDB_RUN_READS 64

struct ifr_ovsdb_stream {
    int fd; /* -1: none */
    bool broken;
    struct dbc_buf in;
    size_t start;    /* where the message begins that is being read */
    size_t scanned;  /* up to here the text has been looked at, once */
    unsigned depth;  /* of arrays and objects that are open there */
    uint64_t arrays; /* a bit for each of them: it is an array; the innermost is bit 0 */
    bool in_string, escaped;
    struct dbc_buf out;
    size_t sent;
    size_t request_end; /* in `out`, of the last request */
    bool request_sent;  /* all of it was handed to the system */
    unsigned reads;     /* calls of recv that gave bytes */
};

int ifr_ovsdb_stream_open(struct ifr_ovsdb_stream *s, const char *path, int64_t deadline,
                          struct dbc_error *err);
void ifr_ovsdb_stream_release(struct ifr_ovsdb_stream *s);
/* No byte goes in or out any more. */
void ifr_ovsdb_stream_break(struct ifr_ovsdb_stream *s);
/* A message was added to `out`, which had `before` bytes: 0, or -1 and it has them again
 * (DBC_ENOMEM, or DBC_EIO for a broken stream). */
int ifr_ovsdb_stream_added(struct ifr_ovsdb_stream *s, size_t before, bool request,
                           struct dbc_error *err);
/* The next message; its text stays until more is read.  Sends what waits meanwhile.  1; 0: none yet
 * (IFR_OVSDB_NO_WAIT only); -1, and the stream is broken. */
int ifr_ovsdb_stream_next(struct ifr_ovsdb_stream *s, int64_t deadline,
                          struct ifr_ovsdb_span *message, struct dbc_error *err);
/* The same, of what has been read already: 1, 0 or -1. */
int ifr_ovsdb_stream_have(struct ifr_ovsdb_stream *s, struct ifr_ovsdb_span *message,
                          struct dbc_error *err);

/* ---- A connection (ovsdb.c, ovsdb_monitor.c) ------------------------------------------------- */

/* The members of a message; a span without text where one is missing. */
struct ifr_ovsdb_message {
    struct ifr_ovsdb_span id, method, params, result, error;
};

struct ifr_ovsdb {
    struct ifr_ovsdb_stream stream;
    json_int_t last_id;
    bool in_doubt;
    struct ifr_ovsdb_span row; /* that is being given */
    json_t *schema;            /* NULL: not asked for */
    bool all_roots;            /* a schema that marks no root has roots only */
    json_int_t monitor_id;
    ifr_ovsdb_update_fn *update; /* NULL: no monitor */
    void *update_ctx;
};

/* Begins a request in the out buffer, up to the bracket of its parameters; returns where. */
size_t ifr_ovsdb_request(struct ifr_ovsdb *db, const char *method);
/* `value` as JSON text behind the out buffer's end; false: no memory. */
bool ifr_ovsdb_put(struct ifr_ovsdb *db, const json_t *value);
/* Ends the request that began at `before`, sends it and gives its result's text, which stays until
 * the next message is read.  `fine`: whether all values were put. */
int ifr_ovsdb_call(struct ifr_ovsdb *db, size_t before, bool fine, unsigned deadline_ms,
                   struct ifr_ovsdb_span *result, struct dbc_error *err);
/* The end of every request, `rc` being what it returns: looks at the messages that have arrived
 * behind its answer, and gives the connection up where its state is not known any more. */
int ifr_ovsdb_finish(struct ifr_ovsdb *db, int rc);
/* Handles a message that is no answer: answers an echo, tells of an update, ignores all else. */
int ifr_ovsdb_handle(struct ifr_ovsdb *db, struct ifr_ovsdb_span text, struct dbc_error *err);
/* Handles every message in memory. */
int ifr_ovsdb_drain(struct ifr_ovsdb *db, struct dbc_error *err);
/* ovsdb_update.c: {TABLE: {UUID: CHANGE}}, told to the update function; */
int ifr_ovsdb_take_tables(struct ifr_ovsdb *db, struct ifr_ovsdb_span tables,
                          struct dbc_error *err);
/* and the parameters of an "update", when they are of our monitor. */
int ifr_ovsdb_told_update(struct ifr_ovsdb *db, struct ifr_ovsdb_span params,
                          struct dbc_error *err);

/* ---- Values (ovsdb_value.c) ------------------------------------------------------------------ */

bool ifr_ovsdb_is_uuid(const char *text);

#endif
