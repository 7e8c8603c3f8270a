/* ethtool.c - other_config's ethtool-* keys as words for ethtool(8), for ifcfg files and the Open
 * vSwitch datapath. */
#include "reconfigure/datapath/ethtool.h"

#include <stdio.h>
#include <string.h>

#include "base/valid.h"
#include "reconfigure/datapath/live.h"

#define SPEED_MAX 10000000 /* Mbit/s; ten terabit */

static void refuse(struct ifr_planner *p, const char *key, const char *value, const char *allowed)
{
    ifr_plan_note(p->plan, "Invalid value for %s = %s. Must be %s.", key, value, allowed);
}

static void parse_speed(struct ifr_planner *p, const struct dbc_map *map, struct dbc_strvec *out)
{
    const char *value = dbc_map_get(map, "ethtool-speed");
    uint64_t speed = 0;

    if (value == NULL) {
        return;
    }
    if (!dbc_parse_uint(value, SPEED_MAX, &speed) || speed == 0) {
        refuse(p, "ethtool-speed", value, "a number of Mbit/s");
        return;
    }
    dbc_strvec_push(out, "speed");
    dbc_strvec_pushf(out, "%u", (unsigned)speed);
}

static void parse_duplex(struct ifr_planner *p, const struct dbc_map *map, struct dbc_strvec *out)
{
    const char *value = dbc_map_get(map, "ethtool-duplex");

    if (value == NULL) {
        return;
    }
    if (strcmp(value, "half") != 0 && strcmp(value, "full") != 0) {
        refuse(p, "ethtool-duplex", value, "half|full");
        return;
    }
    dbc_strvec_pushl(out, "duplex", value, NULL);
}

/* Returns "on" or "off"; NULL when there is nothing to set. */
static const char *parse_switch(struct ifr_planner *p, const struct dbc_map *map, const char *key)
{
    const char *value = dbc_map_get(map, key);

    if (value == NULL) {
        return NULL;
    }
    if (strcmp(value, "on") == 0 || strcmp(value, "true") == 0) {
        return "on";
    }
    if (strcmp(value, "off") == 0 || strcmp(value, "false") == 0) {
        return "off";
    }
    refuse(p, key, value, "on|true|off|false");
    return NULL;
}

void ifr_ethtool_parse(struct ifr_planner *p, const struct dbc_map *other_config, bool nic,
                       struct ifr_ethtool *ret)
{
    static const struct {
        const char *key;
        bool off_on_nic;
    } offloads[] = {
        { "ethtool-rx", false },  { "ethtool-tx", false },  { "ethtool-sg", false },
        { "ethtool-tso", false }, { "ethtool-ufo", false }, { "ethtool-gso", false },
        { "ethtool-gro", true },  { "ethtool-lro", true },
    };
    const char *autoneg = NULL;

    parse_speed(p, other_config, &ret->settings);
    parse_duplex(p, other_config, &ret->settings);
    autoneg = parse_switch(p, other_config, "ethtool-autoneg");
    if (autoneg != NULL) {
        dbc_strvec_pushl(&ret->settings, "autoneg", autoneg, NULL);
    }
    for (size_t i = 0; i < sizeof offloads / sizeof offloads[0]; i++) {
        const char *word = parse_switch(p, other_config, offloads[i].key);
        if (word == NULL && nic && offloads[i].off_on_nic) {
            word = "off";
        }
        if (word != NULL) {
            dbc_strvec_pushl(&ret->offload, offloads[i].key + strlen("ethtool-"), word, NULL);
        }
    }
}

void ifr_ethtool_release(struct ifr_ethtool *ethtool)
{
    dbc_strvec_release(&ethtool->settings);
    dbc_strvec_release(&ethtool->offload);
}

static void ifcfg_line(const char *key, const struct dbc_strvec *words, struct dbc_buf *ifcfg)
{
    if (words->n > 0) {
        dbc_buf_addf(ifcfg, "%s=\"", key);
        for (size_t i = 0; i < words->n; i++) {
            dbc_buf_addf(ifcfg, "%s%s", i > 0 ? " " : "", words->v[i]);
        }
        dbc_buf_adds(ifcfg, "\"\n");
    }
    ifcfg->failed = ifcfg->failed || words->failed;
}

void ifr_ethtool_ifcfg(const struct ifr_ethtool *ethtool, struct dbc_buf *ifcfg)
{
    ifcfg_line("ETHTOOL_OPTS", &ethtool->settings, ifcfg);
    ifcfg_line("ETHTOOL_OFFLOAD_OPTS", &ethtool->offload, ifcfg);
}

/* Whether a member begins with `name`. */
static bool tells(const char *set, const char *name)
{
    char member[IFR_MEMBER_MAX];

    while (ifr_set_next(&set, ' ', member)) {
        if (strncmp(member, name, strlen(name)) == 0) {
            return true;
        }
    }
    return false;
}

/* Keeps the words that differ from the device's settings.  A driver does not accept a setting that
 * it does not report. */
static void keep_differing(const struct ifr_object *seen, const struct dbc_strvec *words,
                           struct dbc_strvec *ret)
{
    char pair[64], name[64];

    for (size_t i = 0; i + 1 < words->n; i += 2) {
        snprintf(pair, sizeof pair, "%s=%s", words->v[i], words->v[i + 1]);
        snprintf(name, sizeof name, "%s=", words->v[i]);
        if (!ifr_object_has(seen, IFR_LINK_OFFLOADS, pair) &&
            tells(ifr_object_get(seen, IFR_LINK_OFFLOADS), name)) {
            dbc_strvec_pushl(ret, words->v[i], words->v[i + 1], NULL);
        }
    }
    ret->failed = ret->failed || words->failed;
}

static void command(struct ifr_planner *p, const char *option, const char *device,
                    const struct dbc_strvec *words)
{
    struct ifr_step *step = NULL;

    if (words->n == 0 && !words->failed) {
        return;
    }
    step = ifr_plan_command(p->plan, IFR_WARN, "/sbin/ethtool", option, device, NULL);
    dbc_strvec_push_all(&step->argv, words);
    step->failed = step->failed || words->failed;
    step->optional = true;
    ifr_plan_touch(p->plan, device);
}

static void command_if_it_differs(struct ifr_planner *p, const char *option, const char *device,
                                  const struct dbc_strvec *words)
{
    const struct ifr_object *seen = ifr_state_find(ifr_seen(p, IFR_LINK), IFR_LINK, device);
    struct dbc_strvec rest = DBC_STRVEC_INIT;

    if (seen == NULL || seen->v[IFR_LINK_OFFLOADS] == NULL) {
        command(p, option, device, words);
        return;
    }
    keep_differing(seen, words, &rest);
    command(p, option, device, &rest);
    dbc_strvec_release(&rest);
}

void ifr_ethtool_plan(struct ifr_planner *p, const char *device, const struct ifr_ethtool *ethtool)
{
    if (ifr_seen(p, IFR_LINK) != NULL) {
        ifr_observe_device(p->live, p->facts, p->seen, device);
    }
    command_if_it_differs(p, "-s", device, &ethtool->settings);
    command_if_it_differs(p, "-K", device, &ethtool->offload);
}
