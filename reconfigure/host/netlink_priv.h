/* netlink_priv.h - what the netlink*.c files share: one exchange with the kernel, and reading
 * messages; and a constructor for tests, which replaces the kernel. */
#ifndef IFR_HOST_NETLINK_PRIV_H
#define IFR_HOST_NETLINK_PRIV_H

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "reconfigure/host/netlink.h"

#define IFR_NETLINK_ROOM 65536          /* bytes, for one datagram from the kernel */
#define IFR_NETLINK_REQUEST_ROOM 1024   /* bytes, for one request; every request fits */
#define IFR_NETLINK_DUMP_MAX (1U << 18) /* links, addresses or routes of one dump */
#define IFR_NETLINK_TRIES 4             /* a request is sent again three times */
#define IFR_NETLINK_REASON 160          /* bytes, for the kernel's own words about an error */

/* The other end.  `receive` returns the length of a datagram and sets *sender to the port that sent
 * it; or -1 with errno, EMSGSIZE for one that is longer than `size`. */
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

/* Makes a connection with another `io`.  `fd` is for poll; ifr_netlink_close closes it, as does a
 * failure: -1 with DBC_ENOMEM. */
int ifr_netlink_open_with(struct ifr_netlink **ret, const struct ifr_netlink_io *io, int fd,
                          uint32_t port, struct dbc_error *err);

/* ---- Requests ------------------------------------------------------------------------------ */

struct ifr_netlink_request {
    _Alignas(struct nlmsghdr) char room[IFR_NETLINK_REQUEST_ROOM];
    struct nlmsghdr *m;
};

/* Starts a request.  Returns the header of its type, which has `size` bytes and is zero. */
void *ifr_netlink_request(struct ifr_netlink_request *request, int type, unsigned flags,
                          size_t size);

/* Called for each message of an answer.  Returns 0 to go on, or -1 with *err. */
typedef int ifr_netlink_each_fn(void *ctx, const struct nlmsghdr *m, struct dbc_error *err);

/* How the kernel's answer ended. */
struct ifr_netlink_answer {
    int errnum; /* 0, or why it refused; ENOBUFS: an answer was lost; EINTR: an interrupted dump */
    char reason[IFR_NETLINK_REASON]; /* the kernel's own words about it, or "" */
};

/* Returns the time (dbc_now_ms) at which a request that starts now must be done. */
int64_t ifr_netlink_until(const struct ifr_netlink *nl);
/* Sends one request and reads to the end of its answer.  Returns 0 with *answer, or -1 with *err:
 * DBC_ETIMEOUT, DBC_EIO, DBC_EPARSE, or that of `each`. */
int ifr_netlink_exchange(struct ifr_netlink *nl, struct ifr_netlink_request *request, int64_t until,
                         ifr_netlink_each_fn *each, void *ctx, struct ifr_netlink_answer *answer,
                         struct dbc_error *err);
/* Sets the error of a refused request and returns -1; `what` says what was not done, and to which
 * device. */
int ifr_netlink_refused(const struct ifr_netlink_answer *answer, const char *what,
                        struct dbc_error *err);

/* ---- Messages (netlink_attr.c, netlink_read.c) --------------------------------------------- */

/* Sets ret[TYPE] (max + 1 of them) to the last attribute of each type that follows the message's
 * header of `header` bytes; NULL where there is none.  Types above `max` are left out.  Returns
 * false when the message is too short or an attribute is damaged. */
bool ifr_netlink_message(const struct nlmsghdr *m, size_t header, const struct nlattr **ret,
                         unsigned max);
/* The same inside an attribute.  Returns false, and all are NULL, when it is missing or damaged. */
bool ifr_netlink_nested(const struct nlattr *attr, const struct nlattr **ret, unsigned max);
bool ifr_netlink_has_size(const struct nlattr *attr, size_t size);
/* Read a number of exactly this size.  They return false, and *ret stays as it was, when the
 * attribute is missing or has another size. */
bool ifr_netlink_u8(const struct nlattr *attr, int *ret);
bool ifr_netlink_u16(const struct nlattr *attr, int *ret);
bool ifr_netlink_u32(const struct nlattr *attr, uint32_t *ret);
/* Copies a text that ends within the attribute and fits; else returns false and sets "". */
bool ifr_netlink_text(const struct nlattr *attr, char *ret, size_t size);

/* Bytes of an address of AF_INET or AF_INET6. */
static inline size_t ifr_netlink_ip_size(int family)
{
    return family == AF_INET ? 4 : 16;
}

/* Read one message of a dump.  They return 1, 0 for a message to leave out, -1 with DBC_EPARSE. */
int ifr_netlink_link_of(const struct nlmsghdr *m, struct ifr_link *ret, struct dbc_error *err);
int ifr_netlink_address_of(const struct nlmsghdr *m, struct ifr_net_address *ret,
                           struct dbc_error *err);
int ifr_netlink_route_of(const struct nlmsghdr *m, struct ifr_net_route *ret,
                         struct dbc_error *err);

#endif
