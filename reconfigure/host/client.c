/* client.c - pid files of DHCP clients, and whether they tell the truth (client.h). */
#include "reconfigure/host/client.h"

#include <stdio.h>
#include <string.h>

#include "base/valid.h"

#define PID_MAX_EVER 4194304 /* the kernel's own limit */

void ifr_client_pid_path(const char *dev, struct dbc_buf *out)
{
    dbc_buf_addf(out, "/var/run/dhclient-%s.pid", dev);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

/* A DHCP client with the device among its arguments: which one; else NULL.  A pid file may be older
 * than the process that has the number now. */
static const char *serves(const char *cmdline, size_t len, const char *dev)
{
    static const char *const clients[] = { "dhclient", "udhcpc", "busybox" };
    const char *client = NULL;
    bool has_dev = false;

    for (size_t i = 0; i < sizeof clients / sizeof clients[0]; i++) {
        client = strcmp(base_name(cmdline), clients[i]) == 0 ? clients[i] : client;
    }
    for (size_t at = 0; at < len; at += strlen(cmdline + at) + 1) {
        has_dev = has_dev || strcmp(cmdline + at, dev) == 0;
    }
    return has_dev ? client : NULL;
}

static pid_t read_pid(const struct ifr_facts *facts, const char *dev)
{
    struct dbc_buf path = DBC_BUF_INIT;
    struct dbc_buf text = DBC_BUF_INIT;
    uint64_t pid = 0;

    ifr_client_pid_path(dev, &path);
    if (!path.failed && ifr_facts_read(facts, dbc_buf_str(&path), &text, NULL) == 0 &&
        text.len > 0) {
        text.data[strcspn(text.data, "\n")] = '\0';
        dbc_parse_uint(text.data, PID_MAX_EVER, &pid);
    }
    dbc_buf_release(&text);
    dbc_buf_release(&path);
    return (pid_t)pid;
}

pid_t ifr_client_find(const struct ifr_facts *facts, const char *dev, const char **name)
{
    char path[64] = "";
    struct dbc_buf text = DBC_BUF_INIT;
    pid_t pid = read_pid(facts, dev);
    const char *client = NULL;

    if (pid > 1) {
        snprintf(path, sizeof path, "/proc/%ld/cmdline", (long)pid);
        if (ifr_facts_read(facts, path, &text, NULL) == 0) {
            client = serves(dbc_buf_str(&text), text.len, dev);
        }
    }
    if (name != NULL) {
        *name = client;
    }
    dbc_buf_release(&text);
    return client != NULL ? pid : 0;
}
