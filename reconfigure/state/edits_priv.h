/* edits_priv.h - what the edits_*.c files share; nobody else includes it. */
#ifndef IFR_STATE_EDITS_PRIV_H
#define IFR_STATE_EDITS_PRIV_H

#include <jansson.h>
#include <stdbool.h>

struct ifr_ovsdb;

#define IFR_EDITS_DEPTH 8 /* tables below one another: Bridge, Port, Interface and their like */

/* "" where the edit, or the row in it, has no such text. */
const char *ifr_edit_text(const json_t *edit, const char *key);
bool ifr_edit_is(const json_t *edit, const char *verb);

/* The table that a column refers to, or NULL; *strong: its rows live as long as somebody does. */
const char *ifr_edits_refers_to(const struct ifr_ovsdb *db, const char *table, const char *column,
                                bool *strong);
typedef void ifr_uuid_fn(void *ctx, const char *uuid);
/* Every UUID in a cell, however it is nested. */
void ifr_edits_each_uuid(const json_t *cell, ifr_uuid_fn *fn, void *ctx);

#endif
