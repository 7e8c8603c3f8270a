/* schema.h - THE TABLE: every class, its fields in a cache and those that only XAPI has, and the
 * keys of other_config that a cache keeps.  It drives XML in and out and all access by name. */
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
    DBC_FIELD_OPTIONAL = 1, /* written only when the source had it: not all producers write it */
    DBC_FIELD_HOST = 2,     /* a list of all hosts' records in XAPI; only this host's are kept */
    DBC_FIELD_LIST = 4,     /* a TEXT of items with ',' between them; in XAPI a list of texts */
    DBC_FIELD_IPV6 = 8      /* taken from XAPI only where it is a setting: model/ipv6.h */
};

struct dbc_field {
    enum dbc_class class_;
    const char *name; /* the element's name */
    const char *xapi; /* its name in XAPI, nearly always the same */
    enum dbc_kind kind;
    size_t offset; /* in the class's struct */
    unsigned flags;
    const char *item;      /* DBC_KIND_REFS: the child element's name */
    enum dbc_class target; /* REF, REFS: the class referred to; DBC_N_CLASSES otherwise */
    const char *missing;   /* what a missing element means: "", "False", "-1", "1500", ... */
    const char *doc;       /* one sentence */
};

struct dbc_class_info {
    const char *name; /* the element: "pif", "bond", ... */
    const char *xapi; /* XAPI's class: "PIF", "Bond", "VLAN", "tunnel", "network", "pool" */
    size_t size;      /* of its struct */
    const struct dbc_field *fields; /* in the order of writing */
    size_t n_fields;                /* those of a cache */
    size_t n_known;                 /* with those that only XAPI has, which come last; at most 64 */
};

/* Records of a class, the field by which each names its owner, and the owner's list of them. */
struct dbc_relation {
    enum dbc_class class_;
    const char *field;
    enum dbc_class owner;
    const char *list;
};

enum {
    DBC_RELATION_NETWORK,
    DBC_RELATION_SLAVE,
    DBC_RELATION_MASTER,
    DBC_RELATION_VLAN,
    DBC_RELATION_ACCESS,
    DBC_RELATION_TRANSPORT,
    DBC_N_RELATIONS
};

extern const struct dbc_relation dbc_relations[DBC_N_RELATIONS];

/* A key of other_config that a save keeps; XAPI's other keys are dropped. */
struct dbc_config_key {
    enum dbc_class class_;
    const char *name;
    const char *values; /* what is allowed, for people: "true|false", "ms", ... */
    const char *doc;
};

/* Returns the row of a class.  All rows are static. */
const struct dbc_class_info *dbc_schema_class(enum dbc_class class_);
/* Returns the class whose element has this name, or DBC_N_CLASSES. */
enum dbc_class dbc_schema_class_by_name(const char *name);
/* Returns the field of a cache with this name, or NULL. */
const struct dbc_field *dbc_schema_field(enum dbc_class class_, const char *name);
/* Returns the field with this name in XAPI, also one that only XAPI has, or NULL. */
const struct dbc_field *dbc_schema_xapi_field(enum dbc_class class_, const char *name);
size_t dbc_schema_field_index(const struct dbc_field *field); /* its bit in dbc_record.present */
/* Returns the keys of all classes; *n is their number. */
const struct dbc_config_key *dbc_schema_config_keys(size_t *n);
/* Whether a cache keeps this key of other_config. */
bool dbc_schema_keeps_key(enum dbc_class class_, const char *key);
/* Whether a record from XAPI keeps this key of a map: other_config keeps those of the table, the
 * other maps keep all. */
bool dbc_schema_wants_key(const struct dbc_field *map, const char *key);

/* Returns the field's place in a record, to be cast to the type of its kind. */
static inline void *dbc_field_at(struct dbc_record *rec, const struct dbc_field *field)
{
    return (char *)rec + field->offset;
}

/* Whether the source had the field, or it was set. */
static inline bool dbc_record_has(const struct dbc_record *rec, const struct dbc_field *field)
{
    return (rec->present >> dbc_schema_field_index(field) & 1) != 0;
}

static inline const void *dbc_field_of(const struct dbc_record *rec, const struct dbc_field *field)
{
    return (const char *)rec + field->offset;
}

/* Returns the text of a field, "True" or "False" for a BOOL; NULL for a list or map. */
static inline const char *dbc_field_text(const struct dbc_record *rec,
                                         const struct dbc_field *field)
{
    const void *value = dbc_field_of(rec, field);

    switch (field->kind) {
    case DBC_KIND_TEXT:
    case DBC_KIND_REF:
        return *(const char *const *)value;
    case DBC_KIND_BOOL:
        return *(const bool *)value ? "True" : "False";
    case DBC_KIND_INT:
        return ((const struct dbc_int *)value)->text;
    case DBC_KIND_REFS:
    case DBC_KIND_MAP:
        break;
    }
    return NULL;
}

/* Returns the record's uuid; "" for a pool, whose uuid a cache does not have. */
const char *dbc_record_uuid(const struct dbc_record *rec);

#endif
