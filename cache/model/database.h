/* database.h - the records of one host, in the order of their source, and the ways to find one.
 *
 * A reader of any source (XML, XAPI, state.db) fills a database (dbc_db_add), then indexes it
 * (dbc_db_index).  Functions that return an int return 0, or -1 with *err.
 */
#ifndef DBC_MODEL_DATABASE_H
#define DBC_MODEL_DATABASE_H

#include "base/arena.h"
#include "base/hash.h"
#include "model/record.h"
#include "model/schema.h"

/* The memory of one database, whatever a file's bytes unfold to; real records take less than their
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
    struct dbc_hash by_bridge; /* bridge -> its first network */
    struct dbc_hash *by_uuid;  /* one a class; filled by the first search for a uuid: find.c */
};

/* Copies the name of the source.  DBC_ENOMEM. */
int dbc_db_set_source(struct dbc_db *db, const char *source, struct dbc_error *err);

/* Adds a record of which each field has its `missing` text, and returns it; `ref` is copied.  A
 * record of this class that has the reference already is reset and returned, in its old place.
 * NULL: DBC_ENOMEM, or DBC_ELIMIT for DBC_LIMIT_RECORDS, DBC_LIMIT_REF_BYTES or
 * DBC_LIMIT_DB_BYTES. */
struct dbc_record *dbc_db_add(struct dbc_db *db, enum dbc_class class_, const char *ref,
                              struct dbc_error *err);
/* The same in two steps, for a source that may break off in the middle of a record.  Make returns a
 * record that is in no list yet.  Put adds it, or copies it into the record that has its reference;
 * *replaced_out (may be NULL) says whether there was one.  It returns the record in the list, to be
 * used instead of `rec`. */
struct dbc_record *dbc_db_make(struct dbc_db *db, enum dbc_class class_, const char *ref,
                               struct dbc_error *err);
struct dbc_record *dbc_db_put(struct dbc_db *db, struct dbc_record *rec, bool *replaced_out,
                              struct dbc_error *err);

/* The setters mark the field as present, copy what they are given, and drop white space around a
 * text, since no reader of the file format can tell it from layout.  All fail with DBC_ENOMEM, and
 * with DBC_ELIMIT for a text above DBC_LIMIT_TEXT_BYTES or for DBC_LIMIT_DB_BYTES.
 *
 * Sets a field of kind TEXT, BOOL, INT or REF; DBC_EINVAL for another kind.  *ok_out (may be NULL)
 * is false for a number that is none, which keeps its text, and for a boolean other than "True" and
 * "False", which becomes false. */
int dbc_record_set(struct dbc_db *db, struct dbc_record *rec, const struct dbc_field *field,
                   const char *text, bool *ok_out, struct dbc_error *err);
/* The same for a text of `len` bytes that has no white space around it. */
int dbc_record_set_trimmed(struct dbc_db *db, struct dbc_record *rec, const struct dbc_field *field,
                           const char *text, size_t len, bool *ok_out, struct dbc_error *err);
/* Replace a whole list or map.  A field with DBC_FIELD_LIST gets the items that are not empty, with
 * ',' between them.  A key that comes several times keeps its first place and its last value.
 * DBC_EINVAL for a field of another kind, DBC_ELIMIT above DBC_LIMIT_LIST. */
int dbc_record_set_list(struct dbc_db *db, struct dbc_record *rec, const struct dbc_field *field,
                        const char *const *refs, size_t n, struct dbc_error *err);
int dbc_record_set_map(struct dbc_db *db, struct dbc_record *rec, const struct dbc_field *field,
                       const struct dbc_pair *pairs, size_t n, struct dbc_error *err);
/* Sets one key of a map, which `field` must be: a key of the map keeps its place, another one is
 * added at the end.  `value` NULL removes the key.  Errors as dbc_record_set_map. */
int dbc_record_set_key(struct dbc_db *db, struct dbc_record *rec, const struct dbc_field *field,
                       const char *key, const char *value, struct dbc_error *err);
/* Makes a field of any kind as if the source did not have it. */
void dbc_record_unset(struct dbc_record *rec, const struct dbc_field *field);
/* Takes a record of this database out of its list and the indexes; its memory stays, and so do
 * references to it.  Takes time in proportion to the records of its class and the networks.
 * DBC_ENOMEM, and then nothing has changed. */
int dbc_db_drop(struct dbc_db *db, const struct dbc_record *rec, struct dbc_error *err);
/* Returns the record of this database with the class and reference of `rec`, to be changed; NULL
 * when there is none.  After a change of a uuid or a bridge dbc_db_index must be called. */
struct dbc_record *dbc_db_edit(struct dbc_db *db, const struct dbc_record *rec);
/* Keeps a copy of XML text for the writer: in a record, inside one of its lists or maps (`field`),
 * or at top level (rec and field NULL).  DBC_ENOMEM, DBC_ELIMIT for DBC_LIMIT_DB_BYTES. */
int dbc_db_add_extra(struct dbc_db *db, struct dbc_record *rec, const struct dbc_field *field,
                     const char *xml, size_t len, struct dbc_error *err);
/* Indexes bridges anew, and forgets the index of uuids, which the next search makes.  DBC_ENOMEM,
 * and then the indexes are what they were. */
int dbc_db_index(struct dbc_db *db, struct dbc_error *err);

/* Return the record of this class with the reference, or NULL. */
const struct dbc_pif *dbc_db_pif(const struct dbc_db *db, const char *ref);
const struct dbc_bond *dbc_db_bond(const struct dbc_db *db, const char *ref);
const struct dbc_vlan *dbc_db_vlan(const struct dbc_db *db, const char *ref);
const struct dbc_tunnel *dbc_db_tunnel(const struct dbc_db *db, const char *ref);
const struct dbc_network *dbc_db_network(const struct dbc_db *db, const char *ref);
/* Return the i-th record of the class, from 0; NULL past the end. */
const struct dbc_pif *dbc_db_pif_at(const struct dbc_db *db, size_t i);
const struct dbc_network *dbc_db_network_at(const struct dbc_db *db, size_t i);
const struct dbc_pool *dbc_db_pool(const struct dbc_db *db); /* the first one, or NULL */
/* Returns the first network with this bridge, or NULL. */
const struct dbc_network *dbc_db_network_by_bridge(const struct dbc_db *db, const char *bridge);

#endif
