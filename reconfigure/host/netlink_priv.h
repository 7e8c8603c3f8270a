/* netlink_priv.h - what the files of netlink.h share: one exchange with the kernel, dumps, and
 * reading messages; and a constructor for tests, which puts somebody else in the kernel's place. */
#ifndef IFR_HOST_NETLINK_PRIV_H
#define IFR_HOST_NETLINK_PRIV_H

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "reconfigure/host/netlink.h"

#define IFR_NETLINK_ROOM 65536          /* bytes, for one datagram of the kernel's */
#define IFR_NETLINK_REQUEST_ROOM 1024   /* bytes, for one request; every request fits */
#define IFR_NETLINK_DUMP_MAX (1U << 18) /* links, addresses or routes of one dump */
#define IFR_NETLINK_TRIES 4             /* a request is sent again three times */
#define IFR_NETLINK_REASON 160          /* bytes, for the kernel's own words about an error */

/* The other end.  `receive` gives the length of a datagram and the port that sent it, or -1 with
 * errno; EMSGSIZE: it was longer than `size`. */
struct ifr_netlink_io {
    ssize_t (*send)(struct ifr_netlink *nl, const void *data, size_t len);
    ssize_t (*receive)(struct ifr_netlink *nl, void *data, size_t size, uint32_t *sender);
    void *ctx;
};

struct ifr_netlink {
    int fd;
    uint32_t port, seq;
    int deadline; /* ms */
    bool stale;   /* old answers may still come: open it again before the next request */
    const struct ifr_netlink_io *io;
    char *room; /* IFR_NETLINK_ROOM bytes */
};

/* `fd` is for poll; it is closed by ifr_netlink_close, and on failure too. */
int ifr_netlink_open_with(struct ifr_netlink **ret, const struct ifr_netlink_io *io, int fd,
                          uint32_t port, struct dbc_error *err);

/* ---- Requests ------------------------------------------------------------------------------ */

struct ifr_netlink_request {
    _Alignas(struct nlmsghdr) char room[IFR_NETLINK_REQUEST_ROOM];
    struct nlmsghdr *m;
};

/* Starts a request with its own header of `size` bytes, which is zero and returned. */
void *ifr_netlink_request(struct ifr_netlink_request *request, int type, unsigned flags,
                          size_t size);

/* Each message of an answer; 0 to go on, -1 with *err. */
typedef int ifr_netlink_each_fn(void *ctx, const struct nlmsghdr *m, struct dbc_error *err);

/* What the kernel said in the end. */
struct ifr_netlink_answer {
    int errnum; /* 0, or why it refused; ENOBUFS, EBUSY and EINTR as well: send it again */
    char reason[IFR_NETLINK_REASON]; /* the kernel's own words about it; "" */
};

int64_t ifr_netlink_until(const struct ifr_netlink *nl); /* dbc_now_ms */
/* Sends one request and reads to the end of its answer.  0 with *answer, or -1 with *err. */
int ifr_netlink_exchange(struct ifr_netlink *nl, struct ifr_netlink_request *request, int64_t until,
                         ifr_netlink_each_fn *each, void *ctx, struct ifr_netlink_answer *answer,
                         struct dbc_error *err);
/* The error of a refused request; `what` says what was not done, and to which device. */
int ifr_netlink_refused(const struct ifr_netlink_answer *answer, const char *what,
                        struct dbc_error *err);

/* ---- Messages (netlink_attr.c, netlink_read.c) --------------------------------------------- */

/* The attributes behind a message's own header of `header` bytes, by their type, the last of each;
 * those above `max` are left out.  False: the message is short, or they do not fill it. */
bool ifr_netlink_message(const struct nlmsghdr *m, size_t header, const struct nlattr **ret,
                         unsigned max);
/* The same inside an attribute; false, and none, when it is missing or damaged. */
bool ifr_netlink_nested(const struct nlattr *attr, const struct nlattr **ret, unsigned max);
bool ifr_netlink_has_size(const struct nlattr *attr, size_t size);
/* A number of exactly so many bytes; false when the attribute is missing or has another size. */
bool ifr_netlink_u8(const struct nlattr *attr, int *ret);
bool ifr_netlink_u16(const struct nlattr *attr, int *ret);
bool ifr_netlink_u32(const struct nlattr *attr, uint32_t *ret);
/* A text that ends within the attribute and fits; false, and "", else. */
bool ifr_netlink_text(const struct nlattr *attr, char *ret, size_t size);

/* Bytes of an address of AF_INET or AF_INET6. */
static inline size_t ifr_netlink_ip_size(int family)
{
    return family == AF_INET ? 4 : 16;
}

/* One message of a dump.  1; 0: it is of another kind and to be left out; -1 with *err. */
int ifr_netlink_link_of(const struct nlmsghdr *m, struct ifr_link *ret, struct dbc_error *err);
int ifr_netlink_address_of(const struct nlmsghdr *m, struct ifr_net_address *ret,
                           struct dbc_error *err);
int ifr_netlink_route_of(const struct nlmsghdr *m, struct ifr_net_route *ret,
                         struct dbc_error *err);

#endif
