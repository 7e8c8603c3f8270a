/* observe_kernel.c - devices, addresses and routes of the kernel as objects (observe.h). */
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "reconfigure/state/observe_priv.h"

/* A device by its index, by which masters, addresses and routes refer to it. */
struct device {
    int index, master, parent;
    struct ifr_object *object;
};

struct reading {
    struct ifr_state *state;
    struct device *v;
    size_t n, cap;
    struct dbc_buf text;
};

static int by_index(const void *a, const void *b)
{
    int left = ((const struct device *)a)->index, right = ((const struct device *)b)->index;

    return (left > right) - (left < right);
}

static struct ifr_object *find(const struct reading *r, int index)
{
    const struct device key = { .index = index };
    const struct device *found =
        r->n > 0 ? bsearch(&key, r->v, r->n, sizeof *r->v, by_index) : NULL;

    return found != NULL ? found->object : NULL;
}

static void set_number(struct ifr_state *state, struct ifr_object *object, unsigned attribute,
                       int number)
{
    if (number >= 0) {
        ifr_state_setf(state, object, attribute, "%d", number);
    }
}

static void set_options(struct ifr_state *state, struct ifr_object *object,
                        const struct ifr_link *link)
{
    const struct ifr_attribute *rows = ifr_attributes(IFR_LINK);

    for (unsigned i = 0; i < IFR_N_LINK; i++) {
        if (rows[i].option.kind != NULL && strcmp(rows[i].option.kind, link->kind) == 0) {
            set_number(state, object, i, link->option[rows[i].option.type]);
        }
    }
}

static int add_device(struct reading *r, const struct ifr_link *link, struct ifr_object *object,
                      struct dbc_error *err)
{
    if (!DBC_GROW(r->v, r->n, r->cap)) {
        return dbc_fail_nomem(err);
    }
    r->v[r->n++] = (struct device){ link->index, link->master, link->parent, object };
    return 0;
}

static int take_link(void *ctx, const struct ifr_link *link, struct dbc_error *err)
{
    struct reading *r = ctx;
    struct ifr_object *object = ifr_state_add(r->state, IFR_LINK, link->name);

    ifr_state_set(r->state, object, IFR_LINK_TYPE, link->kind);
    ifr_state_set(r->state, object, IFR_LINK_MASTER, "");
    ifr_state_set(r->state, object, IFR_LINK_PARENT, "");
    ifr_state_set(r->state, object, IFR_LINK_MAC, link->mac);
    ifr_state_setf(r->state, object, IFR_LINK_MTU, "%u", link->mtu);
    ifr_state_set(r->state, object, IFR_LINK_STATE, link->up ? "up" : "down");
    ifr_state_set(r->state, object, IFR_LINK_CARRIER, link->carrier ? "yes" : "no");
    ifr_state_set(r->state, object, IFR_LINK_ADDRESSES, "");
    ifr_state_set(r->state, object, IFR_LINK_ROUTES, "");
    set_number(r->state, object, IFR_LINK_TAG, link->vlan_tag);
    set_options(r->state, object, link);
    return add_device(r, link, object, err);
}

/* Called when all devices are known, since masters and parents are among them. */
static void name_neighbours(struct reading *r)
{
    qsort(r->v, r->n, sizeof *r->v, by_index);
    for (size_t i = 0; i < r->n; i++) {
        const struct ifr_object *master = find(r, r->v[i].master);
        const struct ifr_object *parent = find(r, r->v[i].parent);
        if (master != NULL) {
            r->v[i].object->v[IFR_LINK_MASTER] = master->name;
        }
        if (parent != NULL) {
            r->v[i].object->v[IFR_LINK_PARENT] = parent->name;
        }
    }
}

static int add_line(struct reading *r, struct ifr_object *object, unsigned attribute,
                    struct dbc_error *err)
{
    if (r->text.failed) {
        return dbc_fail_nomem(err);
    }
    ifr_state_add_member(r->state, object, attribute, dbc_buf_str(&r->text));
    return 0;
}

static int take_address(void *ctx, const struct ifr_net_address *address, struct dbc_error *err)
{
    struct reading *r = ctx;
    struct ifr_object *object = find(r, address->index);

    /* The kernel does not use an address that another host has: it counts as absent. */
    if (object == NULL || address->scope == RT_SCOPE_HOST ||
        (address->flags & IFA_F_DADFAILED) != 0) {
        return 0;
    }
    dbc_buf_clear(&r->text);
    ifr_net_address_format(address, &r->text);
    return add_line(r, object, IFR_LINK_ADDRESSES, err);
}

/* Routes that the kernel made come and go with the address; those of routers are not ours. */
static int take_route(void *ctx, const struct ifr_net_route *route, struct dbc_error *err)
{
    struct reading *r = ctx;
    struct ifr_object *object = find(r, route->index);

    if (object == NULL || route->protocol == RTPROT_KERNEL || route->protocol == RTPROT_RA ||
        route->type != RTN_UNICAST) {
        return 0;
    }
    dbc_buf_clear(&r->text);
    ifr_net_route_format(route, &r->text);
    return add_line(r, object, IFR_LINK_ROUTES, err);
}

int ifr_observe_kernel(struct ifr_netlink *nl, struct ifr_state *state, struct dbc_error *err)
{
    struct reading r = { .state = state };
    int rc = ifr_netlink_links(nl, take_link, &r, err);

    if (rc == 0) {
        name_neighbours(&r);
        rc = ifr_netlink_addresses(nl, take_address, &r, err);
    }
    if (rc == 0) {
        rc = ifr_netlink_routes(nl, take_route, &r, err);
    }
    free(r.v);
    dbc_buf_release(&r.text);
    return rc < 0 ? -1 : ifr_state_check(state, err);
}
