/* options.c - makes other_config keys of BONDING_OPTS and the ETHTOOL_ keys (import.h).  A value
 * that is the default in a cache gets no key, so that records look like XAPI's. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "ifcfg/import.h"

#define SPEED_MAX 10000000 /* Mbit/s, as reconfigure/datapath/ethtool.c has it */

/* The words of a value. */
struct words {
    struct dbc_ifcfg_import *im;
    struct dbc_ifcfg_device *dev;
    const struct dbc_ifcfg_key *key;
    char *rest;
};

static struct words words_of(struct dbc_ifcfg_import *im, struct dbc_ifcfg_device *dev,
                             const struct dbc_ifcfg_key *key)
{
    struct words w = { im, dev, key, dbc_arena_strdup(&im->arena, key->value) };

    im->failed = im->failed || w.rest == NULL;
    return w;
}

static char *next_word(struct words *w)
{
    char *word = NULL;

    do {
        word = strsep(&w->rest, " ");
    } while (word != NULL && *word == '\0');
    return word;
}

static void lost(const struct words *w, char *word, const char *why)
{
    const struct dbc_ifcfg_key part = { w->key->name, word, w->key->line };

    dbc_ifcfg_tell_key(w->im, DBC_LOST, w->dev->file, &part, why);
}

static void bad(const struct words *w, const char *word, const char *expected, const char *found)
{
    dbc_ifcfg_warn(w->im, w->dev->file, w->key->line, "%s: %s: expected %s, found '%s'",
                   w->key->name, word, expected, found);
}

/* `key` must outlive the device. */
static void set(const struct words *w, const char *key, const char *value)
{
    struct dbc_ifcfg_device *dev = w->dev;
    size_t i = 0;

    while (i < dev->n_options && strcmp(dev->option[i].key, key) != 0) {
        i++;
    }
    if (i == DBC_IFCFG_OPTIONS_MAX) {
        return; /* cannot happen: there are fewer keys */
    }
    dev->option[i] = (struct dbc_pair){ key, dbc_ifcfg_text(w->im, value) };
    dev->n_options += i == dev->n_options;
}

static void set_number(const struct words *w, const char *key, uint64_t number)
{
    char text[24];

    snprintf(text, sizeof text, "%u", (unsigned)number);
    set(w, key, text);
}

/* ---- Bonds ---------------------------------------------------------------------------------- */

/* The kernel's modes in the order of their numbers, and their names in a cache.  The last one,
 * which the kernel does not have, is the default of a cache. */
static const char *const modes[][2] = {
    { "balance-rr", "balance-rr" },
    { "active-backup", "active-backup" },
    { "balance-xor", "balance-xor" },
    { "broadcast", "broadcast" },
    { "802.3ad", "lacp" },
    { "balance-tlb", "balance-tlb" },
    { "balance-alb", "balance-alb" },
    { "balance-slb", "balance-slb" },
};
#define N_MODES (sizeof modes / sizeof modes[0])
#define MODE_RR 0
#define MODE_LACP 4
#define MODE_SLB (N_MODES - 1)

/* The defaults of a cache; the kernel's own are 0. */
static const struct number {
    const char *word, *key;
    unsigned standard, max;
    bool needed;
} numbers[] = {
    { "miimon", "bond-miimon", 100, INT_MAX, true },
    { "downdelay", "bond-downdelay", 200, INT_MAX, true },
    { "updelay", "bond-updelay", 31000, INT_MAX, true },
    { "use_carrier", "bond-use_carrier", 1, 1, false }, /* here both have 1 */
};
#define N_NUMBERS (sizeof numbers / sizeof numbers[0])

struct bonding {
    size_t mode; /* N_MODES: not said */
    bool said[N_NUMBERS];
    char *policy; /* xmit_hash_policy, NULL: not said */
};

static void read_bond_mode(const struct words *w, const char *value, struct bonding *b)
{
    uint64_t number = 0;

    for (size_t i = 0; i < N_MODES; i++) {
        if (strcmp(value, modes[i][0]) == 0) {
            b->mode = i;
            return;
        }
    }
    if (dbc_parse_uint(value, MODE_SLB - 1, &number)) { /* balance-slb has no number */
        b->mode = (size_t)number;
        return;
    }
    b->mode = MODE_SLB;
    bad(w, "mode", "a mode of bonding", value);
}

static bool read_bond_number(const struct words *w, const char *word, const char *value,
                             struct bonding *b)
{
    for (size_t i = 0; i < N_NUMBERS; i++) {
        uint64_t number = 0;
        if (strcmp(word, numbers[i].word) != 0) {
            continue;
        }
        b->said[i] = true;
        if (!dbc_parse_uint(value, numbers[i].max, &number)) {
            bad(w, word, "a number", value);
        } else if (number != numbers[i].standard) {
            set_number(w, numbers[i].key, number);
        }
        return true;
    }
    return false;
}

static void read_bond_word(const struct words *w, char *word, struct bonding *b)
{
    char *value = strchr(word, '=');
    bool known = false;

    if (value == NULL) {
        bad(w, word, "OPTION=VALUE", word);
        return;
    }
    *value = '\0';
    if (strcmp(word, "mode") == 0) {
        read_bond_mode(w, value + 1, b);
        known = true;
    } else if (strcmp(word, "xmit_hash_policy") == 0) {
        b->policy = value + 1;
        known = true;
    } else {
        known = read_bond_number(w, word, value + 1, b);
    }
    *value = '=';
    if (!known) {
        lost(w, word, "a cache has no such option of a bond");
    }
}

static void settle_policy(const struct words *w, const struct bonding *b)
{
    if (b->policy == NULL || strcmp(b->policy, "layer2") == 0 || strcmp(b->policy, "0") == 0) {
        return;
    }
    if (b->mode == MODE_LACP &&
        (strcmp(b->policy, "layer3+4") == 0 || strcmp(b->policy, "1") == 0)) {
        set(w, "bond-hashing-algorithm", "tcpudp_ports");
    } else {
        lost(w, b->policy, "a cache has layer3+4 with 802.3ad, and layer2 otherwise");
    }
}

static void settle_bond(const struct words *w, struct bonding *b)
{
    if (b->mode == N_MODES) {
        b->mode = MODE_RR;
        dbc_ifcfg_tell_of(w->im, DBC_ASSUMED, "pif", w->dev->name, "bond-mode", modes[MODE_RR][0],
                          "BONDING_OPTS names no mode, and this is the kernel's own");
    }
    if (b->mode != MODE_SLB) {
        set(w, "bond-mode", modes[b->mode][1]);
    }
    for (size_t i = 0; i < N_NUMBERS; i++) {
        if (!b->said[i] && numbers[i].needed) {
            dbc_ifcfg_tell_of(w->im, DBC_CHANGED, "pif", w->dev->name, numbers[i].key, "0",
                              "BONDING_OPTS does not say it, and a cache's default is not the "
                              "kernel's");
        }
    }
    settle_policy(w, b);
}

void dbc_ifcfg_bonding(struct dbc_ifcfg_import *im, struct dbc_ifcfg_device *dev,
                       const struct dbc_ifcfg_key *key)
{
    struct words w = words_of(im, dev, key);
    struct bonding b = { .mode = N_MODES };

    for (char *word = next_word(&w); word != NULL; word = next_word(&w)) {
        read_bond_word(&w, word, &b);
    }
    dev->has_bonding = true;
    settle_bond(&w, &b);
}

/* ---- ethtool -------------------------------------------------------------------------------- */

static const char *const on_off[] = { "on", "off", NULL };
static const char *const half_full[] = { "half", "full", NULL };

static const struct setting {
    const char *word, *key;
    const char *const *values; /* NULL: a speed */
    bool offload;              /* of ETHTOOL_OFFLOAD_OPTS */
} settings[] = {
    { "speed", "ethtool-speed", NULL, false },
    { "duplex", "ethtool-duplex", half_full, false },
    { "autoneg", "ethtool-autoneg", on_off, false },
    { "rx", "ethtool-rx", on_off, true },
    { "tx", "ethtool-tx", on_off, true },
    { "sg", "ethtool-sg", on_off, true },
    { "tso", "ethtool-tso", on_off, true },
    { "ufo", "ethtool-ufo", on_off, true },
    { "gso", "ethtool-gso", on_off, true },
    { "gro", "ethtool-gro", on_off, true },
    { "lro", "ethtool-lro", on_off, true },
};

static void read_setting(const struct words *w, const struct setting *s, const char *value)
{
    uint64_t speed = 0;

    if (s->values == NULL) {
        if (dbc_parse_uint(value, SPEED_MAX, &speed) && speed > 0) {
            set_number(w, s->key, speed);
        } else {
            bad(w, s->word, "a number of Mbit/s", value);
        }
        return;
    }
    for (size_t i = 0; s->values[i] != NULL; i++) {
        if (strcmp(value, s->values[i]) == 0) {
            set(w, s->key, value);
            return;
        }
    }
    bad(w, s->word, s->values == on_off ? "on or off" : "half or full", value);
}

/* Since CentOS 7 a value may be arguments of ethtool with options like -K; that one is lost. */
void dbc_ifcfg_ethtool(struct dbc_ifcfg_import *im, struct dbc_ifcfg_device *dev,
                       const struct dbc_ifcfg_key *key)
{
    struct words w = words_of(im, dev, key);
    bool offload = strcmp(key->name, "ETHTOOL_OPTS") != 0;

    if (strchr(key->value, '-') != NULL) {
        lost(&w, key->value, "expected settings and their values alone");
        return;
    }
    for (char *word = next_word(&w); word != NULL; word = next_word(&w)) {
        const struct setting *found = NULL;
        const char *value = next_word(&w);
        for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
            if (settings[i].offload == offload && strcmp(settings[i].word, word) == 0) {
                found = &settings[i];
            }
        }
        if (found == NULL) {
            lost(&w, word, "a cache has no such setting of a device");
        } else {
            read_setting(&w, found, value != NULL ? value : "");
        }
    }
}
