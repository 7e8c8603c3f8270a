/* edits_priv.h - what the edits_*.c files share; nobody else includes it. */
#ifndef IFR_STATE_EDITS_PRIV_H
#define IFR_STATE_EDITS_PRIV_H

#include "reconfigure/host/ovsdb.h"
#include "reconfigure/state/edits.h"

#define IFR_EDITS_DEPTH 8 /* rows below one another, as Bridge, Port, Interface */

/* ---- From changes to edits (edits_maker.c) -------------------------------------------------- */

/* What the functions below work on.  They take over the JSON values that they are given, also when
 * `failed` is set. */
struct ifr_maker {
    const struct ifr_state *seen, *wanted;
    struct ifr_edits *out;
    json_t *made;    /* {BRIDGE: NAME}: new bridges, and the names of their rows */
    json_t *touched; /* UUIDs that a wait asserts */
    unsigned rows;   /* inserted so far */
    bool failed;     /* out of memory: sticky */
};

/* A column of an existing row. */
struct ifr_maker_cell {
    const char *table, *uuid, *column;
};

json_t *ifr_ref_to(const char *uuid);     /* ["uuid", UUID] */
json_t *ifr_ref_to_new(const char *name); /* ["named-uuid", NAME] */
json_t *ifr_maker_nothing(void);          /* an empty set */
/* Returns a text as a cell of its column; "" is an empty set, or false. */
json_t *ifr_maker_cell(const struct ifr_attribute *row, const char *text);
void ifr_maker_add(struct ifr_maker *m, json_t *edit);
/* Adds an insert; `name` gets the name of the new row. */
void ifr_maker_insert(struct ifr_maker *m, const char *table, json_t *row, char name[16]);
/* Adds an "attach" or "detach" (`verb`). */
void ifr_maker_connect(struct ifr_maker *m, const char *verb, const char *table, json_t *row,
                       const char *column, const char *of, json_t *child);
/* Changes a key of a map; NULL: the key is not there. */
void ifr_maker_key(struct ifr_maker *m, const struct ifr_maker_cell *cell, const char *key,
                   const char *before, const char *after);
/* Changes a whole column. */
void ifr_maker_value(struct ifr_maker *m, const struct ifr_maker_cell *cell, json_t *before,
                     json_t *after);
/* Changes the column or key that has an attribute; `prefix` is put before the key of a map. */
void ifr_maker_set(struct ifr_maker *m, const char *table, const struct ifr_object *object,
                   unsigned attribute, const char *after, const char *prefix);
/* Adds a wait that asserts these columns of a row. */
void ifr_maker_wait(struct ifr_maker *m, const char *table, const char *uuid, json_t *row);
/* Adds a wait that asserts the row of an object as it was read, once a row. */
void ifr_maker_touch(struct ifr_maker *m, const char *table, const struct ifr_object *object);

/* Managers and certificates (edits_switch.c). */
void ifr_edits_switch(struct ifr_maker *m, const struct ifr_change *change);

/* ---- What edits say ------------------------------------------------------------------------- */

/* Whether the edit's "do" is `verb`. */
bool ifr_edit_is(const json_t *edit, const char *verb);

/* Returns the table that a column refers to, or NULL.  *strong: the reference keeps its row alive.
 */
const char *ifr_edits_refers_to(const struct ifr_ovsdb *db, const char *table, const char *column,
                                bool *strong);
/* Returns a member that is an object, and makes it when it is not there.  NULL: out of memory. */
json_t *ifr_edits_member(json_t *object, const char *key);
typedef void ifr_uuid_fn(void *ctx, const char *uuid);
/* Calls `fn` for every UUID in a cell, however it is nested. */
void ifr_edits_each_uuid(const json_t *cell, ifr_uuid_fn *fn, void *ctx);

/* ---- Edits taken back (edits_undo.c; edits_look.c reads) ------------------------------------- */

struct ifr_reversal {
    struct ifr_ovsdb *db;
    const json_t *list, *rows; /* given to ifr_edits_undo, as is `left` */
    struct dbc_strvec *left;
    json_t *made;     /* {UUID: true}: rows that `list` has made */
    json_t *attached; /* {UUID: EDIT}: rows that `list` has attached */
    json_t *now;      /* {UUID: ROW}: rows that are there, with name and changed columns */
    json_t *members;  /* {UUID: {COLUMN: {UUID: true}}}: their references */
    json_t *again;    /* {OLD: NEW}: UUIDs of deleted rows that an earlier try inserted again */
    json_t *restored; /* {UUID: NAME}: deleted rows to be inserted again */
    json_t *back;     /* the edits that take `list` back */
    unsigned depth;   /* of the row in hand, below the row that was detached */
    bool failed;
};

/* Reads the rows that `list` and `rows` name, and fills the members from `made` to `again`.  Rows
 * that are in `again` already stay there.  Errors are those of ifr_ovsdb_transact. */
int ifr_reversal_look(struct ifr_reversal *r, struct dbc_error *err);
/* Returns the present UUID of a row; NULL: it is not there. */
const char *ifr_reversal_now(const struct ifr_reversal *r, const char *uuid);
/* Whether the column that the edit changed refers to the row. */
bool ifr_reversal_has(const struct ifr_reversal *r, const json_t *edit, const char *uuid);

#endif
