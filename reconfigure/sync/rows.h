/* rows.h - bridges and interfaces as a monitor of Open vSwitch's database reports them, and which
 * of them must be looked at: those that changed, whose partner changed, or whose answer came. */
#ifndef IFR_SYNC_ROWS_H
#define IFR_SYNC_ROWS_H

#include "reconfigure/sync/answers.h"
#include "reconfigure/sync/ids.h"

enum ifr_sync_table { IFR_SYNC_BRIDGE, IFR_SYNC_INTERFACE, IFR_SYNC_N_TABLES };

/* Each row is in the list of its state. */
enum ifr_sync_state {
    IFR_SYNC_IDLE,    /* as it should be */
    IFR_SYNC_CHANGED, /* must be looked at */
    IFR_SYNC_SENT,    /* in the current transaction */
    IFR_SYNC_WAITING, /* for XAPI */
    IFR_SYNC_N_STATES
};

#define IFR_SYNC_UUID_LEN 36
#define IFR_SYNC_FAIL_MODE_LEN 15 /* "standalone" has 10; a longer one is cut */

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
    bool looked_at;                      /* at least once in this run */
    bool set_up;  /* of a bridge: fail mode and in-band were set in this run */
    bool settles; /* it will be set up when the transaction is done */
    bool waits;   /* it will wait for XAPI when the transaction is done */
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

/* Returns the tables and columns that ifr_sync_rows_take reads, for ifr_ovsdb_monitor; the caller
 * decrefs it.  NULL: no memory. */
json_t *ifr_sync_rows_wanted(void);
/* Begin and end of the monitor's first report on a connection: a row that it lacks is gone. */
void ifr_sync_rows_begin(struct ifr_sync_rows *rows);
void ifr_sync_rows_end(struct ifr_sync_rows *rows);
/* An ifr_ovsdb_update_fn; `ctx` is a struct ifr_sync_rows.  Returns 0, or -1: DBC_EPARSE,
 * DBC_ENOMEM. */
int ifr_sync_rows_take(void *ctx, const char *table, const char *uuid, const json_t *before,
                       const json_t *after, struct dbc_error *err);

/* Returns the row of this name, or NULL. */
struct ifr_sync_row *ifr_sync_rows_find(const struct ifr_sync_rows *rows, enum ifr_sync_table table,
                                        const char *name);
/* Returns the tap of a vif, or the vif of a tap; NULL: there is none. */
struct ifr_sync_row *ifr_sync_rows_partner(const struct ifr_sync_rows *rows,
                                           const struct ifr_sync_row *row);
bool ifr_sync_is_vif(const struct ifr_sync_row *row);
bool ifr_sync_is_tap(const struct ifr_sync_row *row);

void ifr_sync_rows_move(struct ifr_sync_rows *rows, struct ifr_sync_row *row,
                        enum ifr_sync_state state);
/* Moves all rows of one list to another. */
void ifr_sync_rows_move_all(struct ifr_sync_rows *rows, enum ifr_sync_state from,
                            enum ifr_sync_state to);
/* Has the bridge of this name, if there is one, looked at; `ctx` is a struct ifr_sync_rows. */
void ifr_sync_rows_touch_bridge(void *ctx, const char *bridge);
/* Has all rows looked at, and all bridges set up, again. */
void ifr_sync_rows_touch_all(struct ifr_sync_rows *rows);
/* Makes the row hold the answers about these uuids, and no others; NULL: none.  Returns 0, or -1:
 * DBC_ENOMEM. */
int ifr_sync_row_needs(struct ifr_sync_rows *rows, struct ifr_sync_row *row, const char *vif,
                       const char *vm, struct dbc_error *err);

#endif
