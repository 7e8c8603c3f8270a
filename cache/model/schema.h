/* schema.h - THE TABLE: every class, field and other_config key that the cache carries.  It drives
 * XML in and out, and whatever else handles fields by name; nothing else lists them. */
#ifndef DBC_MODEL_SCHEMA_H
#define DBC_MODEL_SCHEMA_H

#include "model/record.h"

enum dbc_kind {
    DBC_KIND_TEXT, /* const char * */
    DBC_KIND_BOOL, /* bool; "True" or "False" in the file */
    DBC_KIND_INT,  /* struct dbc_int */
    DBC_KIND_REF,  /* const char *, a reference or "OpaqueRef:NULL" */
    DBC_KIND_REFS, /* struct dbc_refs; one child element `item` each */
    DBC_KIND_MAP   /* struct dbc_map; one child element named after its key each */
};

enum {
    DBC_FIELD_OPTIONAL = 1, /* written only when the source had it (fields of some producers) */
    DBC_FIELD_HOST = 2,     /* XAPI's records filter it to this host */
    DBC_FIELD_LIST = 4,     /* TEXT: items with ',' between; XAPI has a list of texts */
    DBC_FIELD_IPV6 = 8      /* from XAPI only where it says something: model/ipv6.h */
};

struct dbc_field {
    enum dbc_class class_;
    const char *name; /* the element's name */
    const char *xapi; /* XAPI's, which is nearly always the same */
    enum dbc_kind kind;
    size_t offset; /* in the class's struct */
    unsigned flags;
    const char *item;      /* DBC_KIND_REFS: the child element's name */
    enum dbc_class target; /* REF, REFS: the class referred to; DBC_N_CLASSES otherwise */
    const char *missing; /* the text that a missing element stands for: "", "False", "-1", "1500" */
    const char *doc;     /* one sentence */
};

struct dbc_class_info {
    const char *name; /* the element: "pif", "bond", ... */
    const char *xapi; /* XAPI's class: "PIF", "Bond", "VLAN", "tunnel", "network", "pool" */
    size_t size;      /* of its struct */
    const struct dbc_field *fields; /* in the order of writing */
    size_t n_fields;                /* that a cache has */
    size_t n_known; /* at most 64; those behind n_fields only XAPI has, and no cache is written with
                       them or read for them */
};

/* A key of other_config that a save keeps; XAPI's other keys are dropped. */
struct dbc_config_key {
    enum dbc_class class_;
    const char *name;
    const char *values; /* "true|false", "digits", ...: what is allowed, for people */
    const char *doc;
};

const struct dbc_class_info *dbc_schema_class(enum dbc_class class_);
/* DBC_N_CLASSES when the name is none. */
enum dbc_class dbc_schema_class_by_name(const char *name);
/* A field of a cache; NULL when the class has none of this name.  Constant time, or nearly: the
 * reader calls it for every element. */
const struct dbc_field *dbc_schema_field(enum dbc_class class_, const char *name);
/* By XAPI's name, of those that only XAPI has as well. */
const struct dbc_field *dbc_schema_xapi_field(enum dbc_class class_, const char *name);
size_t dbc_schema_field_index(const struct dbc_field *field); /* its bit in dbc_record.present */
const struct dbc_config_key *dbc_schema_config_keys(size_t *n);
bool dbc_schema_keeps_key(enum dbc_class class_, const char *key);
/* Of which keys a record of XAPI's is asked for: other_config's by the table, all of other maps. */
bool dbc_schema_wants_key(const struct dbc_field *map, const char *key);

/* The field's place in a record; cast it to the kind's type. */
static inline void *dbc_field_at(struct dbc_record *rec, const struct dbc_field *field)
{
    return (char *)rec + field->offset;
}

/* Did the source have it? */
static inline bool dbc_record_has(const struct dbc_record *rec, const struct dbc_field *field)
{
    return (rec->present >> dbc_schema_field_index(field) & 1) != 0;
}

static inline const void *dbc_field_of(const struct dbc_record *rec, const struct dbc_field *field)
{
    return (const char *)rec + field->offset;
}

#endif
