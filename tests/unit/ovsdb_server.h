/* ovsdb_server.h - a server for the OVSDB client's tests that does what its script says, once.
 *
 * A script is a list of texts: "?" waits for a whole message, ">TEXT" sends TEXT, "1TEXT" sends it
 * byte by byte, "~" waits 30 ms, "d" sends a space every 20 ms for as long as somebody listens,
 * "!" closes the connection, "s" waits for 300 ms without reading.  After the last it reads until
 * the client closes.  What it got is in `got`. */
#ifndef TESTS_UNIT_OVSDB_SERVER_H
#define TESTS_UNIT_OVSDB_SERVER_H

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include "reconfigure/host/ovsdb.h"
#include "unit/scratch.h"

#define SERVER_MS 10000 /* no step takes longer */

struct server {
    struct scratch s;
    char path[100];
    int listening, fd;
    pthread_t thread;
    const char *const *script;
    struct dbc_buf got;
    size_t used; /* of got, by whole messages */
};

static inline void server_sleep(long ms)
{
    poll(NULL, 0, (int)ms);
}

/* false: the client has gone, or says nothing. */
static inline bool server_read(struct server *v)
{
    struct pollfd p = { .fd = v->fd, .events = POLLIN };
    char *room = dbc_buf_reserve(&v->got, 65536);
    ssize_t n = room != NULL && poll(&p, 1, SERVER_MS) == 1 ? read(v->fd, room, 65536) : -1;

    if (n > 0) {
        dbc_buf_added(&v->got, (size_t)n);
    }
    return n > 0;
}

/* Reads until what it got ends like a message. */
static inline bool server_read_object(struct server *v)
{
    do {
        if (!server_read(v)) {
            return false;
        }
    } while (v->got.data[v->got.len - 1] != '}');
    return true;
}

static inline void server_message(struct server *v)
{
    json_error_t why;
    json_t *message = NULL;

    do {
        message = json_loadb(dbc_buf_str(&v->got) + v->used, v->got.len - v->used,
                             JSON_DISABLE_EOF_CHECK, &why);
    } while (message == NULL && server_read_object(v));
    if (message != NULL) {
        v->used += (size_t)why.position;
        json_decref(message);
    }
}

static inline bool server_send(struct server *v, const char *text, size_t piece)
{
    size_t len = strlen(text);

    for (size_t at = 0; at < len; at += piece) {
        size_t n = len - at < piece ? len - at : piece;
        if (send(v->fd, text + at, n, MSG_NOSIGNAL) != (ssize_t)n) {
            return false;
        }
    }
    return true;
}

static inline void server_drip(struct server *v)
{
    for (int i = 0; i < SERVER_MS / 20 && server_send(v, " ", 1); i++) {
        server_sleep(20);
    }
}

static inline void server_step(struct server *v, const char *step)
{
    switch (step[0]) {
    case '?':
        server_message(v);
        break;
    case '>':
        server_send(v, step + 1, 1u << 20);
        break;
    case '1':
        server_send(v, step + 1, 1);
        break;
    case '~':
        server_sleep(30);
        break;
    case 's':
        server_sleep(300);
        break;
    case 'd':
        server_drip(v);
        break;
    default:
        shutdown(v->fd, SHUT_RDWR);
        break;
    }
}

static inline void *server_main(void *arg)
{
    struct server *v = arg;
    struct pollfd p = { .fd = v->listening, .events = POLLIN };

    if (poll(&p, 1, SERVER_MS) != 1) {
        return NULL;
    }
    v->fd = accept(v->listening, NULL, NULL);
    for (size_t i = 0; v->script[i] != NULL; i++) {
        server_step(v, v->script[i]);
    }
    while (server_read(v)) {
    }
    close(v->fd);
    return NULL;
}

/* A folder with a socket in it. */
static inline void server_make(struct server *v)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    memset(v, 0, sizeof *v);
    scratch_make(&v->s);
    snprintf(v->path, sizeof v->path, "%s/db.sock", v->s.root);
    memcpy(address.sun_path, v->path, strlen(v->path));
    v->listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(v->listening, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(v->listening, 1) != 0) {
        abort();
    }
}

/* Signals are for the client's thread. */
static inline int server_thread(struct server *v)
{
    sigset_t all, before;
    int rc = 0;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    rc = pthread_create(&v->thread, NULL, server_main, v);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc;
}

static inline struct ifr_ovsdb *server_start(struct server *v, const char *const *script)
{
    struct ifr_ovsdb *db = NULL;

    server_make(v);
    v->script = script;
    if (server_thread(v) != 0 || ifr_ovsdb_open(v->path, SERVER_MS, &db, NULL) != 0) {
        abort();
    }
    return db;
}

/* Closes the client and waits for the server; `got` stays until server_release. */
static inline void server_end(struct server *v, struct ifr_ovsdb *db)
{
    ifr_ovsdb_close(db);
    pthread_join(v->thread, NULL);
    close(v->listening);
    scratch_remove(&v->s);
}

static inline void server_release(struct server *v)
{
    dbc_buf_release(&v->got);
}

static inline void server_done(struct server *v, struct ifr_ovsdb *db)
{
    server_end(v, db);
    server_release(v);
}

#endif
