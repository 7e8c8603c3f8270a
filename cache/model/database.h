/* database.h - the records of one host, in the order of their source, and the ways to find one.
 *
 * A database is filled (dbc_db_add), then indexed (dbc_db_index), then only read.  A reader of any
 * source (XML, XAPI, state.db) fills it in the same way.
 */
#ifndef DBC_MODEL_DATABASE_H
#define DBC_MODEL_DATABASE_H

#include "base/arena.h"
#include "base/hash.h"
#include "model/record.h"
#include "model/schema.h"

/* What one database may take, whatever a file's bytes unfold to; real records take less than their
 * file. */
#define DBC_LIMIT_DB_BYTES (96u * 1024 * 1024)
#define DBC_LIMIT_REF_BYTES 1024u /* a record's own reference; real ones have 46 */

struct dbc_records {
    struct dbc_record **v;
    size_t n, cap;
    struct dbc_record *blank; /* a record with nothing but missing fields; made when needed */
};

struct dbc_db {
    struct dbc_arena arena;
    char *source; /* the file's name for messages, or "xapi"; "" at first */
    struct dbc_records of[DBC_N_CLASSES];
    struct dbc_extras extras; /* unknown top-level elements and comments */
    struct dbc_hash by_ref[DBC_N_CLASSES];
    struct dbc_hash by_bridge; /* first network wins */
    struct dbc_hash *by_uuid;  /* a class each; filled at the first question, see database.c */
};

/* Names the source; the text is copied. */
int dbc_db_set_source(struct dbc_db *db, const char *source, struct dbc_error *err);

/* A record with every field at its schema's `missing` text.  When the reference exists already in
 * this class the old record is reset and returned (the last one wins, the first one's place
 * stays). NULL: DBC_ENOMEM, or DBC_ELIMIT for DBC_LIMIT_RECORDS, DBC_LIMIT_REF_BYTES or
 * DBC_LIMIT_DB_BYTES. `ref` is copied. */
struct dbc_record *dbc_db_add(struct dbc_db *db, enum dbc_class class_, const char *ref,
                              struct dbc_error *err);
/* The same in two steps, for a source that may break off in the middle of a record: make gives one
 * that is in no list yet, put adds it or (*replaced_out, may be NULL) lets it take the place of the
 * one with its reference; what put returns is the record from then on. */
struct dbc_record *dbc_db_make(struct dbc_db *db, enum dbc_class class_, const char *ref,
                               struct dbc_error *err);
struct dbc_record *dbc_db_put(struct dbc_db *db, struct dbc_record *rec, bool *replaced_out,
                              struct dbc_error *err);

/* The setters mark the field as present, copy what they are given, and drop white space around a
 * text, since no reader of the file format can tell it from layout.
 *
 * All: DBC_ENOMEM, or DBC_ELIMIT for a text above DBC_LIMIT_TEXT_BYTES or DBC_LIMIT_DB_BYTES.
 *
 * Sets a field from text: parses numbers and booleans ("True", "False").  One that is neither keeps
 * its text (number) or reads as false (boolean) and gives false in *ok_out (may be NULL).  TEXT,
 * BOOL, INT, REF only; DBC_EINVAL for the others. */
int dbc_record_set(struct dbc_db *db, struct dbc_record *rec, const struct dbc_field *field,
                   const char *text, bool *ok_out, struct dbc_error *err);
/* Replace a whole list or map (DBC_ELIMIT above DBC_LIMIT_LIST).  A list may also be one that the
 * field has as text (DBC_FIELD_LIST): its items, but for empty ones, with ',' between.  Of a key
 * that stands several times in a map the last one wins and the first one's place stays. */
int dbc_record_set_list(struct dbc_db *db, struct dbc_record *rec, const struct dbc_field *field,
                        const char *const *refs, size_t n, struct dbc_error *err);
int dbc_record_set_map(struct dbc_db *db, struct dbc_record *rec, const struct dbc_field *field,
                       const struct dbc_pair *pairs, size_t n, struct dbc_error *err);
/* One key of a map: a new value in the old one's place, a new key behind the others, or, with
 * `value` NULL, no such key. */
int dbc_record_set_key(struct dbc_db *db, struct dbc_record *rec, const struct dbc_field *field,
                       const char *key, const char *value, struct dbc_error *err);
/* As if the source had not had the field. */
void dbc_record_unset(struct dbc_record *rec, const struct dbc_field *field);
/* Takes a record out of the lists and indexes; whoever refers to it still does.  Its memory stays.
 * Takes time in proportion to the records of its class.  -1 with DBC_ENOMEM, and it is there. */
int dbc_db_drop(struct dbc_db *db, const struct dbc_record *rec, struct dbc_error *err);
/* The same record of this database, to be changed.  Whoever changes a uuid or a bridge calls
 * dbc_db_index afterwards. */
struct dbc_record *dbc_db_edit(struct dbc_db *db, const struct dbc_record *rec);
/* Keeps XML text for the writer: in a record, inside one of its lists or maps (`field`), or at top
 * level (rec and field NULL). */
int dbc_db_add_extra(struct dbc_db *db, struct dbc_record *rec, const struct dbc_field *field,
                     const char *xml, size_t len, struct dbc_error *err);
/* -1 with DBC_ENOMEM, and the indexes are what they were. */
int dbc_db_index(struct dbc_db *db, struct dbc_error *err);

/* By reference and of the right class (a VLAN's reference never gives a tunnel); NULL: none. */
const struct dbc_pif *dbc_db_pif(const struct dbc_db *db, const char *ref);
const struct dbc_bond *dbc_db_bond(const struct dbc_db *db, const char *ref);
const struct dbc_vlan *dbc_db_vlan(const struct dbc_db *db, const char *ref);
const struct dbc_tunnel *dbc_db_tunnel(const struct dbc_db *db, const char *ref);
const struct dbc_network *dbc_db_network(const struct dbc_db *db, const char *ref);
/* The i-th of a class; NULL past the end. */
const struct dbc_pif *dbc_db_pif_at(const struct dbc_db *db, size_t i);
const struct dbc_network *dbc_db_network_at(const struct dbc_db *db, size_t i);
const struct dbc_pool *dbc_db_pool(const struct dbc_db *db); /* the first; NULL: none */
const struct dbc_network *dbc_db_network_by_bridge(const struct dbc_db *db, const char *bridge);

#endif
