/* controller.c - reads and prints managers (controller.h).  It accepts only addresses, names and
 * ports, so that what it prints is fit for an argv and a log. */
#include "reconfigure/plugin/controller.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/valid.h"

#define PORT_MAX 65535

/* Takes a DNS name (letters, digits, '.', and '-' but not first) and puts it into lower case. */
static bool take_name(const char *text, char out[IFR_MANAGER_HOST_MAX + 1])
{
    size_t len = strlen(text);

    if (len == 0 || len > IFR_MANAGER_HOST_MAX || text[0] == '-') {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        c = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-')) {
            return false;
        }
        out[i] = c;
    }
    out[len] = '\0';
    return true;
}

/* Digits and dots alone must be an address: they are no name. */
static bool take_host(const char *text, char out[IFR_MANAGER_HOST_MAX + 1])
{
    unsigned char addr[sizeof(struct in6_addr)];

    if (inet_pton(AF_INET6, text, addr) == 1) {
        return inet_ntop(AF_INET6, addr, out, IFR_MANAGER_HOST_MAX + 1) != NULL;
    }
    if (inet_pton(AF_INET, text, addr) == 1) {
        return inet_ntop(AF_INET, addr, out, IFR_MANAGER_HOST_MAX + 1) != NULL;
    }
    return text[strspn(text, "0123456789.")] != '\0' && take_name(text, out);
}

/* The same, where an IPv6 address may have brackets: XAPI writes it with and without. */
static bool take_bracketed(const char *text, char out[IFR_MANAGER_HOST_MAX + 1])
{
    char inside[IFR_MANAGER_HOST_MAX + 1];
    size_t len = strlen(text);

    if (text[0] != '[') {
        return take_host(text, out);
    }
    if (len < 2 || len - 2 > IFR_MANAGER_HOST_MAX || text[len - 1] != ']') {
        return false;
    }
    memcpy(inside, text + 1, len - 2);
    inside[len - 2] = '\0';
    return strchr(inside, ':') != NULL && take_host(inside, out);
}

/* "" and 0 mean the usual port. */
static bool take_port(const char *text, unsigned *port)
{
    uint64_t number = 0;

    if (text[0] != '\0' && !dbc_parse_uint(text, PORT_MAX, &number)) {
        return false;
    }
    *port = number > 0 ? (unsigned)number : IFR_MANAGER_PORT;
    return true;
}

/* Returns where the host ends in HOST[:PORT], or NULL. */
static const char *end_of_host(const char *text)
{
    const char *bracket = text[0] == '[' ? strchr(text, ']') : NULL;
    const char *end = text[0] == '[' ? bracket : text + strcspn(text, ":");

    if (bracket != NULL) {
        end = bracket + 1;
    }
    return end != NULL && (*end == '\0' || *end == ':') ? end : NULL;
}

static bool parse_active(const char *text, struct ifr_manager *manager)
{
    char host[IFR_MANAGER_HOST_MAX + 3];
    const char *end = end_of_host(text);
    size_t len = end != NULL ? (size_t)(end - text) : sizeof host;

    if (len >= sizeof host) {
        return false;
    }
    memcpy(host, text, len);
    host[len] = '\0';
    return take_bracketed(host, manager->host) &&
           take_port(*end == ':' ? end + 1 : end, &manager->port);
}

static bool parse_passive(const char *text, struct ifr_manager *manager)
{
    char port[8];
    size_t len = strcspn(text, ":");

    if (len >= sizeof port) {
        return false;
    }
    memcpy(port, text, len);
    port[len] = '\0';
    return take_port(port, &manager->port) &&
           (text[len] == '\0' || take_bracketed(text + len + 1, manager->host));
}

bool ifr_manager_parse(const char *target, struct ifr_manager *manager)
{
    *manager = (struct ifr_manager){ .kind = IFR_MANAGER_NONE };
    if (strncmp(target, "ssl:", 4) == 0 && parse_active(target + 4, manager)) {
        manager->kind = IFR_MANAGER_SSL;
    } else if (strncmp(target, "pssl:", 5) == 0 && parse_passive(target + 5, manager)) {
        manager->kind = IFR_MANAGER_PSSL;
    }
    return manager->kind != IFR_MANAGER_NONE;
}

int ifr_manager_from_pool(const char *address, struct ifr_manager *manager, struct dbc_error *err)
{
    *manager = (struct ifr_manager){ .kind = IFR_MANAGER_NONE, .port = IFR_MANAGER_PORT };
    if (address[0] == '\0') {
        return 0;
    }
    if (!take_bracketed(address, manager->host)) {
        return dbc_fail(err, DBC_EINVAL, "vswitch_controller \"%s\" of the pool is no address",
                        address);
    }
    manager->kind = IFR_MANAGER_SSL;
    return 0;
}

int ifr_manager_from_sdn(const char *protocol, const char *address, const char *port,
                         struct ifr_manager *manager, struct dbc_error *err)
{
    bool passive = strcmp(protocol, "pssl") == 0;

    *manager = (struct ifr_manager){ .kind = IFR_MANAGER_NONE };
    if (!passive && strcmp(protocol, "ssl") != 0) {
        return dbc_fail(err, DBC_EINVAL, "protocol \"%s\" of the SDN_controller is not ssl or pssl",
                        protocol);
    }
    if (!take_port(port, &manager->port)) {
        return dbc_fail(err, DBC_EINVAL, "port \"%s\" of the SDN_controller is not a port number",
                        port);
    }
    if (!passive && !take_bracketed(address, manager->host)) {
        return dbc_fail(err, DBC_EINVAL, "address \"%s\" of the SDN_controller is no address",
                        address);
    }
    manager->kind = passive ? IFR_MANAGER_PSSL : IFR_MANAGER_SSL;
    return 0;
}

bool ifr_manager_equal(const struct ifr_manager *a, const struct ifr_manager *b)
{
    return a->kind == b->kind && a->port == b->port && strcmp(a->host, b->host) == 0;
}

static void add_host(const char *host, struct dbc_buf *out)
{
    bool v6 = strchr(host, ':') != NULL;
    dbc_buf_addf(out, v6 ? "[%s]" : "%s", host);
}

void ifr_manager_target(const struct ifr_manager *manager, struct dbc_buf *out)
{
    if (manager->kind == IFR_MANAGER_PSSL) {
        dbc_buf_addf(out, "pssl:%u%s", manager->port, manager->host[0] != '\0' ? ":" : "");
        add_host(manager->host, out);
        return;
    }
    dbc_buf_adds(out, "ssl:");
    add_host(manager->host, out);
    dbc_buf_addf(out, ":%u", manager->port);
}
