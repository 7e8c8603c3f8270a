/* client.c - pid files of DHCP clients, and whether they tell the truth (client.h). */
#include "reconfigure/host/client.h"

#include <string.h>

void ifr_client_pid_path(const char *dev, struct dbc_buf *out)
{
    dbc_buf_addf(out, "/var/run/dhclient-%s.pid", dev);
}

/* A DHCP client with the device among its arguments: which one; else NULL. */
static const char *serves(const char *cmdline, size_t len, const char *dev)
{
    static const char *const clients[] = { "dhclient", "udhcpc", "busybox" };
    const char *client = NULL;
    bool has_dev = false;

    for (size_t i = 0; i < sizeof clients / sizeof clients[0]; i++) {
        client = strcmp(ifr_program_name(cmdline), clients[i]) == 0 ? clients[i] : client;
    }
    for (size_t at = 0; at < len; at += strlen(cmdline + at) + 1) {
        has_dev = has_dev || strcmp(cmdline + at, dev) == 0;
    }
    return has_dev ? client : NULL;
}

pid_t ifr_client_find(const struct ifr_facts *facts, const char *dev, const char **name)
{
    struct dbc_buf path = DBC_BUF_INIT, text = DBC_BUF_INIT;
    const char *client = NULL;
    pid_t pid = 0;

    ifr_client_pid_path(dev, &path);
    pid = ifr_facts_pid(facts, dbc_buf_str(&path));
    if (ifr_facts_cmdline(facts, pid, &text)) {
        client = serves(dbc_buf_str(&text), text.len, dev);
    }
    if (name != NULL) {
        *name = client;
    }
    dbc_buf_release(&path);
    dbc_buf_release(&text);
    return client != NULL ? pid : 0;
}
