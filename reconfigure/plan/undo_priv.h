/* undo_priv.h - what the undo_*.c files share; nobody else includes it. */
#ifndef IFR_PLAN_UNDO_PRIV_H
#define IFR_PLAN_UNDO_PRIV_H

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

void ifr_back_files(struct ifr_back *back);
void ifr_back_devices(struct ifr_back *back);
void ifr_back_clients(struct ifr_back *back);

#endif
