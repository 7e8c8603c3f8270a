/* cache_mutator.h - changes a network.dbcache as libFuzzer's own mutators cannot: it sets one field
 * of one record, as THE TABLE names them, to a value that is hostile, usual, or that of another
 * record.  So most inputs still are caches, and what is odd in them gets past the reader. */
#ifndef FUZZ_CACHE_MUTATOR_H
#define FUZZ_CACHE_MUTATOR_H

#include "mutator.h"
#include "xml/reader.h"
#include "xml/writer.h"

static const char *some_value(unsigned *seed)
{
    static const char *const values[] = {
        /* hostile */
        "$(reboot)",
        "`reboot`",
        "a'b",
        "a\"b",
        "a\\b",
        "a b",
        "a\tb",
        "a\nONBOOT=yes",
        ";reboot",
        "a&b",
        "a|b",
        ">/etc/passwd",
        "-x",
        "--help",
        "--",
        "../../etc/passwd",
        "a/b",
        ".",
        "..",
        "%n%s",
        "\xc3\xa9",
        "\x7f",
        "a,b",
        "{eth0,eth1}",
        "~root",
        "#",
        "=",
        "*",
        "?",
        "[a]",
        "!",
        "0123456789abcdef",
        "all",
        "default",
        "lo",
        "bonding_masters",
        /* usual */
        "",
        "eth0",
        "eth1",
        "eth7",
        "bond0",
        "xenbr0",
        "xapi0",
        "10.0.0.1",
        "255.255.255.0",
        "0.0.0.0",
        "10.0.0.1,10.0.0.2",
        "10.1.0.0/16/10.0.0.254",
        "2001:db8::1/64",
        "fe80::1",
        "2001:db8::1/64,2001:db8::2/64",
        "Static",
        "DHCP",
        "None",
        "Autoconf",
        "IPv6",
        "true",
        "false",
        "on",
        "off",
        "True",
        "False",
        "0",
        "1",
        "-1",
        "100",
        "1500",
        "4094",
        "4095",
        "99999999999999999999",
        "active-backup",
        "balance-slb",
        "lacp",
        "802.3ad",
        "tcpudp_ports",
        "src_mac",
        "secure",
        "standalone",
        "example.org",
        "10.0.0.5;10.0.0.6",
        "00:16:3e:00:00:01",
        "00:16:3E:00:00:01",
        "gre",
        "vxlan",
    };

    return values[draw(seed, sizeof values / sizeof *values)];
}

/* Returns a record of the class, or NULL when it has none. */
static struct dbc_record *some_record(const struct dbc_db *db, int class_, unsigned *seed)
{
    const struct dbc_records *records = &db->of[class_];

    return records->n == 0 ? NULL : records->v[draw(seed, records->n)];
}

static void set_text(struct dbc_db *db, struct dbc_record *rec, const struct dbc_field *field,
                     unsigned *seed)
{
    const struct dbc_record *other = some_record(db, (int)rec->class_, seed);
    bool borrowed = field->kind == DBC_KIND_TEXT && draw(seed, 4) == 0;

    dbc_record_set(db, rec, field,
                   borrowed ? *(const char *const *)dbc_field_of(other, field) : some_value(seed),
                   NULL, NULL);
}

static void set_reference(struct dbc_db *db, struct dbc_record *rec, const struct dbc_field *field,
                          unsigned *seed)
{
    const struct dbc_record *to = some_record(db, (int)field->target, seed);
    const char *refs[3] = { to == NULL ? "OpaqueRef:NULL" : to->ref, some_value(seed), "" };
    const struct dbc_record *second = some_record(db, (int)field->target, seed);

    if (field->kind == DBC_KIND_REF) {
        dbc_record_set(db, rec, field, refs[draw(seed, 8) == 0], NULL, NULL);
        return;
    }
    refs[1] = second == NULL ? refs[1] : second->ref;
    dbc_record_set_list(db, rec, field, refs, draw(seed, 4), NULL);
}

static void set_key(struct dbc_db *db, struct dbc_record *rec, const struct dbc_field *field,
                    unsigned *seed)
{
    size_t n = 0;
    const struct dbc_config_key *keys = dbc_schema_config_keys(&n);
    const char *key = draw(seed, 16) == 0 ? some_value(seed) : keys[draw(seed, n)].name;

    dbc_record_set_key(db, rec, field, key, draw(seed, 8) == 0 ? NULL : some_value(seed), NULL);
}

static void change_a_field(struct dbc_db *db, unsigned *seed)
{
    struct dbc_record *rec = some_record(db, (int)draw(seed, DBC_N_CLASSES), seed);
    const struct dbc_class_info *info = rec == NULL ? NULL : dbc_schema_class(rec->class_);
    const struct dbc_field *field = info == NULL ? NULL : &info->fields[draw(seed, info->n_fields)];

    if (field == NULL) {
        return;
    }
    switch (field->kind) {
    case DBC_KIND_TEXT:
    case DBC_KIND_BOOL:
    case DBC_KIND_INT:
        set_text(db, rec, field, seed);
        break;
    case DBC_KIND_REF:
    case DBC_KIND_REFS:
        set_reference(db, rec, field, seed);
        break;
    case DBC_KIND_MAP:
        set_key(db, rec, field, seed);
        break;
    }
}

/* Changes the cache in `data`, up to `max` bytes; returns its new size, or 0 if it is no cache. */
static size_t mutate_cache(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    struct dbc_db *db = dbc_xml_read_memory("input", (const char *)data, size, NULL, NULL, NULL);
    struct dbc_buf text = DBC_BUF_INIT;
    size_t len = 0;

    if (db != NULL) {
        for (unsigned n = 1 + draw(&seed, 3); n > 0; n--) {
            change_a_field(db, &seed);
        }
        if (dbc_xml_format(db, &text, NULL) == 0 && text.len <= max) {
            len = text.len;
            memcpy(data, text.data, len);
        }
    }
    dbc_buf_release(&text);
    dbc_db_free(db);
    return len;
}

/* The same behind the `head` bytes of an input; one time in eight, and for what is no cache, the
 * whole input is changed by libFuzzer. */
static size_t mutate_behind(size_t head, uint8_t *data, size_t size, size_t max, unsigned seed)
{
    size_t len = 0;

    if (size > head && draw(&seed, 8) != 0) {
        len = mutate_cache(data + head, size - head, max - head, seed);
    }
    return len > 0 ? head + len : LLVMFuzzerMutate(data, size, max);
}

#endif
