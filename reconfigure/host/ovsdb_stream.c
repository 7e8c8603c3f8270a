/* ovsdb_stream.c - the socket to ovsdb-server: messages in and out, each wait with a deadline.
 *
 * JSON-RPC has no lengths: a message ends where its outermost object does.  Each byte is scanned
 * once, in whatever pieces it arrives.  The socket does not block; it is read while a request is
 * still being sent, since ovsdb-server may stop reading until its own message is taken. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "reconfigure/host/ovsdb_priv.h"

#define READ_BYTES ((size_t)64 * 1024)
#define KEEP_BYTES ((size_t)1024 * 1024) /* an empty buffer larger than this is freed */
#define RETRY_MS 10                      /* while the server's queue of connections is full */

/* ---- Opening --------------------------------------------------------------------------------- */

/* connect() also fails with ECONNREFUSED for a file that is no socket. */
static int connect_failed(const char *path, int why, struct dbc_error *err)
{
    struct stat st = { 0 };

    if (why == ENOENT || why == ENOTDIR ||
        (why == ECONNREFUSED && stat(path, &st) == 0 && !S_ISSOCK(st.st_mode))) {
        return dbc_fail(err, DBC_ENOENT, "%s is no socket: Open vSwitch does not run here", path);
    }
    if (why == ECONNREFUSED) {
        return dbc_fail(err, DBC_EBUSY, "nobody listens on %s: ovsdb-server has ended", path);
    }
    return dbc_fail_errno(err, why, "cannot connect to %s", path);
}

static int try_connect(int fd, const struct sockaddr_un *address, int64_t deadline,
                       struct dbc_error *err)
{
    while (connect(fd, (const struct sockaddr *)address, sizeof *address) != 0) {
        if (errno != EAGAIN && errno != EINTR) {
            return errno == EISCONN ? 0 : connect_failed(address->sun_path, errno, err);
        }
        if (dbc_now_ms() >= deadline) {
            return dbc_fail(err, DBC_ETIMEOUT, "ovsdb-server does not take a connection on %s",
                            address->sun_path);
        }
        poll(NULL, 0, RETRY_MS);
    }
    return 0;
}

int ifr_ovsdb_stream_open(struct ifr_ovsdb_stream *s, const char *path, int64_t deadline,
                          struct dbc_error *err)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    size_t len = strlen(path);

    memset(s, 0, sizeof *s);
    s->fd = -1;
    if (len >= sizeof address.sun_path) {
        return dbc_fail(err, DBC_ELIMIT, "%s: a socket's path has at most %zu bytes", path,
                        sizeof address.sun_path - 1);
    }
    memcpy(address.sun_path, path, len);
    s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (s->fd < 0) {
        return dbc_fail_errno(err, errno, "cannot make a socket");
    }
    return try_connect(s->fd, &address, deadline, err);
}

void ifr_ovsdb_stream_release(struct ifr_ovsdb_stream *s)
{
    if (s->fd >= 0) {
        close(s->fd);
        s->fd = -1;
    }
    dbc_buf_release(&s->in);
    dbc_buf_release(&s->out);
}

void ifr_ovsdb_stream_break(struct ifr_ovsdb_stream *s)
{
    if (!s->broken && s->fd >= 0) {
        shutdown(s->fd, SHUT_RDWR);
    }
    s->broken = true;
}

/* ---- Where a message ends -------------------------------------------------------------------- */

/* Scans to the string's end, or to the end of the text. */
static void scan_string(struct ifr_ovsdb_stream *s)
{
    const char *data = s->in.data;
    size_t at = s->scanned;

    for (; at < s->in.len && s->in_string; at++) {
        if (s->escaped) {
            s->escaped = false;
        } else if (data[at] == '\\') {
            s->escaped = true;
        } else if (data[at] == '"') {
            s->in_string = false;
        }
    }
    s->scanned = at;
}

static int scan_open(struct ifr_ovsdb_stream *s, bool array, struct dbc_error *err)
{
    if (s->depth == IFR_OVSDB_DEPTH_MAX) {
        return dbc_fail(err, DBC_ELIMIT,
                        "ovsdb-server sent arrays and objects nested deeper than %d",
                        IFR_OVSDB_DEPTH_MAX);
    }
    s->depth++;
    s->arrays = s->arrays << 1 | array;
    return 0;
}

static int scan_close(struct ifr_ovsdb_stream *s, bool array, struct dbc_error *err)
{
    if ((s->arrays & 1) != array) {
        return ifr_ovsdb_nonsense(err, "a bracket closes what another one opened");
    }
    s->depth--;
    s->arrays >>= 1;
    return s->depth == 0 ? 1 : 0;
}

/* Scans a character between messages. */
static int scan_between(struct ifr_ovsdb_stream *s, char c, struct dbc_error *err)
{
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        s->start = s->scanned;
        return 0;
    }
    return c == '{' ? scan_open(s, false, err) : ifr_ovsdb_nonsense(err, "no JSON object");
}

static int scan_char(struct ifr_ovsdb_stream *s, char c, struct dbc_error *err)
{
    if (s->depth == 0) {
        return scan_between(s, c, err);
    }
    switch (c) {
    case '"':
        s->in_string = true;
        return 0;
    case '{':
    case '[':
        return scan_open(s, c == '[', err);
    case '}':
    case ']':
        return scan_close(s, c == ']', err);
    default:
        return 0;
    }
}

/* Returns 1 at the end of a message, 0 at the end of the text, or -1. */
static int scan(struct ifr_ovsdb_stream *s, struct dbc_error *err)
{
    int rc = 0;

    while (rc == 0 && s->scanned < s->in.len) {
        if (s->in_string) {
            scan_string(s);
        } else {
            char c = s->in.data[s->scanned++];
            rc = scan_char(s, c, err);
        }
        if (rc >= 0 && s->scanned - s->start > IFR_OVSDB_ANSWER_MAX) {
            rc = dbc_fail(err, DBC_ELIMIT, "ovsdb-server sent a message of more than %zu bytes",
                          IFR_OVSDB_ANSWER_MAX);
        }
    }
    return rc;
}

int ifr_ovsdb_stream_have(struct ifr_ovsdb_stream *s, struct ifr_ovsdb_span *message,
                          struct dbc_error *err)
{
    int rc = scan(s, err);

    if (rc > 0) {
        message->text = s->in.data + s->start;
        message->len = s->scanned - s->start;
        s->start = s->scanned;
    } else if (rc < 0) {
        ifr_ovsdb_stream_break(s);
    }
    return rc;
}

/* ---- In and out ------------------------------------------------------------------------------ */

static int given_up(struct dbc_error *err)
{
    return dbc_fail(err, DBC_EIO, "the connection to ovsdb-server was given up before");
}

int ifr_ovsdb_stream_added(struct ifr_ovsdb_stream *s, size_t before, bool request,
                           struct dbc_error *err)
{
    if (s->out.failed || s->broken) {
        s->out.failed = false;
        s->out.len = before;
        s->request_sent = false;
        return s->broken ? given_up(err) : dbc_fail_nomem(err);
    }
    if (request) {
        s->request_end = s->out.len;
        s->request_sent = false;
    }
    return 0;
}

static void empty(struct dbc_buf *buf)
{
    if (buf->cap > KEEP_BYTES) {
        dbc_buf_release(buf);
    } else {
        dbc_buf_clear(buf);
    }
}

/* Frees the room of messages that were handled. */
static void forget_handled(struct ifr_ovsdb_stream *s)
{
    if (s->start == s->in.len) {
        empty(&s->in);
    } else if (s->start > 0) {
        memmove(s->in.data, s->in.data + s->start, s->in.len - s->start);
        s->in.len -= s->start;
    }
    s->scanned -= s->start;
    s->start = 0;
}

static bool again(int why)
{
    return why == EAGAIN || why == EWOULDBLOCK || why == EINTR;
}

static int take_in(struct ifr_ovsdb_stream *s, struct dbc_error *err)
{
    char *room = NULL;
    ssize_t n = 0;

    forget_handled(s);
    room = dbc_buf_reserve(&s->in, READ_BYTES);
    if (room == NULL) {
        return dbc_fail_nomem(err);
    }
    n = recv(s->fd, room, READ_BYTES, MSG_DONTWAIT);
    if (n > 0) {
        dbc_buf_added(&s->in, (size_t)n);
        s->reads++;
        return 0;
    }
    if (n < 0 && again(errno)) {
        return 0;
    }
    return n == 0 ? dbc_fail(err, DBC_EIO, "ovsdb-server has closed the connection")
                  : dbc_fail_errno(err, errno, "cannot read from ovsdb-server");
}

/* A server that has closed the connection may have sent an answer before, so that is no failure
 * here: reading reports it. */
static int give_out(struct ifr_ovsdb_stream *s, struct dbc_error *err)
{
    ssize_t n =
        send(s->fd, s->out.data + s->sent, s->out.len - s->sent, MSG_DONTWAIT | MSG_NOSIGNAL);

    if (n < 0 && !again(errno)) {
        if (errno != EPIPE && errno != ECONNRESET) {
            return dbc_fail_errno(err, errno, "cannot write to ovsdb-server");
        }
        s->sent = s->out.len;
    } else if (n > 0) {
        s->sent += (size_t)n;
        s->request_sent = s->request_sent || s->sent >= s->request_end;
    }
    if (s->sent == s->out.len) {
        empty(&s->out);
        s->sent = s->request_end = 0;
    }
    return 0;
}

/* The time until the deadline, in ms for poll. */
static int time_left(int64_t deadline, int64_t now)
{
    int64_t left = deadline <= now ? 0 : deadline - now;

    return left > INT_MAX - 1 ? INT_MAX : (int)left;
}

/* Waits until something can be sent or received, and does that.  Returns 1, 0 at the deadline, or
 * -1. */
static int move(struct ifr_ovsdb_stream *s, int64_t deadline, struct dbc_error *err)
{
    struct pollfd p = { .fd = s->fd, .events = POLLIN };
    int64_t now = dbc_now_ms();
    int n = 0;

    if (deadline != IFR_OVSDB_NO_WAIT && now > deadline) {
        return 0;
    }
    if (s->sent < s->out.len) {
        p.events |= POLLOUT;
    }
    n = poll(&p, 1, time_left(deadline, now));
    if (n <= 0) {
        return n < 0 && errno != EINTR ? dbc_fail_errno(err, errno, "cannot wait for ovsdb-server")
               : n < 0                 ? 1
                                       : 0;
    }
    if ((p.revents & POLLOUT) != 0 && give_out(s, err) != 0) {
        return -1;
    }
    return (p.revents & (POLLIN | POLLHUP | POLLERR)) != 0 && take_in(s, err) != 0 ? -1 : 1;
}

int ifr_ovsdb_stream_next(struct ifr_ovsdb_stream *s, int64_t deadline,
                          struct ifr_ovsdb_span *message, struct dbc_error *err)
{
    bool wait = deadline != IFR_OVSDB_NO_WAIT;
    unsigned first = s->reads;
    int rc = 0;

    if (s->broken) {
        return given_up(err);
    }
    while ((rc = ifr_ovsdb_stream_have(s, message, err)) == 0 &&
           (wait || s->reads - first < IFR_OVSDB_RUN_READS) && (rc = move(s, deadline, err)) > 0) {
    }
    if (rc == 0 && wait) {
        rc = dbc_fail(err, DBC_ETIMEOUT, "ovsdb-server did not answer in time");
    }
    if (rc < 0) {
        ifr_ovsdb_stream_break(s);
    }
    return rc;
}
