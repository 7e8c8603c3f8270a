/* boot_host.h - for the tests of reconfigure/boot/: an invented host with four NICs, an inventory
 * and a cache, and commands that are recorded instead of run. */
#ifndef TESTS_UNIT_BOOT_HOST_H
#define TESTS_UNIT_BOOT_HOST_H

#include "reconfigure/boot/boot.h"
#include "reconfigure/boot/openvswitch.h"
#include "unit/recorder.h"
#include "unit/scratch.h"

#define CACHE "/var/xapi/network.dbcache"
#define CONF "/etc/xensource/network.conf"
#define UUID "3a7b6a0e-5b9e-4c0f-8f53-2d3c6f0f8b11"
#define NICS 4

struct fixture {
    struct scratch s;
    struct captured log;
    struct ifr_runner *runner;
    struct ifr_host host;
    struct dbc_error err;
    struct dbc_buf text;
    struct dbc_strvec done; /* "BRIDGE ok", "BRIDGE CODE", "+" before management's */
    const char *fails[2];   /* commands with one of these words fail */
    const char *missing;    /* the command with this in its path is not installed */
    int fail_status;        /* exit status of those that fail */
    unsigned fail_times;    /* how often; 0: always */
    const char *prints;     /* what every command prints */
};

static inline bool has_word(const char *const *argv, const char *word)
{
    for (size_t i = 0; word && argv[i]; i++) {
        if (strcmp(argv[i], word) == 0) {
            return true;
        }
    }
    return false;
}

static inline void script(void *ctx, const char *const *argv, struct ifr_result *result)
{
    struct fixture *f = ctx;
    dbc_buf_adds(&result->out, f->prints ? f->prints : "");
    if (f->missing && strstr(argv[0], f->missing)) {
        result->ended = IFR_NOT_FOUND;
    } else if (has_word(argv, f->fails[0]) || has_word(argv, f->fails[1])) {
        result->status = f->fail_status;
        if (f->fail_times > 0 && --f->fail_times == 0) {
            f->fails[0] = f->fails[1] = NULL;
        }
    }
}

static inline void done(void *ctx, const struct ifr_request *request, const struct dbc_error *err)
{
    struct fixture *f = ctx;
    assert_int_equal(request->verb, IFR_UP);
    if (err) {
        dbc_strvec_pushf(&f->done, "%s%s %d", request->management ? "+" : "", request->bridge,
                         (int)err->code);
    } else {
        dbc_strvec_pushf(&f->done, "%s%s ok", request->management ? "+" : "", request->bridge);
    }
}

/* eth0 on xenbr0 and so on. */
static inline void write_cache(struct fixture *f)
{
    struct dbc_buf text = DBC_BUF_INIT;
    dbc_buf_adds(&text, "<?xml version=\"1.0\" ?>\n<xenserver-network-configuration>\n");
    for (int i = 0; i < NICS; i++) {
        dbc_buf_addf(&text,
                     "<pif ref=\"OpaqueRef:p%d\"><uuid>pif%d</uuid><management>%s</management>"
                     "<network>OpaqueRef:n%d</network><MAC>02:00:00:00:00:0%d</MAC>"
                     "<device>eth%d</device><VLAN>-1</VLAN>"
                     "<ip_configuration_mode>DHCP</ip_configuration_mode></pif>\n",
                     i, i, i == 0 ? "True" : "False", i, i, i);
    }
    for (int i = 0; i < NICS; i++) {
        dbc_buf_addf(&text,
                     "<network ref=\"OpaqueRef:n%d\"><uuid>net%d</uuid><bridge>xenbr%d</bridge>"
                     "<PIFs><PIF>OpaqueRef:p%d</PIF></PIFs></network>\n",
                     i, i, i, i);
    }
    dbc_buf_adds(&text, "</xenserver-network-configuration>\n");
    scratch_write(&f->s, CACHE, dbc_buf_str(&text), 0644);
    dbc_buf_release(&text);
}

static inline void write_nics(struct fixture *f)
{
    for (int i = 0; i < NICS; i++) {
        char path[64], mac[32];
        snprintf(path, sizeof path, "/sys/class/net/eth%d/address", i);
        snprintf(mac, sizeof mac, "02:00:00:00:00:0%d\n", i);
        scratch_write(&f->s, path, mac, 0644);
    }
}

static inline void inventory(struct fixture *f, const char *lines)
{
    scratch_write(&f->s, IFR_INVENTORY, lines, 0644);
}

static inline int setup(void **state)
{
    static struct fixture f;
    memset(&f, 0, sizeof f);
    f.fail_status = 1;
    scratch_make(&f.s);
    captured_init(&f.log);
    f.runner = recorder_new(script, &f, NULL);
    f.host = (struct ifr_host){
        .prefix = f.s.root, .runner = f.runner, .log = &f.log.log, .lock_wait_ms = 50
    };
    write_cache(&f);
    write_nics(&f);
    scratch_write(&f.s, CONF, "openvswitch\n", 0644);
    inventory(&f, "PRODUCT_BRAND='XenServer'\nPRODUCT_VERSION='6.2.0'\nBUILD_NUMBER='70446c'\n"
                  "INSTALLATION_UUID='" UUID "'\nMANAGEMENT_INTERFACE='xenbr0'\n"
                  "CURRENT_INTERFACES='xenbr0 xenbr1 xenbr2'\n");
    scratch_write(&f.s, "/sbin/ifup", "", 0755);
    scratch_write(&f.s, "/sbin/ifdown", "", 0755);
    scratch_write(&f.s, "/opt/xensource/bin/xe", "", 0755);
    scratch_write(&f.s, IFR_OVS_CTL, "", 0755);
    scratch_mkdir(&f.s, "/etc/sysconfig/network-scripts");
    scratch_mkdir(&f.s, "/var/lock");
    scratch_mkdir(&f.s, "/var/run");
    *state = &f;
    return f.runner ? 0 : -1;
}

static inline int teardown(void **state)
{
    struct fixture *f = *state;
    ifr_runner_free(f->runner);
    captured_release(&f->log);
    dbc_strvec_release(&f->done);
    dbc_buf_release(&f->text);
    scratch_remove(&f->s);
    return 0;
}

static inline const struct dbc_strvec *lines(const struct fixture *f)
{
    return recorder_lines(f->runner);
}

/* How many lines have this in them. */
static inline size_t count(const struct dbc_strvec *vec, const char *what)
{
    size_t n = 0;
    for (size_t i = 0; i < vec->n; i++) {
        n += strstr(vec->v[i], what) != NULL;
    }
    return n;
}

static inline bool is_marked(struct fixture *f, const char *mark)
{
    return strcmp(scratch_read(&f->s, mark), "") == 0;
}

static inline void failed(struct fixture *f, int rc, enum dbc_code code, const char *words)
{
    char text[2048];
    assert_int_equal(rc, -1);
    assert_int_equal(f->err.code, code);
    assert_non_null(strstr(dbc_error_string(&f->err, text, sizeof text), words));
    dbc_error_clear(&f->err);
}

#endif
