/* records.h - the sink for the answer of a get_all_records: each record of this host goes into a
 * database as it ends; nothing of the others is kept. */
#ifndef DBC_XAPI_RECORDS_H
#define DBC_XAPI_RECORDS_H

#include "base/buf.h"
#include "model/database.h"
#include "xapi/value.h"

/* Bytes of the texts of one record.  A PIF under 4,094 VLANs has 200 KiB. */
#define DBC_XAPI_RECORD_BYTES_MAX ((size_t)4 * 1024 * 1024)

struct dbc_xapi_item {
    size_t key, value; /* offsets in `text`; key only in maps */
};

struct dbc_xapi_records {
    struct dbc_db *db;
    enum dbc_class class_;
    const char *host; /* the reference of this host, which PIFs name */
    /* The record that is open: */
    size_t depth;
    struct dbc_buf text; /* its reference and values, each with its NUL */
    struct dbc_xapi_item *items;
    size_t n_items, cap_items;
    struct {
        size_t first, n;
    } of[64];                      /* a field's items */
    uint64_t seen;                 /* fields that the record has */
    const struct dbc_field *field; /* the open one; NULL: the owner, when that is no field */
    bool decided, foreign;         /* the owner is known; it is another host */
    size_t key;                    /* of the pair that follows, in `text` */
};

/* ctx: a struct dbc_xapi_records.  DBC_EPARSE for an answer that is no map of records, and for a
 * field of the wrong type; DBC_ELIMIT for a record or list that is too large, or as dbc_db_put;
 * DBC_ENOMEM. */
extern const struct dbc_xapi_sink dbc_xapi_records_sink;

/* For the records of one class.  PIFs must be fetched first, since other records belong to the host
 * by its PIFs.  `db` and `host` are borrowed.  dbc_xapi_records_release must follow. */
void dbc_xapi_records_init(struct dbc_xapi_records *records, struct dbc_db *db,
                           enum dbc_class class_, const char *host);
void dbc_xapi_records_release(struct dbc_xapi_records *records);

#endif
