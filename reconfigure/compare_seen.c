/* compare_seen.c - reads single values from an observed state (compare_priv.h). */
#include "reconfigure/compare_priv.h"

#include <string.h>

void ifr_seen_interfaces(const struct ifr_state *seen, const char *bridge, struct dbc_strvec *ret)
{
    for (size_t i = 0; i < seen->n; i++) {
        const struct ifr_object *interface = seen->objects[i];
        const struct ifr_object *port = NULL;
        if (interface->kind != IFR_INTERFACE) {
            continue;
        }
        port = ifr_state_find(seen, IFR_PORT, ifr_object_get(interface, IFR_INTERFACE_PORT));
        if (port != NULL && strcmp(ifr_object_get(port, IFR_PORT_BRIDGE), bridge) == 0) {
            dbc_strvec_push(ret, interface->name);
        }
    }
}

void ifr_seen_vlan(const struct ifr_state *seen, const char *bridge, struct dbc_buf *ret)
{
    const struct ifr_object *object = ifr_state_find(seen, IFR_BRIDGE, bridge);
    const char *parent = ifr_object_get(object, IFR_BRIDGE_PARENT);

    if (*parent != '\0') {
        dbc_buf_addf(ret, "%s on %s", ifr_object_get(object, IFR_BRIDGE_TAG), parent);
    }
}

void ifr_seen_addresses(const struct ifr_state *seen, const char *device, bool ipv6,
                        struct dbc_strvec *ret)
{
    const struct ifr_object *link = ifr_state_find(seen, IFR_LINK, device);
    const char *set = ifr_object_get(link, IFR_LINK_ADDRESSES);
    char member[IFR_MEMBER_MAX];

    while (ifr_set_next(&set, '\n', member)) {
        member[strcspn(member, " ")] = '\0';
        if (ifr_member_is_ipv6(member) == ipv6 && !ifr_member_is_link_local(member)) {
            dbc_strvec_push(ret, member);
        }
    }
}

void ifr_seen_gateway(const struct ifr_state *seen, const char *device, bool ipv6,
                      struct dbc_buf *ret)
{
    const char *net = ipv6 ? "::/0" : "default";
    const struct ifr_object *link = ifr_state_find(seen, IFR_LINK, device);
    const char *set = ifr_object_get(link, IFR_LINK_ROUTES);
    char member[IFR_MEMBER_MAX];

    while (ret->len == 0 && ifr_set_next(&set, '\n', member)) {
        const char *rest = member + strlen(net);
        if (strncmp(member, net, strlen(net)) != 0 || (*rest != '\0' && *rest != ' ')) {
            continue;
        }
        if (strncmp(rest, " via ", 5) == 0) {
            dbc_buf_add(ret, rest + 5, strcspn(rest + 5, " "));
        } else {
            dbc_buf_adds(ret, "on-link");
        }
    }
    dbc_buf_adds(ret, ret->len == 0 ? "none" : "");
}
