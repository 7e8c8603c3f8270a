/* rows.h - bridges and interfaces as Open vSwitch's database has them, and which of them must be
 * looked at: those that changed, whose partner changed, or whose answer came.  Fed by a monitor. */
#ifndef IFR_SYNC_ROWS_H
#define IFR_SYNC_ROWS_H

#include "reconfigure/sync/answers.h"
#include "reconfigure/sync/ids.h"

enum ifr_sync_table { IFR_SYNC_BRIDGE, IFR_SYNC_INTERFACE, IFR_SYNC_N_TABLES };

/* Each row is in one list. */
enum ifr_sync_state {
    IFR_SYNC_IDLE,    /* as it should be */
    IFR_SYNC_CHANGED, /* to be looked at */
    IFR_SYNC_SENT,    /* in a transaction whose answer is not there yet */
    IFR_SYNC_WAITING, /* for XAPI */
    IFR_SYNC_N_STATES
};

#define IFR_SYNC_UUID_LEN 36
#define IFR_SYNC_FAIL_MODE_LEN 15 /* longer ones are cut: they are neither of the two */

struct ifr_sync_row {
    TAILQ_ENTRY(ifr_sync_row) link;
    enum ifr_sync_table table;
    enum ifr_sync_state state;
    char uuid[IFR_SYNC_UUID_LEN + 1];
    char fail_mode[IFR_SYNC_FAIL_MODE_LEN + 1];
    char *name;
    struct ifr_sync_ids external, other; /* external_ids, other_config */
    struct ifr_sync_answer *vif, *vm;    /* held; NULL: not needed */
    bool seen;                           /* since ifr_sync_rows_begin */
    bool looked_at;                      /* in this run */
    bool set_up;  /* of a bridge: fail mode and in-band were looked at in this run */
    bool settles; /* it is set up once the transaction is done */
    bool waits;   /* for XAPI, once the transaction is done */
};

TAILQ_HEAD(ifr_sync_row_list, ifr_sync_row);

struct ifr_sync_rows {
    struct ifr_sync_answers *answers; /* borrowed */
    void *by_uuid, *by_name[IFR_SYNC_N_TABLES];
    struct ifr_sync_row_list list[IFR_SYNC_N_STATES];
    size_t n[IFR_SYNC_N_TABLES];
};

void ifr_sync_rows_init(struct ifr_sync_rows *rows, struct ifr_sync_answers *answers);
void ifr_sync_rows_release(struct ifr_sync_rows *rows);

/* The tables and columns that ifr_sync_rows_take understands, for ifr_ovsdb_monitor; NULL: no
 * memory. */
json_t *ifr_sync_rows_wanted(void);
/* A connection begins: what is not told of until _end is gone. */
void ifr_sync_rows_begin(struct ifr_sync_rows *rows);
void ifr_sync_rows_end(struct ifr_sync_rows *rows);
/* An ifr_ovsdb_update_fn; `ctx` is a struct ifr_sync_rows.  DBC_EPARSE, DBC_ENOMEM. */
int ifr_sync_rows_take(void *ctx, const char *table, const char *uuid, const json_t *before,
                       const json_t *after, struct dbc_error *err);

/* NULL: none. */
struct ifr_sync_row *ifr_sync_rows_find(const struct ifr_sync_rows *rows, enum ifr_sync_table table,
                                        const char *name);
/* The tap of a vif, the vif of a tap; NULL: none. */
struct ifr_sync_row *ifr_sync_rows_partner(const struct ifr_sync_rows *rows,
                                           const struct ifr_sync_row *row);
bool ifr_sync_is_vif(const struct ifr_sync_row *row);
bool ifr_sync_is_tap(const struct ifr_sync_row *row);

void ifr_sync_rows_move(struct ifr_sync_rows *rows, struct ifr_sync_row *row,
                        enum ifr_sync_state state);
/* All in one list to another. */
void ifr_sync_rows_move_all(struct ifr_sync_rows *rows, enum ifr_sync_state from,
                            enum ifr_sync_state to);
/* The bridge of this name, when there is one, is to be looked at; `ctx` is a struct ifr_sync_rows.
 */
void ifr_sync_rows_touch_bridge(void *ctx, const char *bridge);
/* Everything is to be looked at and set up again. */
void ifr_sync_rows_touch_all(struct ifr_sync_rows *rows);
/* Holds the answers that the row needs, and no others.  `uuid` of a VIF and of its VM; NULL: none.
 * -1: DBC_ENOMEM. */
int ifr_sync_row_needs(struct ifr_sync_rows *rows, struct ifr_sync_row *row, const char *vif,
                       const char *vm, struct dbc_error *err);

#endif
