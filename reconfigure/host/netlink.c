/* netlink.c - the socket to the kernel's rtnetlink: requests, answers, deadlines. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "reconfigure/host/netlink_priv.h"

/* ---- The kernel's end. ---------------------------------------------------------------------- */

static ssize_t kernel_send(struct ifr_netlink *nl, const void *data, size_t len)
{
    return send(nl->fd, data, len, MSG_NOSIGNAL);
}

static ssize_t kernel_receive(struct ifr_netlink *nl, void *data, size_t size, uint32_t *sender)
{
    struct sockaddr_nl from = { .nl_family = AF_UNSPEC };
    struct iovec part = { .iov_base = data, .iov_len = size };
    struct msghdr message = {
        .msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &part, .msg_iovlen = 1
    };
    ssize_t len = recvmsg(nl->fd, &message, MSG_DONTWAIT);

    *sender = message.msg_namelen == sizeof from && from.nl_family == AF_NETLINK ? from.nl_pid
                                                                                 : UINT32_MAX;
    if (len >= 0 && (message.msg_flags & MSG_TRUNC) != 0) {
        errno = EMSGSIZE;
        return -1;
    }
    return len;
}

static const struct ifr_netlink_io kernel = { kernel_send, kernel_receive, NULL };

/* Older kernels lack some of these options; then errors have less text, and dumps more objects. */
static void set_options(int fd)
{
    static const int options[] = { NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK };
    const int on = 1, receive_buffer = 1 << 20;

    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        (void)setsockopt(fd, SOL_NETLINK, options[i], &on, sizeof on);
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
}

/* Opens a socket that is connected to port 0, the kernel; *port gets its own port. */
static int open_socket(uint32_t *port, struct dbc_error *err)
{
    struct sockaddr_nl address = { .nl_family = AF_NETLINK };
    socklen_t len = sizeof address;
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);

    if (fd < 0) {
        return dbc_fail_errno(err, errno, "cannot open a netlink socket");
    }
    set_options(fd);
    if (bind(fd, (const struct sockaddr *)&address, sizeof address) < 0 ||
        connect(fd, (const struct sockaddr *)&address, sizeof address) < 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) < 0) {
        dbc_fail_errno(err, errno, "cannot use a netlink socket");
        close(fd);
        return -1;
    }
    *port = address.nl_pid;
    return fd;
}

int ifr_netlink_open_with(struct ifr_netlink **ret, const struct ifr_netlink_io *io, int fd,
                          uint32_t port, struct dbc_error *err)
{
    struct ifr_netlink *nl = calloc(1, sizeof *nl);

    *ret = NULL;
    if (nl == NULL || (nl->room = malloc(IFR_NETLINK_ROOM)) == NULL) {
        free(nl);
        close(fd);
        return dbc_fail_nomem(err);
    }
    nl->fd = fd;
    nl->port = port;
    nl->deadline = IFR_NETLINK_DEADLINE;
    nl->io = io;
    *ret = nl;
    return 0;
}

int ifr_netlink_open(struct ifr_netlink **ret, struct dbc_error *err)
{
    uint32_t port = 0;
    int fd = open_socket(&port, err);

    *ret = NULL;
    return fd < 0 ? -1 : ifr_netlink_open_with(ret, &kernel, fd, port, err);
}

void ifr_netlink_close(struct ifr_netlink *nl)
{
    if (nl != NULL) {
        if (nl->fd >= 0) {
            close(nl->fd);
        }
        free(nl->room);
        free(nl);
    }
}

/* Opens a new socket after an exchange that was given up: its dump may still run, and a socket can
 * have only one. */
static int open_again(struct ifr_netlink *nl, struct dbc_error *err)
{
    if (nl->stale && nl->io == &kernel) {
        int fd = open_socket(&nl->port, err);
        if (fd < 0) {
            return -1;
        }
        close(nl->fd);
        nl->fd = fd;
    }
    nl->stale = false;
    return 0;
}

/* ---- Requests. ------------------------------------------------------------------------------ */

void *ifr_netlink_request(struct ifr_netlink_request *request, int type, unsigned flags,
                          size_t size)
{
    memset(request->room, 0, sizeof request->room);
    request->m = mnl_nlmsg_put_header(request->room);
    request->m->nlmsg_type = (uint16_t)type;
    request->m->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
    return mnl_nlmsg_put_extra_header(request->m, size);
}

int ifr_netlink_refused(const struct ifr_netlink_answer *answer, const char *what,
                        struct dbc_error *err)
{
    if (answer->errnum == ENODEV) {
        dbc_fail(err, DBC_ENOENT, "%s: there is no such device", what);
    } else if (answer->reason[0] != '\0') {
        dbc_fail_errno(err, answer->errnum, "%s (%s)", what, answer->reason);
    } else {
        dbc_fail_errno(err, answer->errnum, "%s", what);
    }
    return -1;
}

/* ---- Time. ---------------------------------------------------------------------------------- */

int64_t ifr_netlink_until(const struct ifr_netlink *nl)
{
    return dbc_now_ms() + nl->deadline;
}

static int wait_for(struct ifr_netlink *nl, short events, int64_t until, struct dbc_error *err)
{
    struct pollfd fd = { .fd = nl->fd, .events = events };
    int64_t left = 0;

    while ((left = until - dbc_now_ms()) > 0) {
        int n = poll(&fd, 1, (int)left);
        if (n > 0) {
            return 0;
        }
        if (n < 0 && errno != EINTR) {
            return dbc_fail_errno(err, errno, "cannot wait for the kernel's netlink answer");
        }
    }
    return dbc_fail(err, DBC_ETIMEOUT, "the kernel did not answer over netlink within %d ms",
                    nl->deadline);
}

/* ---- One exchange. -------------------------------------------------------------------------- */

static int send_request(struct ifr_netlink *nl, struct ifr_netlink_request *request, int64_t until,
                        struct dbc_error *err)
{
    if (open_again(nl, err) < 0) {
        return -1;
    }
    request->m->nlmsg_seq = ++nl->seq;
    request->m->nlmsg_pid = nl->port;
    for (;;) {
        if (nl->io->send(nl, request->m, request->m->nlmsg_len) >= 0) {
            return 0;
        }
        if (errno != EINTR && errno != EAGAIN && errno != ENOBUFS) {
            return dbc_fail_errno(err, errno, "cannot send a netlink request");
        }
        if (wait_for(nl, POLLOUT, until, err) < 0) {
            return -1;
        }
    }
}

/* Receives the next datagram from the kernel.  Returns its length; 0 when datagrams were lost. */
static ssize_t receive(struct ifr_netlink *nl, int64_t until, struct dbc_error *err)
{
    for (;;) {
        uint32_t sender = UINT32_MAX;
        ssize_t len = -1;

        if (wait_for(nl, POLLIN, until, err) < 0) {
            return -1;
        }
        len = nl->io->receive(nl, nl->room, IFR_NETLINK_ROOM, &sender);
        if (len > 0 && sender == 0) {
            return len;
        }
        if (len < 0 && errno == ENOBUFS) {
            return 0;
        }
        if (len < 0 && errno == EMSGSIZE) {
            return dbc_fail(err, DBC_EPARSE, "a netlink message is longer than %d bytes",
                            IFR_NETLINK_ROOM);
        }
        if (len < 0 && errno != EINTR && errno != EAGAIN) {
            return dbc_fail_errno(err, errno, "cannot read the kernel's netlink answer");
        }
    }
}

/* Reads the kernel's own words, which follow the error and what it repeats of the request. */
static void read_reason(const struct nlmsghdr *m, struct ifr_netlink_answer *answer)
{
    const struct nlattr *attrs[NLMSGERR_ATTR_MSG + 1] = { NULL };
    size_t header = sizeof(struct nlmsgerr), room = mnl_nlmsg_get_payload_len(m);
    struct nlmsgerr error;

    if ((m->nlmsg_flags & NLM_F_ACK_TLVS) == 0 || room < header) {
        return;
    }
    memcpy(&error, mnl_nlmsg_get_payload(m), sizeof error);
    if ((m->nlmsg_flags & NLM_F_CAPPED) == 0) {
        if (error.msg.nlmsg_len < sizeof error.msg || error.msg.nlmsg_len > room) {
            return;
        }
        header += error.msg.nlmsg_len - sizeof error.msg;
    }
    if (ifr_netlink_message(m, header, attrs, NLMSGERR_ATTR_MSG)) {
        ifr_netlink_text(attrs[NLMSGERR_ATTR_MSG], answer->reason, sizeof answer->reason);
    }
}

/* Reads the number that begins NLMSG_ERROR and, from newer kernels, NLMSG_DONE. */
static int read_error(const struct nlmsghdr *m, bool optional, struct ifr_netlink_answer *answer,
                      struct dbc_error *err)
{
    int number = 0;

    if (mnl_nlmsg_get_payload_len(m) >= sizeof number) {
        memcpy(&number, mnl_nlmsg_get_payload(m), sizeof number);
    } else if (!optional) {
        return dbc_fail(err, DBC_EPARSE, "a netlink error message is too short");
    }
    answer->errnum = number < 0 && number > -4096 ? -number : number != 0 && !optional ? EIO : 0;
    if (answer->errnum != 0 && m->nlmsg_type == NLMSG_ERROR) {
        read_reason(m, answer);
    }
    return 0;
}

struct reading {
    struct ifr_netlink *nl;
    ifr_netlink_each_fn *each;
    void *ctx;
    struct ifr_netlink_answer *answer;
    bool interrupted, lost, done;
};

static int take_message(struct reading *r, const struct nlmsghdr *m, struct dbc_error *err)
{
    r->interrupted = r->interrupted || (m->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
    switch (m->nlmsg_type) {
    case NLMSG_NOOP:
        return 0;
    case NLMSG_OVERRUN:
        r->lost = true;
        return 0;
    case NLMSG_ERROR:
    case NLMSG_DONE:
        r->done = true;
        return read_error(m, m->nlmsg_type == NLMSG_DONE, r->answer, err);
    default:
        return r->each == NULL || r->interrupted ? 0 : r->each(r->ctx, m, err);
    }
}

/* libmnl's own test reads a length with its highest bit set as a negative number. */
static bool is_whole(const struct nlmsghdr *m, int len)
{
    return len >= (int)sizeof *m && m->nlmsg_len >= sizeof *m && m->nlmsg_len <= (uint32_t)len;
}

/* Ignores messages that answer other requests or are for other sockets. */
static int take_datagram(struct reading *r, int len, struct dbc_error *err)
{
    const struct nlmsghdr *m = (const struct nlmsghdr *)(const void *)r->nl->room;

    for (; is_whole(m, len) && !r->done; m = mnl_nlmsg_next(m, &len)) {
        if (m->nlmsg_seq == r->nl->seq && m->nlmsg_pid == r->nl->port &&
            take_message(r, m, err) < 0) {
            return -1;
        }
    }
    return len > 0 && !r->done ? dbc_fail(err, DBC_EPARSE, "a netlink message is cut off") : 0;
}

int ifr_netlink_exchange(struct ifr_netlink *nl, struct ifr_netlink_request *request, int64_t until,
                         ifr_netlink_each_fn *each, void *ctx, struct ifr_netlink_answer *answer,
                         struct dbc_error *err)
{
    struct reading r = { .nl = nl, .each = each, .ctx = ctx, .answer = answer };

    *answer = (struct ifr_netlink_answer){ 0 };
    if (send_request(nl, request, until, err) < 0) {
        return -1;
    }
    nl->stale = true; /* unless it comes to an end */
    while (!r.done) {
        ssize_t len = receive(nl, until, err);
        if (len < 0 || (len > 0 && take_datagram(&r, (int)len, err) < 0)) {
            return -1;
        }
        if (len == 0) {
            answer->errnum = ENOBUFS;
            return 0;
        }
    }
    nl->stale = false;
    if (answer->errnum == 0 && (r.interrupted || r.lost)) {
        answer->errnum = r.lost ? ENOBUFS : EINTR;
    }
    return 0;
}
