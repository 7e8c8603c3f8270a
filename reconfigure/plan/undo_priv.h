/* undo_priv.h - what the undo_*.c files share; nobody else includes it. */
#ifndef IFR_PLAN_UNDO_PRIV_H
#define IFR_PLAN_UNDO_PRIV_H

#include <string.h>

#include "reconfigure/plan/undo.h"

/* A way back on its way. */
struct ifr_back {
    const struct ifr_undo *undo;
    const json_t *record; /* undo's */
    const struct ifr_undo_host *host;
    struct ifr_live live;
    struct dbc_error no_ovs; /* why live.ovs is NULL */
    const char *first;
    struct dbc_strvec *left;
    struct dbc_error failure; /* the first */
};

/* Notes a failure: the first is reported, each is a line of what is left. */
static inline void ifr_back_failed(struct ifr_back *back, const char *what,
                                   const struct dbc_error *err)
{
    dbc_strvec_pushf(back->left, "%s: %s", what, err->text);
    if (back->failure.code == DBC_OK) {
        back->failure = *err;
    }
}

/* One device: as it was, and as it is. */
struct pair {
    struct ifr_back *back;
    const char *name;
    const json_t *was;
    const struct ifr_object *is; /* NULL: not there */
    const struct ifr_state *now;
};

static inline const char *attribute_name(unsigned attribute)
{
    size_t n = 0;

    return ifr_attributes(IFR_LINK, &n)[attribute].name;
}

/* "" for what is not known. */
static inline const char *was(const struct pair *pair, unsigned attribute)
{
    const char *text = json_string_value(json_object_get(pair->was, attribute_name(attribute)));

    return text != NULL ? text : "";
}

static inline bool is_known(const struct pair *pair, unsigned attribute)
{
    return json_object_get(pair->was, attribute_name(attribute)) != NULL;
}

/* What is known is compared. */
static inline bool differs(const struct pair *pair, unsigned attribute)
{
    return is_known(pair, attribute) &&
           strcmp(was(pair, attribute), ifr_object_get(pair->is, attribute)) != 0;
}

/* ---- undo_look.c: what the parts ask of the host and of the record --------------------------- */

/* The record has changed: whoever goes on after us needs it.  A failure is logged, since to go back
 * is worth more. */
void ifr_back_keep(const struct ifr_back *back);
/* Observes the kernel, and the devices of the record closely. */
int ifr_back_look(struct ifr_back *back, struct ifr_state *now);
/* The NIC that had the name and has another one now; NULL: the name is its own. */
const char *ifr_back_renamed_to(const struct pair *pair);
/* Is its MAC its own?  Open vSwitch sets those of its devices, and a bond those of its NICs. */
bool ifr_back_may_set_mac(const struct pair *pair);
/* The bytes of a file of the record; DBC_EPARSE. */
int ifr_back_file_text(const json_t *file, struct dbc_buf *out, struct dbc_error *err);
bool ifr_back_has_bytes(const char *full, const struct dbc_buf *text);
/* Has the file these bytes, or is there none as it says? */
bool ifr_back_file_is(const struct ifr_back *back, const char *path, const json_t *file);
/* The attribute as somebody else made it, of addresses and routes those that he added; NULL: it is
 * nobody's. */
const char *ifr_back_foreign(const struct pair *pair, unsigned attribute);
bool ifr_back_file_is_foreign(const struct ifr_back *back, const char *path);

/* ---- The parts, each in a file of its own ---------------------------------------------------- */

/* What somebody else changed since, found out and said. */
void ifr_back_find_foreign(struct ifr_back *back);
void ifr_back_files(struct ifr_back *back);
void ifr_back_devices(struct ifr_back *back);
/* The options of a bridge or bond.  A bond whose mode is another one is without its NICs for a
 * moment. */
int ifr_back_options(const struct pair *pair, struct dbc_error *err);
void ifr_back_clients(struct ifr_back *back);
/* Says what is not as it was. */
void ifr_back_compare(struct ifr_back *back);

#endif
