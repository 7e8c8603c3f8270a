/* ipv6.c - settings in /proc/sys, read and written (ipv6.h). */
#include "reconfigure/host/ipv6.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATH_SIZE 128

static const char *const names[] = { "accept_ra", "accept_ra_defrtr", "autoconf" };

/* ---- Settings ------------------------------------------------------------------------------- */

static void path_of(const char *device, const char *name, char path[PATH_SIZE])
{
    snprintf(path, PATH_SIZE, "/proc/sys/net/ipv6/conf/%s/%s", device, name);
}

bool ifr_ipv6_is_there(const struct ifr_facts *facts, const char *device)
{
    char path[PATH_SIZE];

    path_of(device, "accept_ra", path);
    return ifr_facts_file_exists(facts, path);
}

void ifr_ipv6_get(const struct ifr_facts *facts, const char *device, const char *name,
                  char out[IFR_IPV6_SETTING_SIZE])
{
    struct dbc_buf text = DBC_BUF_INIT;
    char path[PATH_SIZE];

    path_of(device, name, path);
    out[0] = '\0';
    if (ifr_facts_read(facts, path, &text, NULL) == 0) {
        snprintf(out, IFR_IPV6_SETTING_SIZE, "%.*s", (int)strcspn(dbc_buf_str(&text), "\n"),
                 dbc_buf_str(&text));
    }
    dbc_buf_release(&text);
}

int ifr_ipv6_set(const struct ifr_facts *facts, const char *device, const char *name,
                 const char *value, struct dbc_error *err)
{
    char path[PATH_SIZE], now[IFR_IPV6_SETTING_SIZE];

    ifr_ipv6_get(facts, device, name, now);
    path_of(device, name, path);
    return now[0] != '\0' && strcmp(now, value) != 0 ? ifr_facts_write(facts, path, value, err) : 0;
}

/* With accept_ra 1 the kernel listens to routers only while it is no router itself. */
static bool hears_routers(const struct ifr_facts *facts, const char *device)
{
    char accept_ra[IFR_IPV6_SETTING_SIZE], forwarding[IFR_IPV6_SETTING_SIZE];

    ifr_ipv6_get(facts, device, "accept_ra", accept_ra);
    ifr_ipv6_get(facts, device, "forwarding", forwarding);
    return strcmp(accept_ra, "2") == 0 ||
           (strcmp(accept_ra, "1") == 0 && strcmp(forwarding, "1") != 0);
}

void ifr_ipv6_words(const struct ifr_facts *facts, const char *device, struct dbc_buf *ret)
{
    char value[IFR_IPV6_SETTING_SIZE];

    if (!ifr_ipv6_is_there(facts, device)) {
        return;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        ifr_ipv6_get(facts, device, names[i], value);
        dbc_buf_addf(ret, "%s=%s ", names[i], value);
    }
    dbc_buf_addf(ret, "routers=%s", hears_routers(facts, device) ? "heard" : "ignored");
}

/* Sets `out` to the value of `name` among the words; false when it is not there. */
static bool value_in(const char *words, const char *name, char out[IFR_IPV6_SETTING_SIZE])
{
    size_t len = strlen(name);

    for (const char *at = words; *at != '\0'; at += strcspn(at, " "), at += *at == ' ') {
        if (strncmp(at, name, len) == 0 && at[len] == '=') {
            snprintf(out, IFR_IPV6_SETTING_SIZE, "%.*s", (int)strcspn(at + len + 1, " "),
                     at + len + 1);
            return true;
        }
    }
    return false;
}

int ifr_ipv6_restore(const struct ifr_facts *facts, const char *device, const char *words,
                     struct dbc_error *err)
{
    char value[IFR_IPV6_SETTING_SIZE];
    uint64_t number = 0;
    int rc = 0;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (value_in(words, names[i], value) && dbc_parse_uint(value, UINT8_MAX, &number) &&
            ifr_ipv6_set(facts, device, names[i], value, err) < 0) {
            rc = -1;
        }
    }
    return rc;
}

/* ---- Routers -------------------------------------------------------------------------------- */

static int solicit(int fd, const char *device)
{
    const struct nd_router_solicit message = { .nd_rs_type = ND_ROUTER_SOLICIT };
    const int hops = 255; /* routers ignore any other value: the packet was forwarded then */
    struct sockaddr_in6 to = { .sin6_family = AF_INET6, .sin6_scope_id = if_nametoindex(device) };

    if (to.sin6_scope_id == 0 || inet_pton(AF_INET6, "ff02::2", &to.sin6_addr) != 1 ||
        setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof hops) < 0) {
        return -1;
    }
    return sendto(fd, &message, sizeof message, 0, (const struct sockaddr *)&to, sizeof to) ==
                   (ssize_t)sizeof message
               ? 0
               : -1;
}

int ifr_ipv6_solicit(const char *device, struct dbc_error *err)
{
    int fd = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMPV6);
    int rc = fd >= 0 && solicit(fd, device) == 0
                 ? 0
                 : dbc_fail_errno(err, errno, "%s: cannot ask for routers", device);

    if (fd >= 0) {
        close(fd);
    }
    return rc;
}
