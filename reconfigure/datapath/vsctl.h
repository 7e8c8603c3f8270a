/* vsctl.h - one `ovs-vsctl` transaction as an argv: every change of a run goes in one call, so that
 * Open vSwitch sees the whole of it or nothing.  Failure to allocate is sticky in the vector.
 *
 * Names (bridges, ports) must have passed dbc_valid_ifname; values are quoted here. */
#ifndef IFR_VSCTL_H
#define IFR_VSCTL_H

#include "reconfigure/datapath/planner.h"

/* `value` as OVSDB's own text form takes it, appended: plain if it is alphanumeric, else in double
 * quotes with \\ \" \n \t \r \b \a \xHH escapes, so that no value can end early or become two. */
void ifr_vsctl_quote(const char *value, struct dbc_buf *out);

void ifr_vsctl_del_br(struct dbc_strvec *t, const char *bridge);
void ifr_vsctl_add_br(struct dbc_strvec *t, const char *bridge);
/* A fake bridge: the VLAN `tag` of `parent`. */
void ifr_vsctl_add_vlan_br(struct dbc_strvec *t, const char *bridge, const char *parent, int tag);
/* Deletes the port, and the port that has an interface of this name. */
void ifr_vsctl_del_port(struct dbc_strvec *t, const char *port);
void ifr_vsctl_add_port(struct dbc_strvec *t, const char *bridge, const char *port);
/* With the fake bond interface, which carries the bond's name in the kernel. */
void ifr_vsctl_add_bond(struct dbc_strvec *t, const char *bridge, const char *bond,
                        const struct dbc_strvec *slaves);
/* Begins `set TABLE RECORD`; columns follow with ifr_vsctl_column. */
void ifr_vsctl_set(struct dbc_strvec *t, const char *table, const char *record);
/* `column=value`, value quoted. */
void ifr_vsctl_column(struct dbc_strvec *t, const char *column, const char *value);
/* `column=word` for words of our own that need no quotes ("balance-slb"). */
void ifr_vsctl_column_word(struct dbc_strvec *t, const char *column, const char *word);
void ifr_vsctl_remove(struct dbc_strvec *t, const char *table, const char *record,
                      const char *column, const char *key);
void ifr_vsctl_external_id(struct dbc_strvec *t, const char *bridge, const char *key,
                           const char *value);

/* Plans the transaction as one step, nothing when it is empty. */
void ifr_vsctl_plan(struct ifr_planner *p, const struct dbc_strvec *t);

#endif
