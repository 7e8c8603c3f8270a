/* past.c - shows the history of a cache as a timeline: each snapshot with what it changed. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "analysis/diff.h"
#include "analysis/label.h"
#include "base/error.h"
#include "page.h"
#include "store/history.h"
#include "xml/reader.h"

struct snap {
    int64_t id, time;
    char *program, *reason;
};

struct past {
    struct snap v[REPORT_SNAPSHOTS + 1]; /* newest first; the last is for comparison only */
    size_t n;
};

static char *copy(const char *text)
{
    struct dbc_buf buf = DBC_BUF_INIT;

    dbc_buf_adds(&buf, text);
    return dbc_buf_steal(&buf);
}

static int take(void *ctx, const struct dbc_snapshot *snapshot)
{
    struct past *past = ctx;

    if (past->n > REPORT_SNAPSHOTS) {
        return 1;
    }
    past->v[past->n++] = (struct snap){ snapshot->id, snapshot->time, copy(snapshot->program),
                                        copy(snapshot->reason) };
    return 0;
}

/* Returns a snapshot's records, or NULL when it is damaged or memory ran out, which fails the page.
 */
static struct dbc_db *load(struct dbc_buf *page, struct dbc_history *history, int64_t id)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_db *db = NULL;

    if (dbc_history_get(history, id, &text, &err) == 0) {
        db = dbc_xml_read_memory("snapshot", text.data, text.len, NULL, NULL, &err);
    }
    page->failed = page->failed || err.code == DBC_ENOMEM;
    dbc_buf_release(&text);
    return db;
}

static void add_change(struct dbc_buf *page, const char *label, const struct dbc_diff_field *field)
{
    report_cell(page, "tr><td", label);
    report_cell(page, "td", field->name);
    if (field->key != NULL) {
        report_raw(page, " ");
        report_text(page, field->key);
    }
    report_cell(page, "td", field->old_value == NULL ? "" : field->old_label);
    report_cell(page, "td", field->new_value == NULL ? "" : field->new_label);
    report_raw(page, "\n");
}

static void add_changes(struct dbc_buf *page, const struct dbc_db *old_db,
                        const struct dbc_db *new_db, const struct dbc_diff *diff)
{
    char label[DBC_LABEL_SIZE];
    size_t lines = 0;

    report_raw(page, "<table><thead><tr><th>Record<th>Field<th>Before<th>After</thead><tbody>\n");
    for (size_t i = 0; i < diff->n && lines < REPORT_DIFFERENCES; i++) {
        const struct dbc_diff_record *r = &diff->v[i];
        if (r->new_rec != NULL) {
            dbc_label(new_db, r->new_rec, label);
        } else {
            dbc_label(old_db, r->old_rec, label);
        }
        for (size_t k = 0; k < r->n_fields && lines < REPORT_DIFFERENCES; k++, lines++) {
            add_change(page, label, &r->fields[k]);
        }
    }
    report_raw(page, "</tbody></table>\n");
    if (lines == REPORT_DIFFERENCES) {
        report_raw(page, "<p>There may be more; dbcache history diff lists them.</p>\n");
    }
}

static void compare(struct dbc_buf *page, const struct dbc_db *old_db, const struct dbc_db *new_db,
                    bool newest)
{
    struct dbc_diff diff = DBC_DIFF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    if (old_db == NULL || new_db == NULL) {
        report_raw(page, "<p class=\"bad\">This snapshot, or the one before, cannot be read.</p>");
    } else if (dbc_diff(old_db, new_db, false, &diff, &err) != 0) {
        page->failed = true;
    } else if (diff.n == 0) {
        report_raw(page, "<p>No record differs.</p>");
    } else {
        dbc_buf_addf(page, "<details%s><summary>%zu record%s changed</summary>",
                     newest ? " open" : "", diff.n, diff.n == 1 ? "" : "s");
        add_changes(page, old_db, new_db, &diff);
        report_raw(page, "</details>");
    }
    dbc_diff_release(&diff);
}

/* Writes what check finds in a snapshot; damage is reported elsewhere. */
static void add_health(struct dbc_buf *page, const struct dbc_db *db)
{
    struct dbc_findings findings = DBC_FINDINGS_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    if (db == NULL) {
        return;
    }
    if (dbc_check(db, &findings, &err) != 0) {
        page->failed = true;
        return;
    }
    report_health(page, findings.errors, findings.warnings);
    dbc_findings_release(&findings);
}

static void add_when(struct dbc_buf *page, const struct snap *snap, const struct dbc_db *db)
{
    time_t at = (time_t)snap->time;
    struct tm tm;
    char text[64];

    if (gmtime_r(&at, &tm) == NULL ||
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &tm) == 0) {
        snprintf(text, sizeof text, "%lld", (long long)snap->time);
    }
    report_raw(page, "<li><time>");
    report_text(page, text);
    report_raw(page, "</time> ");
    report_text(page, snap->reason == NULL ? "" : snap->reason);
    report_raw(page, " <span class=\"quiet\">");
    report_text(page, snap->program == NULL ? "" : snap->program);
    report_raw(page, "</span> ");
    add_health(page, db);
    report_raw(page, "\n");
}

static void add_timeline(struct dbc_buf *page, struct dbc_history *history, struct past *past)
{
    struct dbc_db *newer = load(page, history, past->v[0].id);

    report_raw(page, "<h3>History</h3>\n<ol class=\"timeline\">\n");
    for (size_t i = 0; i < past->n && i < REPORT_SNAPSHOTS; i++) {
        struct dbc_db *older = i + 1 < past->n ? load(page, history, past->v[i + 1].id) : NULL;
        add_when(page, &past->v[i], newer);
        if (i + 1 < past->n) {
            compare(page, older, newer, i == 0);
        }
        dbc_db_free(newer);
        newer = older;
    }
    dbc_db_free(newer);
    report_raw(page, "</ol>\n");
}

void report_history(struct dbc_buf *page, const char *cache)
{
    struct dbc_history *history = NULL;
    struct dbc_error err = DBC_ERROR_INIT;
    struct past past = { .n = 0 };
    char *path = dbc_history_path(cache);

    if (path != NULL && dbc_history_open(path, false, &history, &err) == 0 &&
        dbc_history_list(history, take, &past, &err) >= 0) {
        if (past.n > 0) {
            add_timeline(page, history, &past);
        }
    } else if (path != NULL && err.code != DBC_ENOENT) {
        report_cell(page, "p", "The history cannot be read: ");
        report_text(page, err.text);
        report_raw(page, "</p>\n");
    }
    page->failed = page->failed || path == NULL || err.code == DBC_ENOMEM;
    for (size_t i = 0; i < past.n; i++) {
        page->failed = page->failed || past.v[i].program == NULL || past.v[i].reason == NULL;
        free(past.v[i].program);
        free(past.v[i].reason);
    }
    dbc_history_close(history);
    free(path);
}
