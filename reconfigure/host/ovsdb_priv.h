/* ovsdb_priv.h - what the ovsdb*.c files share: the stream of messages, and taking JSON text apart
 * without making a tree of all of it.  Only they and their tests include it.  Functions that return
 * an int return 0, or -1 with *err, unless they say otherwise. */
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

/* Walks over the members of one object or the elements of one array.  It checks what is between the
 * values; the values themselves are checked when they are loaded. */
struct ifr_ovsdb_walk {
    const char *at, *end;
    char close; /* '}' or ']'; 0: at the end */
    bool first;
    json_t *name;    /* of the member; NULL in an array */
    const char *key; /* the same as text, "" in an array */
    struct ifr_ovsdb_span value;
};

/* `open` is '{' or '['; DBC_EPARSE when the span begins with something else.  In any case the walk
 * ends by ifr_ovsdb_walk_end. */
int ifr_ovsdb_walk_begin(struct ifr_ovsdb_walk *walk, struct ifr_ovsdb_span span, char open,
                         struct dbc_error *err);
/* Returns 1 with `key` and `value` set, 0 at the end, or -1. */
int ifr_ovsdb_walk_next(struct ifr_ovsdb_walk *walk, struct dbc_error *err);
void ifr_ovsdb_walk_end(struct ifr_ovsdb_walk *walk);

/* Returns the span as a tree, which the caller decrefs; or NULL: DBC_EPARSE, DBC_ELIMIT above
 * IFR_OVSDB_PIECE_MAX, DBC_ENOMEM.  (ovsdb_parse.c) */
json_t *ifr_ovsdb_load(struct ifr_ovsdb_span span, struct dbc_error *err);
/* Returns -1 with DBC_EPARSE: "ovsdb-server sent what makes no sense: WHAT".  (ovsdb_parse.c) */
int ifr_ovsdb_nonsense(struct dbc_error *err, const char *what);
/* Checks that a value that is not used is valid JSON.  Fails as ifr_ovsdb_load does. */
int ifr_ovsdb_check(struct ifr_ovsdb_span span, struct dbc_error *err);
bool ifr_ovsdb_span_is(struct ifr_ovsdb_span span, const char *text);

/* ---- The stream (ovsdb_stream.c) ------------------------------------------------------------ */

#define IFR_OVSDB_NO_WAIT INT64_MIN /* a deadline that has passed: takes only what has arrived */
/* How often one call without waiting reads, so that it ends even if the server never stops. */
#define IFR_OVSDB_RUN_READS 64

struct ifr_ovsdb_stream {
    int fd; /* -1: none */
    bool broken;
    struct dbc_buf in;
    size_t start;    /* where the present message begins */
    size_t scanned;  /* the text up to here has been scanned */
    unsigned depth;  /* of arrays and objects that are open there */
    uint64_t arrays; /* a bit for each of them, set for an array; the innermost is bit 0 */
    bool in_string, escaped;
    struct dbc_buf out;
    size_t sent;
    size_t request_end; /* in `out`, of the last request */
    bool request_sent;  /* all of it was sent */
    unsigned reads;     /* calls of recv that gave bytes */
};

/* Deadlines of the stream are times of dbc_now_ms.  Fails as ifr_ovsdb_open does; release it in any
 * case. */
int ifr_ovsdb_stream_open(struct ifr_ovsdb_stream *s, const char *path, int64_t deadline,
                          struct dbc_error *err);
void ifr_ovsdb_stream_release(struct ifr_ovsdb_stream *s);
/* Shuts the connection down: nothing is sent or received any more. */
void ifr_ovsdb_stream_break(struct ifr_ovsdb_stream *s);
/* To be called when a message was appended to `out`, which had `before` bytes.  On failure `out` is
 * cut to these: DBC_ENOMEM, or DBC_EIO for a broken stream. */
int ifr_ovsdb_stream_added(struct ifr_ovsdb_stream *s, size_t before, bool request,
                           struct dbc_error *err);
/* Sends what waits in `out` and reads the next message, whose text stays until more is read.
 * Returns 1; 0 when none came (only with IFR_OVSDB_NO_WAIT); or -1, and the stream is broken. */
int ifr_ovsdb_stream_next(struct ifr_ovsdb_stream *s, int64_t deadline,
                          struct ifr_ovsdb_span *message, struct dbc_error *err);
/* The same from what has been read already: returns 1, 0 or -1. */
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
    struct ifr_ovsdb_span row; /* the one that `row` is called for */
    json_t *schema;            /* NULL: not asked for */
    bool all_roots;            /* the schema marks no table as root: then all are */
    json_int_t monitor_id;
    ifr_ovsdb_update_fn *update; /* NULL: no monitor */
    void *update_ctx;
};

/* Begins a request in the out buffer, with the database's name as its first parameter.  Returns the
 * length that the buffer had before. */
size_t ifr_ovsdb_request(struct ifr_ovsdb *db, const char *method);
/* Appends `value` to the request as its next parameter.  Returns false when out of memory. */
bool ifr_ovsdb_put(struct ifr_ovsdb *db, const json_t *value);
/* Ends the request that began at `before`, sends it and gets the text of its result, which stays
 * until the next message is read.  `fine`: all parameters were put. */
int ifr_ovsdb_call(struct ifr_ovsdb *db, size_t before, bool fine, unsigned deadline_ms,
                   struct ifr_ovsdb_span *result, struct dbc_error *err);
/* Ends every request and returns `rc`, its result.  Handles the messages that arrived after its
 * answer, and gives the connection up where its state is not known any more. */
int ifr_ovsdb_finish(struct ifr_ovsdb *db, int rc);
/* Handles a message that is no answer: answers an echo, passes an update on, ignores all else. */
int ifr_ovsdb_handle(struct ifr_ovsdb *db, struct ifr_ovsdb_span text, struct dbc_error *err);
/* Handles every message that has been read. */
int ifr_ovsdb_drain(struct ifr_ovsdb *db, struct dbc_error *err);
/* Calls the update function for each row of {TABLE: {UUID: CHANGE}}.  (ovsdb_update.c) */
int ifr_ovsdb_take_tables(struct ifr_ovsdb *db, struct ifr_ovsdb_span tables,
                          struct dbc_error *err);
/* The same from the parameters of an "update", if it is our monitor's.  (ovsdb_update.c) */
int ifr_ovsdb_told_update(struct ifr_ovsdb *db, struct ifr_ovsdb_span params,
                          struct dbc_error *err);

/* ---- Values (ovsdb_value.c) ------------------------------------------------------------------ */

bool ifr_ovsdb_is_uuid(const char *text);

#endif
