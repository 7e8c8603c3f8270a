/* records.h - the sink for the answer of a get_all_records: each record goes into a database as it
 * ends, if it is this host's; of the others nothing stays. */
#ifndef DBC_XAPI_RECORDS_H
#define DBC_XAPI_RECORDS_H

#include "base/buf.h"
#include "model/database.h"
#include "xapi/value.h"

/* The texts of one record that are kept.  A PIF under 4,094 VLANs has 200 KiB. */
#define DBC_XAPI_RECORD_BYTES_MAX ((size_t)4 * 1024 * 1024)

struct dbc_xapi_item {
    size_t key, value; /* offsets in `text`; key only in maps */
};

struct dbc_xapi_records {
    struct dbc_db *db;
    enum dbc_class class_;
    const char *host; /* reference of this host; for PIFs */
    /* The record that is open: */
    size_t depth;
    struct dbc_buf text; /* its reference and values, each with its NUL */
    struct dbc_xapi_item *items;
    size_t n_items, cap_items;
    struct {
        size_t first, n;
    } of[64];                      /* a field's items */
    uint64_t seen;                 /* fields that the record has */
    const struct dbc_field *field; /* the one that is open; NULL: the owner's reference */
    bool decided, foreign;         /* whose the record is */
    size_t key;
};

/* ctx: a struct dbc_xapi_records.  DBC_EPARSE for what is no map of records, or a field of the
 * wrong type; DBC_ELIMIT. */
extern const struct dbc_xapi_sink dbc_xapi_records_sink;

/* For one class; PIFs come first, since the others are this host's by their PIFs.  `db` and `host`
 * are borrowed. */
void dbc_xapi_records_init(struct dbc_xapi_records *records, struct dbc_db *db,
                           enum dbc_class class_, const char *host);
void dbc_xapi_records_release(struct dbc_xapi_records *records);

#endif
