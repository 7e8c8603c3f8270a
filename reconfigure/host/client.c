/* client.c - DHCP clients found by their command lines, and ended (client.h). */
#include "reconfigure/host/client.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/valid.h"

#define POLL_MS 50
#define CLIENTS_MAX 16 /* of one device */

void ifr_client_pid_path(enum ifr_dhcp dhcp, const char *dev, struct dbc_buf *out)
{
    dbc_buf_addf(out, "/var/run/dhclient%s-%s.pid", dhcp == IFR_DHCPV6 ? "6" : "", dev);
}

static bool has_word(const char *words, size_t len, const char *word)
{
    for (size_t at = 0; at < len; at += strlen(words + at) + 1) {
        if (strcmp(words + at, word) == 0) {
            return true;
        }
    }
    return false;
}

/* Returns the DHCP client's name; NULL for another program, or a client of the other IP version. */
static const char *client_name(enum ifr_dhcp dhcp, const char *words, size_t len)
{
    static const char *const clients[] = { "dhclient", "udhcpc", "busybox" };

    for (size_t i = 0; i < sizeof clients / sizeof clients[0]; i++) {
        if (strcmp(ifr_program_name(words), clients[i]) == 0) {
            return has_word(words, len, "-6") != (dhcp == IFR_DHCPV6) ||
                           (strcmp(clients[i], "busybox") == 0 && !has_word(words, len, "udhcpc"))
                       ? NULL
                       : clients[i];
        }
    }
    return NULL;
}

/* A container's client may serve a device of the same name. */
static bool is_in_our_namespace(const struct ifr_facts *facts, pid_t pid)
{
    struct stat own, its;
    char below[64], path[PATH_MAX];
    bool other = false;

    snprintf(below, sizeof below, "/proc/%ld/ns/net", (long)pid);
    if (ifr_facts_path(facts, below, path, NULL) == 0) {
        other = stat("/proc/self/ns/net", &own) == 0 && stat(path, &its) == 0 &&
                own.st_ino != its.st_ino;
    }
    return !other;
}

/* Returns the name of the client that this process is, or NULL; `words` gets its command line. */
static const char *look(const struct ifr_facts *facts, enum ifr_dhcp dhcp, pid_t pid,
                        struct dbc_buf *words)
{
    const char *name = NULL;

    dbc_buf_clear(words);
    if (ifr_facts_cmdline(facts, pid, words)) {
        name = client_name(dhcp, dbc_buf_str(words), words->len);
    }
    return name != NULL && is_in_our_namespace(facts, pid) ? name : NULL;
}

void ifr_client_each(const struct ifr_facts *facts, enum ifr_dhcp dhcp, ifr_client_fn *fn,
                     void *ctx)
{
    struct dbc_buf words = DBC_BUF_INIT;
    const struct dirent *entry = NULL;
    char path[PATH_MAX];
    DIR *folder = ifr_facts_path(facts, "/proc", path, NULL) == 0 ? opendir(path) : NULL;
    bool enough = false;

    while (folder != NULL && !enough && (entry = readdir(folder)) != NULL) {
        uint64_t pid = 0;
        const char *name = NULL;
        if (dbc_parse_uint(entry->d_name, INT32_MAX, &pid) &&
            (name = look(facts, dhcp, (pid_t)pid, &words)) != NULL) {
            enough = fn(ctx, (pid_t)pid, name, dbc_buf_str(&words), words.len);
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
    dbc_buf_release(&words);
}

/* ---- Of one device -------------------------------------------------------------------------- */

struct search {
    const char *dev, *name;
    pid_t pid[CLIENTS_MAX];
    size_t n, max;
};

static bool take(void *ctx, pid_t pid, const char *name, const char *words, size_t len)
{
    struct search *search = ctx;

    if (has_word(words, len, search->dev)) {
        search->name = name;
        search->pid[search->n++] = pid;
    }
    return search->n == search->max;
}

pid_t ifr_client_find(const struct ifr_facts *facts, enum ifr_dhcp dhcp, const char *dev,
                      const char **name)
{
    struct search search = { .dev = dev, .max = 1 };
    struct dbc_buf path = DBC_BUF_INIT, words = DBC_BUF_INIT;
    const char *client = NULL;
    pid_t pid = 0;

    ifr_client_pid_path(dhcp, dev, &path);
    pid = ifr_facts_pid(facts, dbc_buf_str(&path));
    client = pid > 0 ? look(facts, dhcp, pid, &words) : NULL;
    if (client == NULL || !take(&search, pid, client, dbc_buf_str(&words), words.len)) {
        ifr_client_each(facts, dhcp, take, &search);
    }
    if (name != NULL) {
        *name = search.name;
    }
    dbc_buf_release(&path);
    dbc_buf_release(&words);
    return search.n > 0 ? search.pid[0] : 0;
}

void ifr_client_stop(const struct ifr_facts *facts, const struct dbc_log *log, enum ifr_dhcp dhcp,
                     const char *dev)
{
    struct search search = { .dev = dev, .max = CLIENTS_MAX };

    ifr_client_each(facts, dhcp, take, &search);
    for (size_t i = 0; i < search.n; i++) {
        dbc_logf(log, DBC_LOG_INFO, "%s: stopping %s client (pid %ld)", dev,
                 dhcp == IFR_DHCPV6 ? "DHCPv6" : "DHCP", (long)search.pid[i]);
        kill(search.pid[i], SIGTERM);
    }
    for (unsigned waited = 0; search.n > 0 && waited < IFR_CLIENT_STOP_MS; waited += POLL_MS) {
        if (ifr_client_find(facts, dhcp, dev, NULL) == 0) {
            return;
        }
        dbc_sleep_ms(POLL_MS);
    }
    for (size_t i = 0; i < search.n; i++) {
        kill(search.pid[i], SIGKILL);
    }
}

void ifr_client_leased(const struct ifr_facts *facts, const char *dev, char ret[16])
{
    static const char *const folders[] = { "/var/lib/dhclient", "/var/lib/dhcp" };
    static const char key[] = "fixed-address ";
    struct dbc_buf text = DBC_BUF_INIT;
    char path[64];
    uint32_t ip = 0;

    for (size_t i = 0; i < 2 && text.len == 0; i++) {
        snprintf(path, sizeof path, "%s/dhclient-%s.leases", folders[i], dev);
        (void)ifr_facts_read(facts, path, &text, NULL);
    }
    ret[0] = '\0';
    for (const char *at = dbc_buf_str(&text); (at = strstr(at, key)) != NULL;) {
        at += strlen(key);
        snprintf(ret, 16, "%.*s", (int)strcspn(at, ";\n"), at);
    }
    if (!dbc_parse_ipv4(ret, &ip)) {
        ret[0] = '\0';
    }
    dbc_buf_release(&text);
}
