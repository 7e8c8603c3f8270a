/* edits_priv.h - what the edits_*.c files share; nobody else includes it. */
#ifndef IFR_STATE_EDITS_PRIV_H
#define IFR_STATE_EDITS_PRIV_H

#include "reconfigure/state/edits.h"

struct ifr_ovsdb;

#define IFR_EDITS_DEPTH 8 /* tables below one another: Bridge, Port, Interface and their like */

/* ---- From changes to edits (edits_maker.c) -------------------------------------------------- */

/* Changes on their way to edits. */
struct ifr_maker {
    const struct ifr_state *seen, *wanted;
    struct ifr_edits *out;
    json_t *made;    /* name of a bridge that is made -> the name of its new row */
    json_t *touched; /* UUIDs that a wait asserts */
    unsigned rows;   /* inserted so far */
    bool failed;     /* out of memory: sticky */
};

/* One column of a row that is there. */
struct ifr_maker_cell {
    const char *table, *uuid, *column;
};

json_t *ifr_ref_to(const char *uuid);     /* ["uuid", UUID] */
json_t *ifr_ref_to_new(const char *name); /* ["named-uuid", NAME] */
json_t *ifr_maker_nothing(void);          /* an empty set */
/* A text as a cell of its column: no text is an empty set. */
json_t *ifr_maker_cell(const struct ifr_attribute *row, const char *text);
void ifr_maker_add(struct ifr_maker *m, json_t *edit);
/* Returns the name by which the new row is referred to, in `name`. */
void ifr_maker_insert(struct ifr_maker *m, const char *table, json_t *row, char name[16]);
void ifr_maker_connect(struct ifr_maker *m, const char *verb, const char *table, json_t *row,
                       const char *column, const char *of, json_t *child);
/* A key of a map; NULL: it is not there. */
void ifr_maker_key(struct ifr_maker *m, const struct ifr_maker_cell *cell, const char *key,
                   const char *before, const char *after);
/* A whole column; takes both cells. */
void ifr_maker_value(struct ifr_maker *m, const struct ifr_maker_cell *cell, json_t *before,
                     json_t *after);
/* An attribute by its row of the table; `prefix` stands before the key of an external id. */
void ifr_maker_set(struct ifr_maker *m, const char *table, const struct ifr_object *object,
                   unsigned attribute, const char *after, const char *prefix);
/* Asserts these columns of a row; takes `row`. */
void ifr_maker_wait(struct ifr_maker *m, const char *table, const char *uuid, json_t *row);
/* Asserts the row of an object as it was read; once. */
void ifr_maker_touch(struct ifr_maker *m, const char *table, const struct ifr_object *object);

/* Managers and certificates (edits_switch.c). */
void ifr_edits_switch(struct ifr_maker *m, const struct ifr_change *change);

/* ---- What edits say ------------------------------------------------------------------------- */

/* "" where the edit, or the row in it, has no such text. */
const char *ifr_edit_text(const json_t *edit, const char *key);
bool ifr_edit_is(const json_t *edit, const char *verb);

/* The table that a column refers to, or NULL; *strong: its rows live as long as somebody does. */
const char *ifr_edits_refers_to(const struct ifr_ovsdb *db, const char *table, const char *column,
                                bool *strong);
typedef void ifr_uuid_fn(void *ctx, const char *uuid);
/* Every UUID in a cell, however it is nested. */
void ifr_edits_each_uuid(const json_t *cell, ifr_uuid_fn *fn, void *ctx);

/* ---- Edits taken back (edits_undo.c; edits_look.c reads) ------------------------------------- */

struct ifr_reversal {
    struct ifr_ovsdb *db;
    const json_t *list, *rows;
    struct dbc_strvec *left;
    json_t *made;     /* {UUID: true}: rows that `list` has made */
    json_t *attached; /* {UUID: EDIT}: what it has attached, and how */
    json_t *now;      /* {UUID: ROW}: rows that are there, with their names and what is changed */
    json_t *members;  /* {UUID: {COLUMN: {UUID: true}}}: their references */
    json_t *again;    /* {UUID: UUID}: a deleted row that was inserted again by an earlier try */
    json_t *restored; /* {UUID: NAME}: deleted rows that are inserted again */
    json_t *back;     /* the edits that take `list` back */
    unsigned depth;   /* of the row in hand below the one that was detached */
    bool failed;
};

/* Reads what `list` and `rows` name: fills the members from `made` to `again`, of which it keeps
 * what is known. */
int ifr_reversal_look(struct ifr_reversal *r, struct dbc_error *err);
/* A row as it is called now; NULL: it is not there. */
const char *ifr_reversal_now(const struct ifr_reversal *r, const char *uuid);
/* Does the column that the edit changed refer to the row? */
bool ifr_reversal_has(const struct ifr_reversal *r, const json_t *edit, const char *uuid);

#endif
