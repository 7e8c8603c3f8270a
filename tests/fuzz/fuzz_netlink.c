/* fuzz_netlink.c - messages that claim to be from the kernel: links, addresses, routes.  What is
 * read as an address or a route must have a text form that reads back. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "reconfigure/host/netlink_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_message(const struct nlmsghdr *m)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct ifr_link link;
    struct ifr_net_address address, address_again;
    struct ifr_net_route route, route_again;

    ifr_netlink_link_of(m, &link, NULL);
    if (ifr_netlink_address_of(m, &address, NULL) > 0) {
        ifr_net_address_format(&address, &text);
        if (!text.failed && !ifr_net_address_parse(text.data, &address_again)) {
            abort();
        }
    }
    dbc_buf_clear(&text);
    if (ifr_netlink_route_of(m, &route, NULL) > 0) {
        ifr_net_route_format(&route, &text);
        if (!text.failed && !ifr_net_route_parse(text.data, &route_again)) {
            abort();
        }
    }
    dbc_buf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *room =
        malloc(size > 0 ? size : 1); /* exactly as long, so that a sanitizer sees its end */
    const struct nlmsghdr *m = (const struct nlmsghdr *)(const void *)room;
    int len = (int)size;

    if (room == NULL) {
        return 0;
    }
    memcpy(room, data, size);
    for (; len >= (int)sizeof *m && m->nlmsg_len >= sizeof *m && m->nlmsg_len <= (uint32_t)len;
         m = mnl_nlmsg_next(m, &len)) {
        read_message(m);
    }
    free(room);
    return 0;
}
