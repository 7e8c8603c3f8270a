/* plugin_host.h - a scripted Open vSwitch and records of an invented host; for test_plugin_update.c
 * and test_plugin_hostile.c. */
#ifndef TESTS_UNIT_PLUGIN_HOST_H
#define TESTS_UNIT_PLUGIN_HOST_H

#include <signal.h>

#include "reconfigure/plugin/bring.h"
#include "reconfigure/plugin/change.h"
#include "reconfigure/plugin/update.h"
#include "unit/world.h"

#define MAC "00:16:3e:00:00:01"
#define MODE "vswitch-controller-fail-mode"
#define IN_BAND "vswitch-disable-in-band"
#define CA "/etc/openvswitch/vswitchd.cacert"
#define SET "/usr/bin/ovs-vsctl\t--timeout=20"
#define FLOW "/usr/bin/ovs-ofctl\tadd-flow\t"
#define RESET "\t--\temer-reset\t--\tdel-manager\t--\tdel-ssl"

struct rule {
    const char *match; /* in the command line, words joined by blanks */
    enum ifr_ended ended;
    int status;
    const char *answer;
    unsigned skip; /* so many matches pass first */
};

struct fixture {
    struct world w;
    struct ifr_runner *runner;
    struct ifr_host host;
    struct ifr_wanted wanted;
    struct ifr_reply reply;
    struct dbc_error err;
    struct dbc_record *eth0;
    const char *managers, *bridges; /* what Open vSwitch has */
    struct rule rules[8];
    bool learns;               /* Open vSwitch has a connection before its transaction ends */
    struct dbc_strvec changes; /* what was run and is no question, with the CA's presence */
};

static inline bool has_ca(struct fixture *f)
{
    return access(scratch_path(&f->w.s, CA), F_OK) == 0;
}

static inline void answer(struct fixture *f, const char *line, struct ifr_result *result)
{
    if (strstr(line, "get-manager")) {
        dbc_buf_adds(&result->out, f->managers);
    } else if (strstr(line, "list Bridge")) {
        dbc_buf_addf(&result->out,
                     "{\"headings\":[\"name\",\"fail_mode\",\"other_config\"],\"data\":[%s]}\n",
                     f->bridges);
    } else if (strstr(line, "Interface eth")) {
        dbc_buf_addf(&result->out, "%c\n", strstr(line, "Interface eth")[13] + 1);
    }
}

static inline void script(void *ctx, const char *const *argv, struct ifr_result *result)
{
    struct fixture *f = ctx;
    struct dbc_buf line = DBC_BUF_INIT, tabs = DBC_BUF_INIT;
    struct rule *rule = f->rules;

    for (size_t i = 0; argv[i]; i++) {
        dbc_buf_addf(&line, "%s%s", i > 0 ? " " : "", argv[i]);
        dbc_buf_addf(&tabs, "%s%s", i > 0 ? "\t" : "", argv[i]);
    }
    if (!strstr(line.data, "-vconsole:off")) {
        dbc_strvec_pushf(&f->changes, "%s%s", tabs.data, has_ca(f) ? "" : " (no CA)");
    }
    if (f->learns && strstr(line.data, "set-manager")) {
        scratch_write(&f->w.s, CA, "learnt from the new manager", 0644);
    }
    while (rule->match && !(strstr(line.data, rule->match) && rule->skip-- == 0)) {
        rule++;
    }
    if (rule->match) {
        result->ended = rule->ended;
        result->status = rule->status;
        dbc_buf_adds(&result->out, rule->answer ? rule->answer : "");
    } else {
        answer(f, line.data, result);
    }
    dbc_buf_release(&line);
    dbc_buf_release(&tabs);
}

static inline int setup(void **state)
{
    static struct fixture f;
    struct dbc_record *pool = NULL;

    memset(&f, 0, sizeof f);
    world_make(&f.w, &ifr_datapath_vswitch);
    f.runner = recorder_new(script, &f, NULL);
    f.host = (struct ifr_host){ .prefix = f.w.s.root, .runner = f.runner, .log = &f.w.log.log };
    f.wanted.db = f.w.db;
    f.managers = f.bridges = "";
    f.eth0 = world_pif(&f.w, "eth0Pif", "eth0", "xenbr0", MAC);
    world_set(&f.w, f.eth0, "management", "True");
    pool = dbc_db_add(f.w.db, DBC_POOL, "pool", NULL);
    must(pool != NULL && f.runner != NULL);
    scratch_write(&f.w.s, CA, "learnt from the old manager", 0644);
    *state = &f;
    return 0;
}

static inline int teardown(void **state)
{
    struct fixture *f = *state;

    ifr_reply_release(&f->reply);
    dbc_strvec_release(&f->changes);
    ifr_runner_free(f->runner);
    world_end(&f->w);
    return 0;
}

static inline void secure_pool(struct fixture *f)
{
    world_config(&f->w, f->w.db->of[DBC_POOL].v[0], MODE, "secure");
}

static inline void want(struct fixture *f, const char *address)
{
    assert_int_equal(ifr_manager_from_pool(address, &f->wanted.manager, NULL), 0);
}

static inline int bring(struct fixture *f)
{
    must(dbc_db_index(f->w.db, NULL) == 0);
    return ifr_plugin_bring(&f->host, &f->wanted, &f->reply, &f->err);
}

static inline void assert_brings(struct fixture *f, const char *said)
{
    assert_int_equal(bring(f), 0);
    assert_string_equal(dbc_buf_str(&f->reply.value), said);
}

/* `want`: lines separated by '|'; the prefix stands in them as "ROOT". */
static inline void assert_changes(struct fixture *f, const char *want_lines)
{
    struct dbc_buf text = DBC_BUF_INIT;

    for (const char *s = joined(&f->changes); *s != '\0'; s++) {
        if (strncmp(s, f->w.s.root, strlen(f->w.s.root)) == 0) {
            dbc_buf_adds(&text, "ROOT");
            s += strlen(f->w.s.root) - 1;
        } else {
            dbc_buf_addc(&text, *s);
        }
    }
    assert_string_equal(dbc_buf_str(&text), want_lines);
    dbc_buf_release(&text);
}

static inline bool changed(struct fixture *f, const char *words)
{
    return strstr(joined(&f->changes), words) != NULL;
}

#define ROW(name, mode, config) "[\"" name "\"," mode ",[\"map\",[" config "]]]"
#define HWADDR(mac) "[\"hwaddr\",\"" mac "\"]"
#define STANDALONE "\"standalone\""
#define SECURE "\"secure\""
#define UNSET "[\"set\",[]]"
#define XENBR0 ROW("xenbr0", STANDALONE, HWADDR(MAC))

#define PLUGIN_TEST(name) cmocka_unit_test_setup_teardown(test_##name, setup, teardown)

#endif
