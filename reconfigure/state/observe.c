/* observe.c - connections to the host, and the state that they give (observe.h); observe_ovs.c and
 * observe_kernel.c read the answers. */
#include "reconfigure/state/observe.h"

#include <stdint.h>
#include <string.h>

#include "base/valid.h"
#include "reconfigure/host/client.h"
#include "reconfigure/host/ipv6.h"
#include "reconfigure/state/observe_priv.h"

#define OPEN_DEADLINE 5000 /* ms */

static int open_ovs(const struct ifr_facts *facts, struct ifr_live *ret, struct dbc_error *err)
{
    char path[PATH_MAX];
    struct dbc_error why = DBC_ERROR_INIT;
    int rc = ifr_facts_path(facts, IFR_OVSDB_SOCKET, path, &why);

    if (rc == 0) {
        rc = ifr_ovsdb_open(path, OPEN_DEADLINE, &ret->ovs, &why);
    }
    if (rc < 0 && why.code == DBC_ENOENT) {
        ret->why_no_ovs = "Open vSwitch has no " IFR_OVSDB_SOCKET;
        rc = 0;
    } else if (rc < 0 && err != NULL) {
        *err = why;
    }
    return rc;
}

int ifr_live_open(const struct ifr_facts *facts, bool ovs, struct ifr_live *ret,
                  struct dbc_error *err)
{
    *ret = (struct ifr_live){ .why_no_ovs = ovs ? NULL : "Open vSwitch was not asked" };
    if (ovs && open_ovs(facts, ret, err) < 0) {
        return -1;
    }
    if (ifr_facts_is_this_host(facts) && ifr_netlink_open(&ret->kernel, err) < 0) {
        ifr_live_close(ret);
        return -1;
    }
    return 0;
}

void ifr_live_close(struct ifr_live *live)
{
    ifr_ovsdb_close(live->ovs);
    ifr_netlink_close(live->kernel);
    *live = (struct ifr_live){ NULL, NULL, NULL };
}

int ifr_live_connect_again(struct ifr_live *live, const struct ifr_facts *facts,
                           struct dbc_error *err)
{
    struct ifr_live again = { NULL, NULL, NULL };
    int rc = open_ovs(facts, &again, err);

    if (rc == 0 && again.ovs != NULL) {
        ifr_ovsdb_close(live->ovs);
        live->ovs = again.ovs;
    }
    return rc;
}

int ifr_observe(const struct ifr_live *live, struct ifr_state *ret, struct dbc_error *err)
{
    if (live->ovs != NULL && ifr_observe_ovs(live->ovs, ret, err) < 0) {
        return -1;
    }
    if (live->kernel != NULL && ifr_observe_kernel(live->kernel, ret, err) < 0) {
        return -1;
    }
    for (unsigned kind = IFR_SWITCH; kind <= IFR_INTERFACE; kind++) {
        ret->known[kind] = live->ovs != NULL;
    }
    ret->known[IFR_LINK] = live->kernel != NULL;
    return 0;
}

static void add_settings(struct ifr_netlink *nl, struct ifr_state *state, struct ifr_object *link)
{
    struct ifr_ethtool_values values;
    struct dbc_buf text = DBC_BUF_INIT;

    if (ifr_netlink_ethtool(nl, link->name, &values)) {
        for (size_t i = 0; i < IFR_N_ETHTOOL; i++) {
            if (values.v[i][0] != '\0') {
                dbc_buf_addf(&text, "%s%s=%s", text.len > 0 ? " " : "", ifr_ethtool_names[i],
                             values.v[i]);
            }
        }
        state->failed = state->failed || text.failed;
        ifr_state_set(state, link, IFR_LINK_OFFLOADS, dbc_buf_str(&text));
    }
    dbc_buf_release(&text);
}

struct taking {
    struct ifr_state *state;
    struct dbc_hash *clients;
};

/* Notes the client for every word of its command line that may be a device. */
static bool take_client(void *ctx, pid_t pid, const char *name, const char *words, size_t len)
{
    struct taking *taking = ctx;
    struct ifr_state *state = taking->state;

    (void)pid;
    for (size_t at = strlen(words) + 1; at < len; at += strlen(words + at) + 1) {
        const char *word = dbc_valid_ifname(words + at) ? ifr_state_text(state, words + at) : NULL;
        if (word != NULL &&
            dbc_hash_put(taking->clients, word, (void *)(uintptr_t)name, true) != 0) {
            state->failed = true;
        }
    }
    return false;
}

/* Searches all processes, once for all devices. */
static void find_clients(const struct ifr_facts *facts, struct ifr_state *state)
{
    struct taking v4 = { state, &state->clients }, v6 = { state, &state->clients6 };

    if (!state->clients_known) {
        ifr_client_each(facts, IFR_DHCPV4, take_client, &v4);
        ifr_client_each(facts, IFR_DHCPV6, take_client, &v6);
        state->clients_known = true;
    }
}

static const char *client_of(const struct dbc_hash *clients, const char *device)
{
    const char *name = dbc_hash_get(clients, device);

    return name != NULL ? name : "";
}

static void add_ipv6(const struct ifr_facts *facts, struct ifr_state *state,
                     struct ifr_object *link)
{
    struct dbc_buf words = DBC_BUF_INIT;

    ifr_ipv6_words(facts, link->name, &words);
    state->failed = state->failed || words.failed;
    ifr_state_set(state, link, IFR_LINK_IPV6, dbc_buf_str(&words));
    dbc_buf_release(&words);
}

void ifr_observe_device(const struct ifr_live *live, const struct ifr_facts *facts,
                        struct ifr_state *state, const char *device)
{
    struct ifr_object *link = ifr_state_find(state, IFR_LINK, device);

    if (link == NULL || live->kernel == NULL || link->v[IFR_LINK_CLIENT] != NULL) {
        return;
    }
    find_clients(facts, state);
    ifr_state_set(state, link, IFR_LINK_CLIENT, client_of(&state->clients, device));
    ifr_state_set(state, link, IFR_LINK_CLIENT6, client_of(&state->clients6, device));
    add_ipv6(facts, state, link);
    add_settings(live->kernel, state, link);
}
