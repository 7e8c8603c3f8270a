/* write.c - from rows that changed to a transaction (write.h).  Below the loop, above wanted.c. */
#include "reconfigure/sync/write.h"

#include "base/clock.h"
#include "reconfigure/sync/sync.h"
#include "reconfigure/sync/transaction.h"

#define CONFLICT_MS 50 /* for the monitor to report the change that came between */

bool ifr_sync_has_changed(const struct ifr_sync_writer *w)
{
    return !TAILQ_EMPTY(&w->rows->list[IFR_SYNC_CHANGED]);
}

/* ---- Looking --------------------------------------------------------------------------------- */

static void settled(struct ifr_sync_writer *w, struct ifr_sync_row *row)
{
    row->set_up = row->set_up || row->settles;
    ifr_sync_rows_move(w->rows, row, row->waits ? IFR_SYNC_WAITING : IFR_SYNC_IDLE);
}

static void say_bad(const struct ifr_sync_writer *w, const struct ifr_sync_row *row,
                    const struct ifr_sync_change *change)
{
    if (change->bad_in_band != NULL) {
        dbc_logf(w->log, DBC_LOG_WARNING,
                 "\"%.80s\" isn't a valid setting for other_config:disable-in-band on %.80s",
                 change->bad_in_band, row->name);
    }
}

static int look_at(struct ifr_sync_writer *w, struct ifr_sync_row *row,
                   struct ifr_sync_transaction *t, struct dbc_error *err)
{
    struct ifr_sync_change change;
    bool away = ifr_sync_ask_stands_in(w->ask, row->table);

    if (row->table == IFR_SYNC_BRIDGE && !row->looked_at) {
        row->looked_at = true;
        ifr_sync_ask_new_bridge(w->ask);
    }
    if (ifr_sync_want(w->rows, row, away, &change, err) != 0) {
        return -1;
    }
    say_bad(w, row, &change);
    row->waits = change.waits;
    row->settles = change.settles;
    /* Where XAPI answers soon, the whole row is written at once. */
    if (ifr_sync_change_is_none(&change) || (change.waits && w->ask->open && !away)) {
        settled(w, row);
        return 0;
    }
    ifr_sync_transaction_add(t, row, &change);
    ifr_sync_rows_move(w->rows, row, IFR_SYNC_SENT);
    return 0;
}

static int look(struct ifr_sync_writer *w, struct ifr_sync_transaction *t, struct dbc_error *err)
{
    size_t max = w->one_by_one ? 1 : IFR_SYNC_ROWS, sent = 0;

    for (size_t n = 0; n < IFR_SYNC_ROWS && sent < max && ifr_sync_has_changed(w); n++) {
        struct ifr_sync_row *row = TAILQ_FIRST(&w->rows->list[IFR_SYNC_CHANGED]);
        if (look_at(w, row, t, err) != 0) {
            return -1;
        }
        sent += row->state == IFR_SYNC_SENT;
    }
    return 0;
}

/* ---- Writing --------------------------------------------------------------------------------- */

/* A row that the monitor reported meanwhile is not in this list any more. */
static void written(struct ifr_sync_writer *w)
{
    w->transactions++;
    while (!TAILQ_EMPTY(&w->rows->list[IFR_SYNC_SENT])) {
        settled(w, TAILQ_FIRST(&w->rows->list[IFR_SYNC_SENT]));
    }
}

/* Rows that were refused together are tried one by one.  A row that is refused by itself is left
 * alone until it changes. */
static void refused(struct ifr_sync_writer *w, const struct dbc_error *why)
{
    dbc_log_error(w->log, why);
    if (w->one_by_one) {
        ifr_sync_rows_move_all(w->rows, IFR_SYNC_SENT, IFR_SYNC_IDLE);
    }
    w->one_by_one = true;
}

static int not_written(struct ifr_sync_writer *w, const struct dbc_error *why,
                       struct dbc_error *err)
{
    int rc = 0;

    if (why->code == DBC_ECONFLICT) {
        w->not_before = dbc_now_ms() + CONFLICT_MS;
    } else if (why->code == DBC_ECOMMAND) {
        refused(w, why);
    } else {
        rc = dbc_fail(err, why->code, "%s", why->text);
    }
    ifr_sync_rows_move_all(w->rows, IFR_SYNC_SENT, IFR_SYNC_CHANGED);
    return rc;
}

int ifr_sync_write(struct ifr_sync_writer *w, struct ifr_ovsdb *db, struct dbc_error *err)
{
    struct ifr_sync_transaction t;
    struct dbc_error why = DBC_ERROR_INIT;
    json_t *operations = NULL;
    int rc = 0;

    if (dbc_now_ms() < w->not_before) {
        return 0;
    }
    ifr_sync_transaction_begin(&t);
    rc = look(w, &t, err);
    operations = ifr_sync_transaction_end(&t);
    if (rc == 0 && operations == NULL) {
        rc = dbc_fail_nomem(err);
    }
    if (rc != 0) {
        ifr_sync_rows_move_all(w->rows, IFR_SYNC_SENT, IFR_SYNC_CHANGED);
    } else if (!TAILQ_EMPTY(&w->rows->list[IFR_SYNC_SENT])) {
        rc = ifr_ovsdb_transact(db, operations, w->deadline_ms, NULL, NULL, NULL, &why);
        if (rc == 0) {
            written(w);
        } else {
            rc = not_written(w, &why, err);
        }
    }
    w->one_by_one = w->one_by_one && ifr_sync_has_changed(w);
    json_decref(operations);
    return rc;
}
