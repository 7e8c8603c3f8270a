/* rules_config.c - rules on other_config keys that have no effect where they are, on uuids, and on
 * texts that are unsafe.  Values of known keys are in rules_option.c. */
#include <stdio.h>
#include <string.h>

#include "analysis/nearest.h"
#include "analysis/rule.h"
#include "base/valid.h"

/* ---- Keys --------------------------------------------------------------------------------- */

/* Returns the first class that reads this key; DBC_N_CLASSES: none. */
static enum dbc_class owner_of(const char *key)
{
    for (int i = 0; i < DBC_N_CLASSES; i++) {
        if (dbc_schema_keeps_key((enum dbc_class)i, key)) {
            return (enum dbc_class)i;
        }
    }
    return DBC_N_CLASSES;
}

static void key_unknown(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_map *map = dbc_config_of(rec);

    for (size_t i = 0; i < map->n; i++) {
        const struct dbc_config_key *like = NULL;
        if (owner_of(map->v[i].key) != DBC_N_CLASSES) {
            continue;
        }
        if (dbc_wants_more(c)) {
            like = dbc_nearest_key(rec->class_, map->v[i].key);
        }
        dbc_found_key(c, rec, &map->v[i], "nobody reads the key '%s'%s%s%s",
                      dbc_quote(c, map->v[i].key), like == NULL ? "" : "; did you mean ",
                      like == NULL ? "" : like->name, like == NULL ? "" : "?");
    }
}

static void key_misplaced(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_map *map = dbc_config_of(rec);

    for (size_t i = 0; i < map->n; i++) {
        enum dbc_class owner = owner_of(map->v[i].key);
        if (owner != DBC_N_CLASSES && !dbc_schema_keeps_key(rec->class_, map->v[i].key)) {
            dbc_found_key(c, rec, &map->v[i], "the key %s belongs in a %s", map->v[i].key,
                          dbc_schema_class(owner)->name);
        }
    }
}

static void bond_unused(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);
    const struct dbc_map *map = &pif->other_config;

    for (size_t i = 0; i < map->n && c->node->bond == NULL; i++) {
        if (strncmp(map->v[i].key, "bond-", 5) == 0 &&
            dbc_schema_keeps_key(DBC_PIF, map->v[i].key)) {
            dbc_found_key(c, rec, &map->v[i], "%s is no bond", dbc_who(c, rec));
        }
    }
}

static void routes_unused(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pair *pair = dbc_map_find(dbc_config_of(rec), "static-routes");

    if (pair != NULL) {
        dbc_found_key(c, rec, pair, "%s has static routes of its own", dbc_who(c, rec));
    }
}

/* ---- Texts -------------------------------------------------------------------------------- */

static void uuid_missing(struct dbc_check *c, const struct dbc_record *rec)
{
    if (*dbc_record_uuid(rec) == '\0') {
        dbc_found(c, rec, "uuid", "", "%s has no uuid", dbc_who(c, rec));
    }
}

static void uuid_unusable(struct dbc_check *c, const struct dbc_record *rec)
{
    const char *uuid = dbc_as_network(rec)->uuid;

    if (*uuid != '\0' && (!dbc_valid_option(uuid) || *uuid == '-')) {
        dbc_found(c, rec, "uuid", uuid, "expected letters, digits and '-', found '%s'",
                  dbc_quote(c, uuid));
    }
}

/* Whether the text has a character that is special to a shell. */
static bool has_code(const char *text)
{
    static const bool code[128] = {
        ['`'] = true, ['$'] = true,  [';'] = true,  ['&'] = true,  ['|'] = true,
        ['<'] = true, ['>'] = true,  ['('] = true,  [')'] = true,  ['\''] = true,
        ['"'] = true, ['\\'] = true, ['\n'] = true, ['\r'] = true,
    };

    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 128 && code[(unsigned char)*text]) {
            return true;
        }
    }
    return false;
}

/* Whether a value of this field, or of this key of its map, goes into files that a shell reads. */
static bool reaches_shell(const struct dbc_field *field, const char *key)
{
    static const char *const fields[] = { "IP",     "netmask", "gateway", "DNS",  "MAC",
                                          "device", "bridge",  "MTU",     "IPv6", "IPv6_gateway" };
    const size_t n = sizeof fields / sizeof fields[0];

    if (key != NULL) {
        return dbc_schema_keeps_key(field->class_, key);
    }
    return dbc_find_word(fields, n, field->name) < n;
}

/* Calls `use` for every text, number and map value of a record; `pair` is NULL outside of maps. */
static void each_text(struct dbc_check *c, const struct dbc_record *rec,
                      void (*use)(struct dbc_check *c, const struct dbc_record *rec,
                                  const struct dbc_field *field, const struct dbc_pair *pair,
                                  const char *text))
{
    const struct dbc_class_info *info = dbc_schema_class(rec->class_);

    for (size_t i = 0; i < info->n_fields; i++) {
        const struct dbc_field *field = &info->fields[i];
        const void *place = dbc_field_of(rec, field);
        if (field->kind == DBC_KIND_TEXT) {
            const char *const *text = place;
            use(c, rec, field, NULL, *text);
        } else if (field->kind == DBC_KIND_INT) {
            use(c, rec, field, NULL, ((const struct dbc_int *)place)->text);
        } else if (field->kind == DBC_KIND_MAP) {
            const struct dbc_map *map = place;
            for (size_t k = 0; k < map->n; k++) {
                use(c, rec, field, &map->v[k], map->v[k].value);
            }
        }
    }
}

static void use_shell(struct dbc_check *c, const struct dbc_record *rec,
                      const struct dbc_field *field, const struct dbc_pair *pair, const char *text)
{
    if (*text == '\0' || !has_code(text) ||
        !reaches_shell(field, pair == NULL ? NULL : pair->key)) {
        return;
    }
    if (pair != NULL) {
        dbc_found_key(c, rec, pair, "a shell would take it for code: '%s'", dbc_quote(c, text));
    } else {
        dbc_found(c, rec, field->name, text, "a shell would take it for code: '%s'",
                  dbc_quote(c, text));
    }
}

static void shell_code(struct dbc_check *c, const struct dbc_record *rec)
{
    each_text(c, rec, use_shell);
}

/* dbc_valid_text with a fast path for ASCII. */
static bool is_clean(const char *text)
{
    const char *p = text;

    while (*p >= 0x20 && *p < 0x7f) {
        p++;
    }
    return *p == '\0' || dbc_valid_text(p);
}

static void use_control(struct dbc_check *c, const struct dbc_record *rec,
                        const struct dbc_field *field, const struct dbc_pair *pair,
                        const char *text)
{
    if (is_clean(text)) {
        return;
    }
    if (pair != NULL) {
        dbc_found_key(c, rec, pair, "found control characters: '%s'", dbc_quote(c, text));
    } else {
        dbc_found(c, rec, field->name, text, "found control characters: '%s'", dbc_quote(c, text));
    }
}

static void control_characters(struct dbc_check *c, const struct dbc_record *rec)
{
    each_text(c, rec, use_control);
}

/* ---- The table ---------------------------------------------------------------------------- */

#define IN_CONFIG (DBC_IN_PIF | DBC_IN_NETWORK | DBC_IN_POOL)

static const struct dbc_rule rules[] = {
    { "key-unknown", DBC_SEVERITY_WARNING, IN_CONFIG, "An other_config key that nobody reads",
      "It has no effect, and a save drops it. Usually it is misspelt.",
      "Correct the key; network.dbcache(5) lists those that count.", key_unknown },
    { "key-misplaced", DBC_SEVERITY_WARNING, IN_CONFIG, "An other_config key in the wrong class",
      "It has no effect there, and a save drops it.", "Move it to the class that reads it.",
      key_misplaced },
    { "bond-option-unused", DBC_SEVERITY_WARNING, DBC_IN_PIF,
      "A bond option on a PIF that is no bond",
      "Options are read from the PIF that stands for the bond, not from its slaves.",
      "Move the key to the bond's PIF.", bond_unused },
    { "routes-on-pif", DBC_SEVERITY_WARNING, DBC_IN_PIF, "Static routes on a PIF",
      "Routes are read from the network's other_config; a PIF's are kept, but never set.",
      "Move the key to the PIF's network.", routes_unused },
    { "uuid-missing", DBC_SEVERITY_WARNING,
      DBC_IN_PIF | DBC_IN_BOND | DBC_IN_VLAN | DBC_IN_TUNNEL | DBC_IN_NETWORK,
      "A record without a uuid",
      "A network's uuid tells XAPI which bridge is whose; log lines name PIFs by theirs.",
      "Restore it from XAPI (xe pif-list, xe network-list).", uuid_missing },
    { "uuid-unusable", DBC_SEVERITY_WARNING, DBC_IN_NETWORK, "A network's uuid cannot be passed on",
      "It is left out of the bridge's xs-network-uuids, and XAPI does not find its bridge.",
      "Restore it from XAPI (xe network-list).", uuid_unusable },
    { "shell-code", DBC_SEVERITY_ERROR, DBC_IN_PIF | DBC_IN_NETWORK,
      "A value that a shell would run",
      "ifcfg files are run by a shell as root. Here the value is refused or left out; old versions "
      "of interface-reconfigure wrote it as it is.",
      "Remove the value, and find out who put it there.", shell_code },
    { "control-characters", DBC_SEVERITY_WARNING, DBC_IN_ALL, "A text with control characters",
      "Other readers of the file split it into lines or stop there.", "Write the text anew.",
      control_characters },
};

DBC_RULE_TABLE(dbc_rules_config, rules);
