/* options.c - /etc/sysconfig/openvswitch as options of ovs-ctl (options.h). */
#include "reconfigure/boot/options.h"

#include <string.h>

#include "base/valid.h"

#define NICE_MIN (-20)
#define NICE_MAX 19

static bool is_switch(const char *value)
{
    return strcmp(value, "yes") == 0 || strcmp(value, "no") == 0;
}

static bool is_nice(const char *value)
{
    int nice = 0;

    return dbc_parse_int(value, NICE_MIN, NICE_MAX, &nice);
}

static const struct key {
    const char *name, *option;
    bool (*fits)(const char *value);
    const char *wanted;
} keys[] = {
    { "FORCE_COREFILES", "--force-corefiles", is_switch, "yes or no" },
    { "OVSDB_SERVER_PRIORITY", "--ovsdb-server-priority", is_nice, "a number from -20 to 19" },
    { "VSWITCHD_PRIORITY", "--ovs-vswitchd-priority", is_nice, "a number from -20 to 19" },
    { "VSWITCHD_MLOCKALL", "--mlockall", is_switch, "yes or no" },
};

static void not_used(const struct dbc_log *log, const char *key, const char *value,
                     const char *wanted)
{
    dbc_logf(log, DBC_LOG_WARNING, IFR_OVS_SYSCONFIG ": %s: \"%s\" is not used: expected %s", key,
             value, wanted);
}

/* Sets `out` to the key's value; false when it is missing or empty. */
static bool find(const char *text, const char *key, struct dbc_buf *out, struct dbc_strvec *argv)
{
    struct dbc_error why = DBC_ERROR_INIT;

    dbc_buf_clear(out);
    if (ifr_inventory_value(text, key, out, &why) < 0) {
        argv->failed = argv->failed || why.code == DBC_ENOMEM;
        return false;
    }
    return out->len > 0;
}

/* Returns whether the word is an option without characters that a shell would interpret. */
static bool is_option(const char *word)
{
    static const char fine[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                               "-=_./:,+@%";

    return strncmp(word, "--", 2) == 0 && word[strspn(word, fine)] == '\0';
}

static void add_more(char *words, const struct dbc_log *log, struct dbc_strvec *argv)
{
    char *rest = NULL;

    for (char *word = strtok_r(words, " \t", &rest); word != NULL;
         word = strtok_r(NULL, " \t", &rest)) {
        if (is_option(word)) {
            dbc_strvec_push(argv, word);
        } else {
            not_used(log, "OVS_CTL_OPTS", word, "an option of ovs-ctl, --NAME or --NAME=VALUE");
        }
    }
}

static void add_all(const char *text, const struct dbc_log *log, struct dbc_strvec *argv)
{
    struct dbc_buf value = DBC_BUF_INIT;

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (!find(text, keys[i].name, &value, argv)) {
            continue;
        }
        if (keys[i].fits(value.data)) {
            dbc_strvec_pushf(argv, "%s=%s", keys[i].option, value.data);
        } else {
            not_used(log, keys[i].name, value.data, keys[i].wanted);
        }
    }
    if (find(text, "OVS_CTL_OPTS", &value, argv)) {
        add_more(value.data, log, argv);
    }
    dbc_buf_release(&value);
}

void ifr_ovs_options(const struct ifr_facts *facts, const struct dbc_log *log,
                     struct dbc_strvec *argv)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_error why = DBC_ERROR_INIT;

    if (ifr_facts_read(facts, IFR_OVS_SYSCONFIG, &text, &why) == 0) {
        add_all(dbc_buf_str(&text), log, argv);
    } else if (why.code != DBC_ENOENT) {
        dbc_log_error(log, &why);
        argv->failed = argv->failed || why.code == DBC_ENOMEM;
    }
    dbc_buf_release(&text);
}
