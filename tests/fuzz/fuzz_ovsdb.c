/* fuzz_ovsdb.c - what a hostile ovsdb-server may send: as the answer to a transaction, to a request
 * for the schema, to a monitor, and to a client that only listens.
 *
 * The first byte chooses the request and how large the pieces are; the rest is what the server
 * sends before it closes the connection.  Checked beside "no crash": a failure has a reason, the
 * cut into pieces makes no difference to the result, and our parser gives the same values as
 * jansson's for the same text. */
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "json_mutator.h"
#include "reconfigure/host/ovsdb_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MS 2000
#define N_REQUESTS 4

static size_t piece; /* bytes that one call of recv gives */

/* In place of the C library's. */
ssize_t recv(int fd, void *to, size_t len, int flags)
{
    return syscall(SYS_recvfrom, fd, to, len < piece ? len : piece, flags, NULL, NULL);
}

static void show(struct dbc_buf *out, const json_t *value)
{
    if (value == NULL) {
        dbc_buf_adds(out, "-");
    } else if (json_dump_callback(value, dbc_buf_sink, out, JSON_COMPACT | JSON_ENCODE_ANY) != 0) {
        abort(); /* what was read can be written */
    }
}

static int take_row(void *ctx, size_t op, const json_t *row, struct dbc_error *err)
{
    struct dbc_buf *out = ctx;

    (void)err;
    dbc_buf_addf(out, "%zu ", op);
    show(out, row);
    return 0;
}

static int take_change(void *ctx, const char *table, const char *uuid, const json_t *before,
                       const json_t *after, struct dbc_error *err)
{
    struct dbc_buf *out = ctx;

    (void)err;
    if (before == NULL && after == NULL) {
        abort();
    }
    dbc_buf_addf(out, "%s %s ", table, uuid);
    show(out, before);
    show(out, after);
    return 0;
}

static int transact(struct ifr_ovsdb *db, struct dbc_buf *out, struct dbc_error *err)
{
    static const char text[] = "[{\"op\":\"select\",\"table\":\"Bridge\"},{\"op\":\"comment\"}]";
    json_t *operations = json_loads(text, 0, NULL), *results = NULL;
    int rc = ifr_ovsdb_transact(db, operations, MS, take_row, out, &results, err);

    if ((rc == 0) != (json_array_size(results) == 2) || (rc == 0 && ifr_ovsdb_in_doubt(db))) {
        abort();
    }
    show(out, results);
    json_decref(results);
    json_decref(operations);
    return rc;
}

static int schema(struct ifr_ovsdb *db, struct dbc_buf *out, struct dbc_error *err)
{
    int rc = ifr_ovsdb_load_schema(db, MS, err);

    show(out, ifr_ovsdb_table(db, "Bridge"));
    dbc_buf_addf(out, " %d %d", ifr_ovsdb_is_root(db, "Bridge"),
                 ifr_ovsdb_has_column(db, "Bridge", "name"));
    return rc;
}

/* Until the connection ends. */
static int follow(struct ifr_ovsdb *db, struct dbc_error *err)
{
    struct pollfd p = { .fd = ifr_ovsdb_fd(db), .events = POLLIN };
    int rc = 0;

    while (rc == 0 && poll(&p, 1, MS) == 1) {
        rc = ifr_ovsdb_run(db, err);
    }
    return rc;
}

/* Whether what follows the answer is read with it or later is not for us to say. */
static int monitor(struct ifr_ovsdb *db, struct dbc_buf *out, struct dbc_error *err)
{
    json_t *requests = json_object();
    int rc = ifr_ovsdb_monitor(db, requests, MS, take_change, out, err);

    json_decref(requests);
    if (rc == 0) {
        follow(db, NULL);
    }
    return rc;
}

static int listen_only(struct ifr_ovsdb *db, struct dbc_buf *out, struct dbc_error *err)
{
    db->update = take_change;
    db->update_ctx = out;
    db->monitor_id = 1;
    return follow(db, err);
}

/* What came of the input as text. */
static void answer(unsigned request, const char *data, size_t len, struct dbc_buf *out)
{
    static int (*const ask[N_REQUESTS])(struct ifr_ovsdb *, struct dbc_buf *,
                                        struct dbc_error *) = { transact, schema, monitor,
                                                                listen_only };
    struct dbc_error err = DBC_ERROR_INIT;
    struct ifr_ovsdb *db = calloc(1, sizeof *db);
    int fd[2], rc = 0;

    if (db == NULL || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd) != 0 ||
        send(fd[1], data, len, MSG_NOSIGNAL) != (ssize_t)len) {
        abort();
    }
    shutdown(fd[1], SHUT_WR);
    db->stream.fd = fd[0];
    rc = ask[request](db, out, &err);
    if ((rc == 0) != (err.code == DBC_OK) || err.code == DBC_ETIMEOUT || err.code == DBC_ENOMEM) {
        abort();
    }
    dbc_buf_addf(out, " %d %d", err.code, ifr_ovsdb_in_doubt(db));
    ifr_ovsdb_close(db);
    close(fd[1]);
}

/* Our parser and jansson's say the same. */
static void compare_parsers(const char *data, size_t len)
{
    char *text = malloc(len + 1); /* of its own size, so that a byte too far is seen */
    struct ifr_ovsdb_span span = { text, len };
    json_t *ours = NULL, *theirs = NULL;

    if (text == NULL) {
        return;
    }
    memcpy(text, data, len);
    text[len] = '\0';
    ours = ifr_ovsdb_load(span, NULL);
    theirs = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    /* jansson nests deeper, takes longer numbers, and a NUL as the end. */
    if ((ours != NULL && !json_equal(ours, theirs)) ||
        (ours == NULL && theirs != NULL && len < 60 && strlen(text) == len)) {
        abort();
    }
    json_decref(ours);
    json_decref(theirs);
    free(text);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    return mutate_json(1, data, size, max, seed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data + 1;
    struct dbc_buf whole = DBC_BUF_INIT, cut = DBC_BUF_INIT;

    if (size < 2 || size > 32768) {
        return 0; /* what the socket takes at once */
    }
    compare_parsers(text, size - 1);
    piece = size;
    answer(data[0] % N_REQUESTS, text, size - 1, &whole);
    piece = 1u + data[0] / N_REQUESTS;
    answer(data[0] % N_REQUESTS, text, size - 1, &cut);
    if (strcmp(dbc_buf_str(&whole), dbc_buf_str(&cut)) != 0) {
        abort();
    }
    dbc_buf_release(&whole);
    dbc_buf_release(&cut);
    return 0;
}
