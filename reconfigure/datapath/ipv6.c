/* ipv6.c - the words of ifcfg-X about IPv6, as Red Hat's ifup-ipv6 reads them (ipv6.h). */
#include "reconfigure/datapath/ipv6.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/valid.h"

static bool is_mode(const struct dbc_pif *pif, const char *mode)
{
    return strcmp(pif->ipv6_configuration_mode, mode) == 0;
}

bool ifr_ipv6_gateway(const struct dbc_pif *pif, char out[DBC_IPV6_SIZE])
{
    struct dbc_ipv6 ip;

    if (!dbc_parse_ipv6(pif->IPv6_gateway, &ip) ||
        !(dbc_ipv6_is_host(&ip) || dbc_ipv6_is_link_local(&ip))) {
        return false;
    }
    dbc_format_ipv6(&ip, out);
    return true;
}

bool ifr_may_route_ipv6(const struct dbc_pif *pif)
{
    char gateway[DBC_IPV6_SIZE];

    return dbc_pif_wants_ipv6(pif) &&
           (!dbc_pif_is_static_ipv6(pif) || ifr_ipv6_gateway(pif, gateway));
}

/* ---- Static addresses ----------------------------------------------------------------------- */

static int add_address(const struct dbc_pif *pif, const char *item, struct dbc_strvec *ret,
                       struct dbc_error *err)
{
    char text[DBC_IPV6_PREFIX_SIZE];
    struct dbc_ipv6 ip;
    unsigned prefix = 0;

    if (!dbc_parse_ipv6_prefix(item, &ip, &prefix) || prefix == 0 || !dbc_ipv6_is_host(&ip)) {
        return dbc_fail(err, DBC_EINVAL,
                        "PIF %s (%s): IPv6 \"%s\" is no address of a host: it must be "
                        "ADDRESS/LENGTH, as 2001:db8::5/64, several with ',' between",
                        pif->uuid, pif->device, item);
    }
    dbc_format_ipv6_prefix(&ip, prefix, text);
    if (dbc_strvec_has(ret, text)) {
        return 0;
    }
    if (ret->n == DBC_LIMIT_IPV6) {
        return dbc_fail(err, DBC_EINVAL, "PIF %s (%s): IPv6 has more than %d addresses", pif->uuid,
                        pif->device, DBC_LIMIT_IPV6);
    }
    dbc_strvec_push(ret, text);
    return 0;
}

int ifr_ipv6_addresses(const struct dbc_pif *pif, struct dbc_strvec *ret, struct dbc_error *err)
{
    const char *at = pif->IPv6;
    char item[DBC_ITEM_SIZE];
    int rc = 0;

    while (rc == 0 && dbc_next_item(&at, item)) {
        rc = item[0] == '\0' ? 0 : add_address(pif, item, ret, err);
    }
    return rc == 0 && ret->failed ? dbc_fail_nomem(err) : rc;
}

static void add_secondaries(const struct dbc_strvec *addresses, struct dbc_buf *ifcfg)
{
    for (size_t i = 1; i < addresses->n; i++) {
        dbc_buf_addf(ifcfg, "%s%s", i == 1 ? "IPV6ADDR_SECONDARIES=\"" : " ", addresses->v[i]);
    }
    dbc_buf_adds(ifcfg, addresses->n > 1 ? "\"\n" : "");
}

static void add_gateway(struct ifr_planner *p, const struct dbc_pif *pif, bool owner,
                        struct dbc_buf *ifcfg)
{
    char gateway[DBC_IPV6_SIZE];

    if (ifr_ipv6_gateway(pif, gateway)) {
        if (owner) {
            dbc_buf_addf(ifcfg, "IPV6_DEFAULTGW=%s\n", gateway);
        }
    } else if (*pif->IPv6_gateway != '\0') {
        ifr_plan_note(p->plan, "ignoring IPv6_gateway \"%s\" of PIF %s: not an IPv6 address",
                      pif->IPv6_gateway, pif->uuid);
    }
}

static int static_addresses(struct ifr_planner *p, const struct dbc_pif *pif, bool owner,
                            struct dbc_buf *ifcfg, struct dbc_error *err)
{
    struct dbc_strvec addresses = DBC_STRVEC_INIT;
    int rc = ifr_ipv6_addresses(pif, &addresses, err);

    if (rc == 0 && addresses.n > 0) {
        dbc_buf_addf(ifcfg, "IPV6INIT=yes\nIPV6_AUTOCONF=no\nIPV6ADDR=%s\n", addresses.v[0]);
        add_secondaries(&addresses, ifcfg);
        add_gateway(p, pif, owner, ifcfg);
    } else if (rc == 0) {
        rc = dbc_fail(err, DBC_EINVAL,
                      "PIF %s (%s): ipv6_configuration_mode is Static, but IPv6 is \"%s\": give it "
                      "an address as 2001:db8::5/64, or make the mode None",
                      pif->uuid, pif->device, pif->IPv6);
    }
    dbc_strvec_release(&addresses);
    return rc;
}

int ifr_ifcfg_ipv6(struct ifr_planner *p, const struct dbc_pif *pif, bool owner,
                   struct dbc_buf *ifcfg, struct dbc_error *err)
{
    if (!dbc_pif_wants_ipv6(pif)) {
        return 0;
    }
    if (dbc_pif_is_static_ipv6(pif)) {
        return static_addresses(p, pif, owner, ifcfg, err);
    }
    if (is_mode(pif, "Autoconf")) {
        dbc_buf_adds(ifcfg, "IPV6INIT=yes\nIPV6_AUTOCONF=yes\n");
        return 0;
    }
    if (is_mode(pif, "DHCP")) {
        dbc_buf_adds(ifcfg, "IPV6INIT=yes\nIPV6_AUTOCONF=no\nDHCPV6C=yes\n");
        return 0;
    }
    return dbc_fail(err, DBC_EINVAL,
                    "PIF %s (%s): unknown ipv6_configuration_mode \"%s\": must be DHCP, Static, "
                    "Autoconf or None",
                    pif->uuid, pif->device, pif->ipv6_configuration_mode);
}
