/* ovs.h - what the plugin asks Open vSwitch and has it do, each by one command with a deadline:
 * ovs-vsctl's answers come as OVSDB's JSON, where a map is a map whatever its keys are. */
#ifndef IFR_PLUGIN_OVS_H
#define IFR_PLUGIN_OVS_H

#include "reconfigure/reconfigure.h"

/* A row of Bridge: real bridges alone, a VLAN's fake bridge is none.  Missing texts are "". */
struct ifr_ovs_bridge {
    char *name, *fail_mode;
    char *hwaddr, *disable_in_band; /* keys of other_config */
};

struct ifr_ovs {
    struct dbc_strvec managers; /* targets, as get-manager prints them */
    struct ifr_ovs_bridge *bridges;
    size_t n_bridges, cap_bridges;
    bool live; /* read by the database's socket */
};

#define IFR_OVS_INIT                                                                               \
    {                                                                                              \
        .managers = DBC_STRVEC_INIT                                                                \
    }

/* Managers and bridges: by the database's socket in one transaction, so that they belong together;
 * where there is none, as below a root prefix, by ovs-vsctl.  DBC_ECOMMAND (a command failed),
 * DBC_EPARSE (an answer is not what it should be), DBC_ELIMIT (longer than IFR_OUTPUT_MAX),
 * DBC_ENOMEM, or what ovsdb.h has.  `ovs` is to be released in any case. */
int ifr_ovs_read(const struct ifr_host *host, struct ifr_ovs *ovs, struct dbc_error *err);
/* The same by the socket alone; *there is false when there is none (ovs_live.c). */
int ifr_ovs_read_live(const struct ifr_host *host, struct ifr_ovs *ovs, bool *there,
                      struct dbc_error *err);
/* A bridge with its texts copied; -1: DBC_ENOMEM. */
int ifr_ovs_add_bridge(struct ifr_ovs *ovs, const char *name, const char *fail_mode,
                       const char *hwaddr, const char *disable_in_band, struct dbc_error *err);
void ifr_ovs_release(struct ifr_ovs *ovs);

/* The OpenFlow port of an interface, pushed to `ofports` as text.  One that Open vSwitch does not
 * have, or could not open, is logged and left out. */
int ifr_ovs_ofport(const struct ifr_host *host, const char *interface, struct dbc_strvec *ofports,
                   struct dbc_error *err);

/* `ovs-vsctl --timeout=20 WORDS`: one transaction.  `ovs-ofctl add-flow BRIDGE FLOW`.
 * -1: DBC_ENOMEM, or DBC_ECOMMAND with *status as Python counts: an exit status, or a signal below
 * zero, or 127 when the command is not installed. */
int ifr_ovs_change(const struct ifr_host *host, const struct dbc_strvec *words, int *status,
                   struct dbc_error *err);
int ifr_ovs_add_flow(const struct ifr_host *host, const char *bridge, const char *flow, int *status,
                     struct dbc_error *err);

#endif
