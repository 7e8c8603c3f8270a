/* unixctl.c - a control socket (unixctl.h).  JSON-RPC has no lengths: a request ends where the last
 * of its brackets is closed. */
#include "reconfigure/sync/unixctl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 8
#define READ_BYTES 4096
#define READS 4 /* of one client in one run */

struct client {
    int fd; /* -1: none */
    struct dbc_buf in, out;
    size_t sent;
};

struct ifr_unixctl {
    char *path;
    int fd;
    ifr_unixctl_fn *answer;
    void *ctx;
    struct client client[IFR_UNIXCTL_CLIENTS];
    size_t next; /* the place that the next client takes when all are taken */
};

/* ---- Opening and closing --------------------------------------------------------------------- */

static int listen_at(struct ifr_unixctl *ctl, struct dbc_error *err)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    size_t len = strlen(ctl->path);
    mode_t mask = 0;
    int rc = -1;

    if (len >= sizeof address.sun_path) {
        return dbc_fail(err, DBC_ELIMIT, "%s: a socket's path has at most %zu bytes", ctl->path,
                        sizeof address.sun_path - 1);
    }
    memcpy(address.sun_path, ctl->path, len);
    ctl->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (ctl->fd < 0) {
        return dbc_fail_errno(err, errno, "cannot make a socket");
    }
    unlink(ctl->path);
    mask = umask(S_IRWXG | S_IRWXO | S_IXUSR);
    rc = bind(ctl->fd, (const struct sockaddr *)&address, sizeof address);
    umask(mask);
    if (rc != 0 || listen(ctl->fd, BACKLOG) != 0) {
        return dbc_fail_errno(err, errno, "cannot listen on %s", ctl->path);
    }
    return 0;
}

struct ifr_unixctl *ifr_unixctl_open(const char *path, ifr_unixctl_fn *answer, void *ctx,
                                     struct dbc_error *err)
{
    struct ifr_unixctl *ctl = calloc(1, sizeof *ctl);

    if (ctl == NULL || (ctl->path = strdup(path)) == NULL) {
        free(ctl);
        dbc_fail_nomem(err);
        return NULL;
    }
    ctl->fd = -1;
    ctl->answer = answer;
    ctl->ctx = ctx;
    for (size_t i = 0; i < IFR_UNIXCTL_CLIENTS; i++) {
        ctl->client[i].fd = -1;
    }
    if (listen_at(ctl, err) != 0) {
        ifr_unixctl_close(ctl);
        return NULL;
    }
    return ctl;
}

static void drop(struct client *c)
{
    if (c->fd >= 0) {
        close(c->fd);
    }
    dbc_buf_release(&c->in);
    dbc_buf_release(&c->out);
    *c = (struct client){ .fd = -1 };
}

void ifr_unixctl_close(struct ifr_unixctl *ctl)
{
    if (ctl == NULL) {
        return;
    }
    for (size_t i = 0; i < IFR_UNIXCTL_CLIENTS; i++) {
        drop(&ctl->client[i]);
    }
    if (ctl->fd >= 0) {
        close(ctl->fd);
        unlink(ctl->path);
    }
    free(ctl->path);
    free(ctl);
}

/* ---- Answering ------------------------------------------------------------------------------- */

/* {"id": ID, "result": TEXT, "error": null}, or the other way round. */
static void put_answer(struct client *c, const json_t *id, const char *text, bool fine)
{
    json_t *answer =
        json_pack("{s:O, s:o, s:o}", "id", id, "result", fine ? json_string(text) : json_null(),
                  "error", fine ? json_null() : json_string(text));

    if (answer == NULL || json_dump_callback(answer, dbc_buf_sink, &c->out, JSON_COMPACT) != 0) {
        c->out.failed = true;
    }
    json_decref(answer);
}

/* Returns false when the client must go: it sent no request, or reads no answers, or no memory. */
static bool take_request(struct ifr_unixctl *ctl, struct client *c, const json_t *request)
{
    const char *method = json_string_value(json_object_get(request, "method"));
    const json_t *id = json_object_get(request, "id"), *params = json_object_get(request, "params");
    struct dbc_buf text = DBC_BUF_INIT;
    bool fine = false;

    if (method == NULL || id == NULL || !json_is_array(params)) {
        return false;
    }
    fine = ctl->answer(ctl->ctx, method, params, &text);
    if (!text.failed) {
        put_answer(c, id, dbc_buf_str(&text), fine);
    }
    fine = !text.failed && !c->out.failed && c->out.len <= IFR_UNIXCTL_ANSWER_BYTES;
    dbc_buf_release(&text);
    return fine;
}

/* Returns the end of the string that begins at `at`, or `len` if it is not there yet. */
static size_t end_of_string(const char *text, size_t len, size_t at)
{
    while (at < len && text[at] != '"') {
        at += text[at] == '\\' ? 2 : 1;
    }
    return at < len ? at : len;
}

/* Returns the bytes of the first request, with the blanks before it, or 0 if it is not whole yet.
 * jansson cannot be asked: it takes a request that breaks off inside a word for a wrong one. */
static size_t length_of(const char *text, size_t len)
{
    size_t depth = 0;

    for (size_t at = 0; at < len; at++) {
        if (text[at] == '{' || text[at] == '[') {
            depth++;
        } else if (depth == 0 && memchr(" \t\r\n", text[at], 4) == NULL) {
            return at + 1; /* for the parser to refuse */
        } else if (text[at] == '"') {
            at = end_of_string(text, len, at + 1);
        } else if ((text[at] == '}' || text[at] == ']') && --depth == 0) {
            return at + 1;
        }
    }
    return 0;
}

/* Answers the requests that are whole.  Returns false when the client must go. */
static bool take_requests(struct ifr_unixctl *ctl, struct client *c)
{
    size_t at = 0, len = 0;
    bool fine = true;

    while (fine && (len = length_of(c->in.data + at, c->in.len - at)) > 0) {
        json_t *request = json_loadb(c->in.data + at, len, JSON_REJECT_DUPLICATES, NULL);
        fine = request != NULL && take_request(ctl, c, request);
        json_decref(request);
        at += len;
    }
    c->in.len -= at;
    memmove(c->in.data, c->in.data + at, c->in.len);
    return fine && c->in.len < IFR_UNIXCTL_BYTES;
}

/* ---- Moving ---------------------------------------------------------------------------------- */

static bool again(int why)
{
    return why == EAGAIN || why == EWOULDBLOCK || why == EINTR;
}

/* Sends what the client takes.  Returns false when it has gone. */
static bool give_out(struct client *c)
{
    while (c->sent < c->out.len) {
        ssize_t n = send(c->fd, c->out.data + c->sent, c->out.len - c->sent, MSG_NOSIGNAL);
        if (n < 0) {
            return again(errno);
        }
        c->sent += (size_t)n;
    }
    dbc_buf_clear(&c->out);
    c->sent = 0;
    return true;
}

static bool take_in(struct ifr_unixctl *ctl, struct client *c)
{
    for (int i = 0; i < READS; i++) {
        char data[READ_BYTES];
        ssize_t n = recv(c->fd, data, sizeof data, 0);
        if (n <= 0) {
            return n < 0 && again(errno);
        }
        dbc_buf_add(&c->in, data, (size_t)n);
        if (c->in.failed || !take_requests(ctl, c)) {
            return false;
        }
    }
    return true;
}

static void seat(struct ifr_unixctl *ctl, int fd)
{
    size_t i = 0;

    while (i < IFR_UNIXCTL_CLIENTS && ctl->client[i].fd >= 0) {
        i++;
    }
    if (i == IFR_UNIXCTL_CLIENTS) {
        i = ctl->next++ % IFR_UNIXCTL_CLIENTS;
        drop(&ctl->client[i]);
    }
    ctl->client[i].fd = fd;
}

static void welcome(struct ifr_unixctl *ctl)
{
    for (int i = 0; i < BACKLOG; i++) {
        int fd = accept4(ctl->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            return;
        }
        seat(ctl, fd);
    }
}

void ifr_unixctl_poll(const struct ifr_unixctl *ctl, struct pollfd p[IFR_UNIXCTL_FDS])
{
    p[0] = (struct pollfd){ .fd = ctl != NULL ? ctl->fd : -1, .events = POLLIN };
    for (size_t i = 0; i < IFR_UNIXCTL_CLIENTS; i++) {
        const struct client *c = ctl != NULL ? &ctl->client[i] : NULL;
        p[i + 1] = (struct pollfd){ .fd = c != NULL ? c->fd : -1, .events = POLLIN };
        if (c != NULL && c->sent < c->out.len) {
            p[i + 1].events |= POLLOUT;
        }
    }
}

void ifr_unixctl_run(struct ifr_unixctl *ctl)
{
    if (ctl == NULL) {
        return;
    }
    welcome(ctl);
    for (size_t i = 0; i < IFR_UNIXCTL_CLIENTS; i++) {
        struct client *c = &ctl->client[i];
        bool stays = c->fd < 0 || take_in(ctl, c);
        /* A client that has closed its side still gets its answers, as far as it takes them now. */
        if (c->fd >= 0 && (!give_out(c) || !stays)) {
            drop(c);
        }
    }
}
