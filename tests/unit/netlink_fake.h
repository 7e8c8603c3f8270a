/* netlink_fake.h - stands in for the kernel of a netlink socket: a socket pair over which a test
 * says what is answered, datagram by datagram, and who seems to have sent it.  A datagram on the
 * pair is the sender's port, then its bytes. */
#ifndef TESTS_UNIT_NETLINK_FAKE_H
#define TESTS_UNIT_NETLINK_FAKE_H

#include <errno.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "reconfigure/host/netlink_priv.h"

#define FAKE_PORT 4711U

struct fake {
    struct ifr_netlink *nl;
    int far; /* the kernel's end */
    _Alignas(4) char out[IFR_NETLINK_ROOM];
    size_t len;
};

static inline ssize_t fake_send(struct ifr_netlink *nl, const void *data, size_t len)
{
    return send(nl->fd, data, len, MSG_NOSIGNAL);
}

static inline ssize_t fake_receive(struct ifr_netlink *nl, void *data, size_t size,
                                   uint32_t *sender)
{
    struct iovec parts[] = { { sender, sizeof *sender }, { data, size } };
    struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
    ssize_t len = recvmsg(nl->fd, &message, MSG_DONTWAIT);

    if (len == sizeof *sender && *sender > UINT32_MAX - 4096) {
        errno = (int)(UINT32_MAX - *sender); /* fake_errno */
        return -1;
    }
    return len < 0 ? len : len - (ssize_t)sizeof *sender;
}

static const struct ifr_netlink_io fake_io = { fake_send, fake_receive, NULL };

/* False when it could not be made. */
static inline bool fake_open(struct fake *fake, const struct ifr_netlink_io *io)
{
    int pair[2] = { -1, -1 };

    memset(fake, 0, sizeof *fake);
    if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0) {
        return false;
    }
    fake->far = pair[1];
    return ifr_netlink_open_with(&fake->nl, io, pair[0], FAKE_PORT, NULL) == 0;
}

static inline void fake_close(struct fake *fake)
{
    ifr_netlink_close(fake->nl);
    close(fake->far);
}

/* Sends what was put together as one datagram, from `sender`. */
static inline void fake_flush(struct fake *fake, uint32_t sender)
{
    struct iovec parts[] = { { &sender, sizeof sender }, { fake->out, fake->len } };
    struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };

    if (sendmsg(fake->far, &message, 0) < 0) {
        abort();
    }
    fake->len = 0;
}

/* The next read fails with that. */
static inline void fake_errno(struct fake *fake, int errnum)
{
    fake->len = 0;
    fake_flush(fake, UINT32_MAX - (uint32_t)errnum);
}

/* Starts a message of the `nth` request from now, 1 being the next, with its own header. */
static inline struct nlmsghdr *fake_put(struct fake *fake, unsigned nth, int type,
                                        const void *header, size_t size)
{
    struct nlmsghdr *m = NULL;

    memset(fake->out + fake->len, 0, sizeof *m + size);
    m = mnl_nlmsg_put_header(fake->out + fake->len);
    m->nlmsg_type = (uint16_t)type;
    m->nlmsg_seq = fake->nl->seq + nth;
    m->nlmsg_pid = FAKE_PORT;
    memcpy(mnl_nlmsg_put_extra_header(m, size), header, size);
    return m;
}

/* Behind the last attribute of a message. */
static inline void fake_end(struct fake *fake, const struct nlmsghdr *m)
{
    fake->len += (m->nlmsg_len + 3U) & ~3U;
}

static inline struct nlmsghdr *fake_link(struct fake *fake, unsigned nth, int index,
                                         const char *name)
{
    struct ifinfomsg header = { .ifi_index = index, .ifi_flags = IFF_UP };
    struct nlmsghdr *m = fake_put(fake, nth, RTM_NEWLINK, &header, sizeof header);

    mnl_attr_put_strz(m, IFLA_IFNAME, name);
    return m;
}

static inline void fake_done(struct fake *fake, unsigned nth, unsigned flags)
{
    int zero = 0;
    struct nlmsghdr *m = fake_put(fake, nth, NLMSG_DONE, &zero, sizeof zero);

    m->nlmsg_flags = (uint16_t)(NLM_F_MULTI | flags);
    fake_end(fake, m);
}

/* An acknowledgement, or a refusal with the kernel's words. */
static inline void fake_answer(struct fake *fake, unsigned nth, int errnum, const char *reason)
{
    struct nlmsgerr error = { .error = -errnum };
    struct nlmsghdr *m = fake_put(fake, nth, NLMSG_ERROR, &error, sizeof error);

    m->nlmsg_flags = NLM_F_CAPPED;
    if (reason != NULL) {
        m->nlmsg_flags |= NLM_F_ACK_TLVS;
        mnl_attr_put_strz(m, NLMSGERR_ATTR_MSG, reason);
    }
    fake_end(fake, m);
}

#endif
