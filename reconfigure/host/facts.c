/* facts.c - the host's files and what is installed (facts.h).  Devices are in facts_net.c, Open
 * vSwitch in facts_ovs.c. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/valid.h"
#include "reconfigure/host/facts_priv.h"

#ifndef IFR_LIBEXECDIR
#define IFR_LIBEXECDIR "/usr/libexec/dbcache"
#endif

#define OVS_VSCTL "/usr/bin/ovs-vsctl"
#define PID_MAX_EVER 4194304 /* the kernel's own limit */
#define BLANK " \t\r\n\v\f"

struct ifr_facts *ifr_facts_new(const char *prefix, struct ifr_runner *runner,
                                const struct dbc_log *log, struct dbc_error *err)
{
    struct ifr_facts *facts = NULL;
    char *copy = NULL;
    if (strlen(prefix) > IFR_PREFIX_MAX) {
        dbc_fail(err, DBC_ELIMIT, "the root prefix is longer than %d bytes", IFR_PREFIX_MAX);
        return NULL;
    }
    facts = calloc(1, sizeof *facts);
    copy = strdup(prefix);
    if (!facts || !copy) {
        free(facts);
        free(copy);
        dbc_fail_nomem(err);
        return NULL;
    }
    facts->prefix = copy;
    facts->runner = runner;
    facts->log = log;
    return facts;
}

void ifr_facts_free(struct ifr_facts *facts)
{
    if (facts) {
        free(facts->prefix);
        free(facts);
    }
}

bool ifr_facts_is_this_host(const struct ifr_facts *facts)
{
    return facts->prefix[0] == '\0';
}

/* ---- Paths and files. ----------------------------------------------------------------------- */

bool ifr_facts_pathf(const struct ifr_facts *facts, char out[PATH_MAX], const char *fmt, ...)
{
    size_t len = strlen(facts->prefix);
    va_list args;
    memcpy(out, facts->prefix, len);
    va_start(args, fmt);
    int rest = vsnprintf(out + len, PATH_MAX - len, fmt, args);
    va_end(args);
    return rest >= 0 && (size_t)rest < PATH_MAX - len;
}

int ifr_facts_path(const struct ifr_facts *facts, const char *path, char out[PATH_MAX],
                   struct dbc_error *err)
{
    return ifr_facts_pathf(facts, out, "%s", path)
               ? 0
               : dbc_fail(err, DBC_ELIMIT, "path too long: %s", path);
}

bool ifr_facts_file_exists(const struct ifr_facts *facts, const char *path)
{
    struct stat st;
    char full[PATH_MAX];
    return ifr_facts_pathf(facts, full, "%s", path) && stat(full, &st) == 0;
}

bool ifr_facts_executable(const struct ifr_facts *facts, const char *path)
{
    struct stat st;
    char full[PATH_MAX];
    return ifr_facts_pathf(facts, full, "%s", path) && stat(full, &st) == 0 &&
           S_ISREG(st.st_mode) && access(full, X_OK) == 0;
}

int ifr_facts_read(const struct ifr_facts *facts, const char *path, struct dbc_buf *out,
                   struct dbc_error *err)
{
    char full[PATH_MAX];

    return ifr_facts_path(facts, path, full, err) < 0
               ? -1
               : dbc_file_read(full, DBC_LIMIT_CONFIG_FILE, out, err);
}

int ifr_facts_write(const struct ifr_facts *facts, const char *path, const char *text,
                    struct dbc_error *err)
{
    char full[PATH_MAX];
    int rc = ifr_facts_path(facts, path, full, err);
    int fd = rc == 0 ? open(full, O_WRONLY | O_CLOEXEC | O_NOFOLLOW) : -1;

    if (rc == 0 && (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))) {
        rc = dbc_fail_errno(err, errno, "%s: cannot write \"%s\"", path, text);
    }
    if (fd >= 0) {
        close(fd);
    }
    return rc;
}

int ifr_facts_temporary(const struct ifr_facts *facts, const char *path, const char *text,
                        char out[PATH_MAX], struct dbc_error *err)
{
    int rc = ifr_facts_path(facts, path, out, err);
    int fd = rc == 0 ? mkostemp(out, O_CLOEXEC) : -1;

    if (rc == 0 && fd < 0) {
        return dbc_fail_errno(err, errno, "cannot make %s", out);
    }
    if (rc == 0 && write(fd, text, strlen(text)) != (ssize_t)strlen(text)) {
        rc = dbc_fail_errno(err, errno, "cannot write %s", out);
        unlink(out);
    }
    if (fd >= 0) {
        close(fd);
    }
    return rc;
}

int ifr_facts_replace(const struct ifr_facts *facts, const char *path, const char *text, size_t len,
                      mode_t mode, struct dbc_error *err)
{
    char full[PATH_MAX];

    return ifr_facts_path(facts, path, full, err) < 0
               ? -1
               : dbc_file_replace(full, text, len, mode, err);
}

int ifr_facts_remove(const struct ifr_facts *facts, const char *path, struct dbc_error *err)
{
    char full[PATH_MAX];
    int rc = ifr_facts_path(facts, path, full, err);

    if (rc == 0 && unlink(full) < 0 && errno != ENOENT) {
        rc = dbc_fail_errno(err, errno, "cannot remove %s", full);
    }
    return rc;
}

int ifr_facts_words(const struct ifr_facts *facts, const char *path, struct dbc_strvec *ret,
                    struct dbc_error *err)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_error why = DBC_ERROR_INIT;
    int rc = 0;

    if (ifr_facts_read(facts, path, &text, &why) == 0) {
        dbc_strvec_split(ret, dbc_buf_str(&text), BLANK);
        rc = ret->failed ? dbc_fail_nomem(err) : 0;
    } else if (why.code != DBC_ENOENT) {
        rc = dbc_fail(err, why.code, "%s", why.text);
    }
    dbc_buf_release(&text);
    return rc;
}

void ifr_facts_boot_id(const struct ifr_facts *facts, struct dbc_buf *out)
{
    struct dbc_strvec words = DBC_STRVEC_INIT;

    if (ifr_facts_words(facts, "/proc/sys/kernel/random/boot_id", &words, NULL) == 0 &&
        words.n == 1) {
        dbc_buf_adds(out, words.v[0]);
    }
    dbc_strvec_release(&words);
}

pid_t ifr_facts_pid(const struct ifr_facts *facts, const char *path)
{
    struct dbc_strvec words = DBC_STRVEC_INIT;
    uint64_t pid = 0;

    if (ifr_facts_words(facts, path, &words, NULL) == 0 && words.n == 1) {
        dbc_parse_uint(words.v[0], PID_MAX_EVER, &pid);
    }
    dbc_strvec_release(&words);
    return (pid_t)pid;
}

bool ifr_facts_cmdline(const struct ifr_facts *facts, int64_t pid, struct dbc_buf *out)
{
    char path[64] = "";

    snprintf(path, sizeof path, "/proc/%lld/cmdline", (long long)pid);
    return pid > 1 && ifr_facts_read(facts, path, out, NULL) == 0 && out->len > 0;
}

pid_t ifr_facts_daemon(const struct ifr_facts *facts, const char *path, const char *name)
{
    pid_t pid = ifr_facts_pid(facts, path);
    struct dbc_buf text = DBC_BUF_INIT;
    bool runs =
        ifr_facts_cmdline(facts, pid, &text) && strcmp(ifr_program_name(text.data), name) == 0;

    dbc_buf_release(&text);
    return runs ? pid : 0;
}

/* ---- What the files say. -------------------------------------------------------------------- */

/* network.conf is missing or empty: what is installed decides. */
static bool vswitch_by_installation(const struct ifr_facts *facts)
{
    bool vswitch = ifr_facts_executable(facts, OVS_VSCTL);
    dbc_logf(facts->log, DBC_LOG_WARNING,
             "/etc/xensource/network.conf does not say which datapath to use: %s, since %s is%s "
             "installed",
             vswitch ? "openvswitch" : "bridge", OVS_VSCTL, vswitch ? "" : " not");
    return vswitch;
}

int ifr_facts_datapath(const struct ifr_facts *facts, bool *vswitch, struct dbc_error *err)
{
    const char *path = "/etc/xensource/network.conf";
    struct dbc_strvec words = DBC_STRVEC_INIT;
    int rc = ifr_facts_words(facts, path, &words, err);
    if (rc == 0 && words.n == 0) {
        *vswitch = vswitch_by_installation(facts);
    } else if (rc == 0 && strcmp(words.v[0], "bridge") == 0) {
        *vswitch = false;
    } else if (rc == 0 &&
               (strcmp(words.v[0], "openvswitch") == 0 || strcmp(words.v[0], "vswitch") == 0)) {
        *vswitch = true;
    } else if (rc == 0) {
        rc = dbc_fail_at(err, DBC_EINVAL, path, 0, 0,
                         "expected bridge, openvswitch or vswitch, found \"%s\"", words.v[0]);
    }
    dbc_strvec_release(&words);
    return rc;
}

/* Cuts off the blanks around a text, in place. */
static char *trim(char *text)
{
    text += strspn(text, BLANK);
    size_t n = strlen(text);
    while (n > 0 && strchr(BLANK, text[n - 1])) {
        text[--n] = '\0';
    }
    return text;
}

/* Returns the value of `KEY=value` or `KEY='value'` in one line, which it changes; NULL for another
 * key. */
static char *inventory_value(char *line, const char *key)
{
    size_t len = strlen(key);
    line = trim(line);
    if (strncmp(line, key, len) != 0 || line[len] != '=') {
        return NULL;
    }
    char *value = trim(line + len + 1);
    size_t n = strlen(value);
    if (n >= 2 && (value[0] == '\'' || value[0] == '"') && value[n - 1] == value[0]) {
        value[n - 1] = '\0';
        value = trim(value + 1);
    }
    return value;
}

/* The last line with this key wins, as for the shells that source the file.  `text` is changed. */
static int inventory_find(char *text, const char *key, struct dbc_buf *out, struct dbc_error *err)
{
    char *value = NULL, *rest = NULL;

    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        char *found = inventory_value(line, key);
        value = found ? found : value;
    }
    if (!value) {
        return dbc_fail_at(err, DBC_ENOENT, IFR_INVENTORY, 0, 0, "no line %s=", key);
    }
    dbc_buf_adds(out, value);
    return out->failed ? dbc_fail_nomem(err) : 0;
}

int ifr_inventory_value(const char *text, const char *key, struct dbc_buf *out,
                        struct dbc_error *err)
{
    char *copy = strdup(text);
    int rc = copy ? inventory_find(copy, key, out, err) : dbc_fail_nomem(err);

    free(copy);
    return rc;
}

int ifr_facts_inventory(const struct ifr_facts *facts, const char *key, struct dbc_buf *out,
                        struct dbc_error *err)
{
    struct dbc_buf text = DBC_BUF_INIT;
    int rc = ifr_facts_read(facts, IFR_INVENTORY, &text, err);

    if (rc == 0) {
        rc = ifr_inventory_value(dbc_buf_str(&text), key, out, err);
    }
    dbc_buf_release(&text);
    return rc;
}

int ifr_facts_inventory_words(const struct ifr_facts *facts, const char *key,
                              struct dbc_strvec *ret, struct dbc_error *err)
{
    struct dbc_buf value = DBC_BUF_INIT;
    int rc = ifr_facts_inventory(facts, key, &value, err);

    if (rc == 0) {
        dbc_strvec_split(ret, dbc_buf_str(&value), BLANK);
        rc = ret->failed ? dbc_fail_nomem(err) : 0;
    }
    dbc_buf_release(&value);
    return rc;
}

const char *ifr_facts_cache_path(const struct ifr_facts *facts)
{
    /* An upgraded host has both folders (one may be a symbolic link), so the file decides first. */
    bool early = ifr_facts_file_exists(facts, "/var/xapi/network.dbcache");
    bool late = ifr_facts_file_exists(facts, "/var/lib/xcp/network.dbcache");
    if (!early && !late) {
        early = ifr_facts_file_exists(facts, "/var/xapi");
        late = ifr_facts_file_exists(facts, "/var/lib/xcp");
    }
    return late && !early ? "/var/lib/xcp/network.dbcache" : "/var/xapi/network.dbcache";
}

bool ifr_facts_firstboot(const struct ifr_facts *facts)
{
    return ifr_facts_file_exists(facts, "/etc/firstboot.d/data/firstboot_in_progress");
}

int ifr_facts_boot_device(const struct ifr_facts *facts, const char *mac, bool *ret,
                          struct dbc_error *err)
{
    struct dbc_strvec words = DBC_STRVEC_INIT;
    char wanted[18] = "", found[18] = "";
    int rc = 0;
    *ret = false;
    if (dbc_parse_mac(mac, wanted)) {
        rc = ifr_facts_words(facts, "/proc/ardence", &words, err);
    }
    for (size_t i = 0; rc == 0 && i + 1 < words.n && !*ret; i++) {
        *ret = strcmp(words.v[i], "HWaddr:") == 0 && dbc_parse_mac(words.v[i + 1], found) &&
               strcmp(found, wanted) == 0;
    }
    dbc_strvec_release(&words);
    return rc;
}

/* ---- ifup and ifdown. ----------------------------------------------------------------------- */

/* Debian's ifupdown has programs of the same names, but they read other files.  It always has
 * ifquery, which Red Hat's initscripts never have. */
static bool has_initscripts(const struct ifr_facts *facts, const char *program)
{
    return ifr_facts_executable(facts, program) && !ifr_facts_file_exists(facts, "/sbin/ifquery");
}

const char *ifr_facts_ifup(const struct ifr_facts *facts, bool *own)
{
    *own = !has_initscripts(facts, "/sbin/ifup");
    return *own ? IFR_LIBEXECDIR "/ifup" : "/sbin/ifup";
}

const char *ifr_facts_ifdown(const struct ifr_facts *facts, bool *own)
{
    *own = !has_initscripts(facts, "/sbin/ifdown");
    return *own ? IFR_LIBEXECDIR "/ifdown" : "/sbin/ifdown";
}
