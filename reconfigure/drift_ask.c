/* drift_ask.c - `ip` and `ovs-vsctl`, asked and understood (drift_ask.h).  ip answers in JSON; that
 * of CentOS 7 and older cannot, so its one-line form is read where it does not. */
#include "reconfigure/drift_ask.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define IP "/sbin/ip"
#define VSCTL "/usr/bin/ovs-vsctl"

/* 0: it answered; 1: not, and why; -1: no memory. */
static int ask(struct ifr_runner *runner, const char *const *argv, struct dbc_buf *out,
               struct dbc_buf *why, struct dbc_error *err)
{
    const struct ifr_command command = { .argv = argv,
                                         .deadline_ms = IFR_DEADLINE_QUERY,
                                         .capture = true };
    struct ifr_result result = IFR_RESULT_INIT;
    const char *name = strrchr(argv[0], '/') + 1;
    int rc = runner->run(runner, &command, &result, err);

    if (rc == 0 && ifr_succeeded(&result)) {
        dbc_buf_add(out, dbc_buf_str(&result.out), result.out.len);
    } else if (rc == 0) {
        rc = 1;
        dbc_buf_clear(why);
        dbc_buf_addf(why, "%s ", name);
        ifr_describe(&result, why);
    }
    dbc_buf_release(&result.out);
    return out->failed || why->failed ? dbc_fail_nomem(err) : rc;
}

/* ---- ip -------------------------------------------------------------------------------------- */

static bool is_local(const char *scope)
{
    return scope != NULL && strcmp(scope, "host") == 0;
}

static void take_address(json_t *info, struct dbc_strvec *ret)
{
    const char *family = json_string_value(json_object_get(info, "family"));
    const char *local = json_string_value(json_object_get(info, "local"));
    const char *scope = json_string_value(json_object_get(info, "scope"));
    json_t *len = json_object_get(info, "prefixlen");

    if (family != NULL && strcmp(family, "inet") == 0 && local != NULL && json_is_integer(len) &&
        !is_local(scope)) {
        dbc_strvec_pushf(ret, "%s/%d", local, (int)json_integer_value(len));
    }
}

static bool parse_addresses(const char *text, struct dbc_strvec *ret)
{
    json_t *devices = json_loads(text, 0, NULL), *device = NULL, *info = NULL;
    size_t i = 0, k = 0;

    json_array_foreach(devices, i, device)
    {
        json_array_foreach(json_object_get(device, "addr_info"), k, info)
        {
            take_address(info, ret);
        }
    }
    json_decref(devices);
    return devices != NULL;
}

/* The word behind `key`, up to a blank, into `word`; false: there is none. */
static bool word_after(const char *line, const char *key, char *word, size_t size)
{
    const char *at = strstr(line, key);
    size_t len = 0;

    if (at == NULL || at > line + strcspn(line, "\n")) {
        return false;
    }
    at += strlen(key);
    len = strcspn(at, " \n\\");
    if (len == 0 || len >= size) {
        return false;
    }
    memcpy(word, at, len);
    word[len] = '\0';
    return true;
}

static void parse_address_lines(const char *text, struct dbc_strvec *ret)
{
    char address[32], scope[16];

    for (; *text != '\0'; text += strcspn(text, "\n"), text += *text == '\n') {
        if (word_after(text, " inet ", address, sizeof address) &&
            !(word_after(text, " scope ", scope, sizeof scope) && is_local(scope))) {
            dbc_strvec_push(ret, address);
        }
    }
}

int ifr_ask_addresses(struct ifr_runner *runner, const char *device, struct dbc_strvec *ret,
                      struct dbc_buf *why, struct dbc_error *err)
{
    const char *const json[] = { IP, "-json", "-4", "addr", "show", "dev", device, NULL };
    const char *const lines[] = { IP, "-o", "-4", "addr", "show", "dev", device, NULL };
    struct dbc_buf text = DBC_BUF_INIT;
    int rc = ask(runner, json, &text, why, err);

    if (rc == 1 || (rc == 0 && text.len > 0 && !parse_addresses(dbc_buf_str(&text), ret))) {
        dbc_buf_clear(&text);
        rc = ask(runner, lines, &text, why, err);
        parse_address_lines(dbc_buf_str(&text), ret);
    }
    dbc_buf_release(&text);
    return ret->failed ? dbc_fail_nomem(err) : rc;
}

int ifr_ask_gateway(struct ifr_runner *runner, const char *device, struct dbc_buf *ret,
                    struct dbc_buf *why, struct dbc_error *err)
{
    const char *const argv[] = { IP, "-o", "-4", "route", "show", "default", "dev", device, NULL };
    struct dbc_buf text = DBC_BUF_INIT;
    char gateway[32];
    int rc = ask(runner, argv, &text, why, err);

    if (rc == 0 && word_after(dbc_buf_str(&text), " via ", gateway, sizeof gateway)) {
        dbc_buf_adds(ret, gateway);
    } else if (rc == 0 && text.len > 0) {
        dbc_buf_adds(ret, "on-link");
    }
    dbc_buf_release(&text);
    return ret->failed ? dbc_fail_nomem(err) : rc;
}

/* ---- ovs-vsctl ------------------------------------------------------------------------------- */

static void split_lines(const char *text, struct dbc_strvec *ret)
{
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        if (len > 0) {
            dbc_strvec_pushf(ret, "%.*s", (int)len, text);
        }
        text += len + (text[len] == '\n');
    }
}

int ifr_ask_ovs_interfaces(struct ifr_runner *runner, const char *bridge, struct dbc_strvec *ret,
                           struct dbc_buf *why, struct dbc_error *err)
{
    const char *const argv[] = { VSCTL, "--timeout=5", "list-ifaces", bridge, NULL };
    struct dbc_buf text = DBC_BUF_INIT;
    int rc = ask(runner, argv, &text, why, err);

    split_lines(dbc_buf_str(&text), ret);
    dbc_buf_release(&text);
    return ret->failed ? dbc_fail_nomem(err) : rc;
}

int ifr_ask_ovs_vlan(struct ifr_runner *runner, const char *bridge, struct dbc_buf *ret,
                     struct dbc_buf *why, struct dbc_error *err)
{
    const char *const argv[] = { VSCTL, "--timeout=5",  "br-to-vlan", bridge,
                                 "--",  "br-to-parent", bridge,       NULL };
    struct dbc_strvec words = DBC_STRVEC_INIT;
    struct dbc_buf text = DBC_BUF_INIT;
    int rc = ask(runner, argv, &text, why, err);

    split_lines(dbc_buf_str(&text), &words);
    if (rc == 0 && words.n == 2) {
        dbc_buf_addf(ret, "%s on %s", words.v[0], words.v[1]);
    }
    dbc_buf_release(&text);
    rc = words.failed || ret->failed ? dbc_fail_nomem(err) : rc;
    dbc_strvec_release(&words);
    return rc;
}
