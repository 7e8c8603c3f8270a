/* common.c - what reading and writing a networkd.db have in common (common.h). */
#include "networkd/common.h"

#include <stdio.h>
#include <string.h>

#include "base/valid.h"

#define SPEED_MAX 10000000 /* Mbit/s; ten terabit */

struct dbc_networkd_what dbc_networkd_what(const char *kind, const char *name)
{
    struct dbc_networkd_what what;

    snprintf(what.text, sizeof what.text, "%s %s", kind, name);
    return what;
}

void dbc_networkd_tell(dbc_loss_fn *fn, void *ctx, const struct dbc_loss *loss)
{
    if (fn != NULL) {
        fn(ctx, loss);
    }
}

const struct dbc_networkd_option *dbc_networkd_bond_options(size_t *n)
{
    static const struct dbc_networkd_option options[] = {
        { "mode", "balance-slb" }, { "miimon", "100" },    { "downdelay", "200" },
        { "updelay", "31000" },    { "use_carrier", "1" }, { "hashing-algorithm", "src_mac" },
    };

    *n = sizeof options / sizeof options[0];
    return options;
}

const char *dbc_networkd_ethtool(const char *name, const char *value)
{
    uint64_t speed = 0;

    if (strcmp(name, "speed") == 0) {
        return dbc_parse_uint(value, SPEED_MAX, &speed) && speed > 0 ? value : NULL;
    }
    if (strcmp(name, "duplex") == 0) {
        return strcmp(value, "half") == 0 || strcmp(value, "full") == 0 ? value : NULL;
    }
    if (strcmp(value, "on") == 0 || strcmp(value, "true") == 0) {
        return "on";
    }
    return strcmp(value, "off") == 0 || strcmp(value, "false") == 0 ? "off" : NULL;
}

static bool parse_route(struct dbc_networkd_route *out)
{
    char copy[sizeof out->text], *rest = copy, *part[3] = { NULL, NULL, NULL };
    uint32_t net = 0, gateway = 0;
    uint64_t len = 0;

    memcpy(copy, out->text, sizeof copy);
    for (size_t i = 0; i < 3; i++) {
        part[i] = strsep(&rest, "/");
    }
    if (rest != NULL || !dbc_parse_ipv4(part[0], &net) || !dbc_parse_uint(part[1], 32, &len) ||
        !dbc_parse_ipv4(part[2], &gateway)) {
        return false;
    }
    dbc_format_ipv4(net, out->net);
    dbc_format_ipv4(gateway, out->gateway);
    out->len = (unsigned)len;
    return true;
}

bool dbc_networkd_next_route(const char **text, struct dbc_networkd_route *out)
{
    const char *item = *text + strspn(*text, ", ");
    size_t len = strcspn(item, ", "), kept = len < sizeof out->text ? len : sizeof out->text - 1;

    memset(out, 0, sizeof *out);
    memcpy(out->text, item, kept);
    *text = item + len;
    out->good = kept == len && parse_route(out);
    return len > 0;
}
