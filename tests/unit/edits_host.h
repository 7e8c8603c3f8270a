/* edits_host.h - for tests of edits with the real ovsdb-server: a database with many settings of
 * other programs, and the whole of it as text. */
#ifndef TESTS_UNIT_EDITS_HOST_H
#define TESTS_UNIT_EDITS_HOST_H

#include "unit/ovsdb_real.h"

/* ---- A host -------------------------------------------------------------------------------- */

/* br0 has eth0 with QoS, a VLAN 7 as the fake bridge vlan7, VMs' ports vif0 and vif1 (on VLAN 7), a
 * controller, and a mirror of vif1 to vif0; br1 has a bond. */
static const char *const rows =
    "[{'op':'update','table':'Open_vSwitch','where':[],'row':{'cur_cfg':1000000000,"
    "   'external_ids':['map',[['theirs','1']]],'bridges':['set',[['named-uuid','br0'],"
    "   ['named-uuid','br1']]],'manager_options':['named-uuid','manager'],"
    "   'ssl':['named-uuid','ssl']}},"
    " {'op':'insert','table':'Manager','uuid-name':'manager','row':{'target':'ssl:192.0.2.1'}},"
    " {'op':'insert','table':'SSL','uuid-name':'ssl','row':{'private_key':'/old/key',"
    "   'certificate':'/old/cert','ca_cert':'/old/ca'}},"
    " {'op':'insert','table':'Bridge','uuid-name':'br0','row':{'name':'br0','fail_mode':'secure',"
    "   'ports':['set',[['named-uuid','br0p'],['named-uuid','eth0p'],['named-uuid','vlan7p'],"
    "   ['named-uuid','vif0p'],['named-uuid','vif1p']]],'controller':['named-uuid','ctl'],"
    "   'mirrors':['named-uuid','mir'],'other_config':['map',[['theirs','2']]]}},"
    " {'op':'insert','table':'Bridge','uuid-name':'br1','row':{'name':'br1',"
    "   'ports':['set',[['named-uuid','br1p'],['named-uuid','bondp']]]}},"
    " {'op':'insert','table':'Controller','uuid-name':'ctl','row':{'target':'tcp:192.0.2.7',"
    "   'max_backoff':7000}},"
    " {'op':'insert','table':'Mirror','uuid-name':'mir','row':{'name':'mir',"
    "   'select_src_port':['named-uuid','vif1p'],'output_port':['named-uuid','vif0p']}},"
    " {'op':'insert','table':'QoS','uuid-name':'qos','row':{'type':'linux-htb',"
    "   'queues':['map',[[0,['named-uuid','queue']]]]}},"
    " {'op':'insert','table':'Queue','uuid-name':'queue','row':{'dscp':7}},"
    " {'op':'insert','table':'Port','uuid-name':'br0p','row':{'name':'br0',"
    "   'interfaces':['named-uuid','br0i']}},"
    " {'op':'insert','table':'Interface','uuid-name':'br0i','row':{'name':'br0',"
    "   'type':'internal'}},"
    " {'op':'insert','table':'Port','uuid-name':'br1p','row':{'name':'br1',"
    "   'interfaces':['named-uuid','br1i']}},"
    " {'op':'insert','table':'Interface','uuid-name':'br1i','row':{'name':'br1',"
    "   'type':'internal'}},"
    " {'op':'insert','table':'Port','uuid-name':'eth0p','row':{'name':'eth0',"
    "   'interfaces':['named-uuid','eth0i'],'qos':['named-uuid','qos']}},"
    " {'op':'insert','table':'Interface','uuid-name':'eth0i','row':{'name':'eth0',"
    "   'ingress_policing_rate':77}},"
    " {'op':'insert','table':'Port','uuid-name':'vlan7p','row':{'name':'vlan7','tag':7,"
    "   'fake_bridge':true,'interfaces':['named-uuid','vlan7i'],"
    "   'external_ids':['map',[['theirs','3']]]}},"
    " {'op':'insert','table':'Interface','uuid-name':'vlan7i','row':{'name':'vlan7',"
    "   'type':'internal','mac':'02:00:00:00:00:07'}},"
    " {'op':'insert','table':'Port','uuid-name':'vif0p','row':{'name':'vif0',"
    "   'interfaces':['named-uuid','vif0i']}},"
    " {'op':'insert','table':'Interface','uuid-name':'vif0i','row':{'name':'vif0'}},"
    " {'op':'insert','table':'Port','uuid-name':'vif1p','row':{'name':'vif1','tag':7,"
    "   'interfaces':['named-uuid','vif1i'],'trunks':['set',[4,5]]}},"
    " {'op':'insert','table':'Interface','uuid-name':'vif1i','row':{'name':'vif1',"
    "   'external_ids':['map',[['iface-id','theirs']]]}},"
    " {'op':'insert','table':'Port','uuid-name':'bondp','row':{'name':'bond0',"
    "   'interfaces':['set',[['named-uuid','eth1i'],['named-uuid','eth2i']]],"
    "   'bond_mode':'active-backup','other_config':['map',[['theirs','4']]]}},"
    " {'op':'insert','table':'Interface','uuid-name':'eth1i','row':{'name':'eth1'}},"
    " {'op':'insert','table':'Interface','uuid-name':'eth2i','row':{'name':'eth2'}}]";

/* ---- The whole database as text ------------------------------------------------------------ */

static const char *const tables[] = { "Open_vSwitch", "Bridge", "Port",   "Interface", "Controller",
                                      "Manager",      "SSL",    "Mirror", "QoS",       "Queue" };
#define N_TABLES (sizeof tables / sizeof tables[0])

static inline int take(void *ctx, size_t op, const json_t *row, struct dbc_error *err)
{
    (void)err;
    json_object_set_new((json_t *)(uintptr_t)row, "table", json_string(tables[op]));
    return json_array_append(ctx, (json_t *)(uintptr_t)row);
}

/* A row is called by what tells it from others. */
static inline json_t *labels_of(const json_t *all)
{
    static const char *const keys[] = { "name", "target", "private_key", "type", "dscp" };
    json_t *labels = json_object();

    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *row = json_array_get(all, i);
        json_t *label = json_object_get(row, "table");
        for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
            if (json_object_get(row, keys[k]) != NULL) {
                label = json_object_get(row, keys[k]);
                break;
            }
        }
        json_object_set(labels, ifr_ovsdb_uuid(json_object_get(row, "_uuid")), label);
    }
    return labels;
}

static inline int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static inline json_t *labelled(const json_t *cell, const json_t *labels)
{
    const char *uuid = ifr_ovsdb_uuid(cell);
    json_t *copy = NULL;

    if (uuid != NULL || !json_is_array(cell)) {
        return json_incref(uuid != NULL ? json_object_get(labels, uuid)
                                        : (json_t *)(uintptr_t)cell);
    }
    copy = json_array();
    for (size_t i = 0; i < json_array_size(cell); i++) {
        json_array_append_new(copy, labelled(json_array_get(cell, i), labels));
    }
    return copy;
}

/* Members of a set are in no order. */
static inline void add_cell(const json_t *cell, struct dbc_buf *out)
{
    struct dbc_strvec members = DBC_STRVEC_INIT;
    const json_t *set = json_array_get(cell, 1);

    for (size_t i = 0; i < json_array_size(set); i++) {
        dbc_strvec_push_take(&members,
                             json_dumps(json_array_get(set, i), JSON_ENCODE_ANY | JSON_COMPACT));
    }
    if (members.n > 0) {
        qsort(members.v, members.n, sizeof *members.v, by_text);
        dbc_strvec_join(&members, out);
    } else {
        char *text = json_dumps(cell, JSON_ENCODE_ANY | JSON_COMPACT);
        dbc_buf_adds(out, text);
        free(text);
    }
    dbc_strvec_release(&members);
}

static inline void add_row(const json_t *row, const json_t *labels, bool uuids,
                           struct dbc_strvec *lines)
{
    const char *column = NULL;
    json_t *cell = NULL;
    json_t *label = labelled(json_object_get(row, "_uuid"), labels);

    json_object_foreach((json_t *)(uintptr_t)row, column, cell)
    {
        struct dbc_buf line = DBC_BUF_INIT;
        json_t *readable = labelled(cell, labels);
        if (strcmp(column, "_version") == 0 || strcmp(column, "next_cfg") == 0) {
            json_decref(readable);
            continue;
        }
        dbc_buf_addf(&line, "%s ", json_string_value(json_object_get(row, "table")));
        add_cell(label, &line);
        dbc_buf_addf(&line, " %s: ", column);
        add_cell(uuids && strcmp(column, "_uuid") == 0 ? cell : readable, &line);
        dbc_strvec_push_take(lines, dbc_buf_steal(&line));
        json_decref(readable);
    }
    json_decref(label);
}

/* malloc'd; with `uuids` the very same rows, else rows like them. */
static inline char *dump(struct fixture *f, bool uuids)
{
    struct dbc_strvec lines = DBC_STRVEC_INIT;
    struct dbc_buf out = DBC_BUF_INIT;
    json_t *operations = json_array(), *all = json_array(), *labels = NULL;

    for (size_t i = 0; i < N_TABLES; i++) {
        json_array_append_new(operations, json_pack("{s:s, s:s, s:[]}", "op", "select", "table",
                                                    tables[i], "where"));
    }
    assert_int_equal(ifr_ovsdb_transact(f->db, operations, LONG_MS, take, all, NULL, NULL), 0);
    labels = labels_of(all);
    for (size_t i = 0; i < json_array_size(all); i++) {
        add_row(json_array_get(all, i), labels, uuids, &lines);
    }
    qsort(lines.v, lines.n, sizeof *lines.v, by_text);
    for (size_t i = 0; i < lines.n; i++) {
        dbc_buf_addf(&out, "%s\n", lines.v[i]);
    }
    json_decref(operations);
    json_decref(all);
    json_decref(labels);
    dbc_strvec_release(&lines);
    return dbc_buf_steal(&out);
}

#endif
