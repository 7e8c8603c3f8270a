/* report.c - makes the whole page (report.h).  A host's section is made when the host is added; the
 * parts in front of the sections are made when all hosts are known. */
#include "report.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/pool.h"
#include "base/grow.h"
#include "cli/input/hosts.h"
#include "page.h"

/* A host's picture, kept apart since findings between the hosts may change it. */
struct drawn {
    struct dbc_buf picture;
    size_t at; /* its place in the sections */
};

struct report {
    struct dbc_buf sections; /* without the pictures */
    struct drawn drawn[REPORT_PICTURES];
    struct report_line *lines; /* by host */
    struct dbc_db **kept;      /* by host; NULL when they are too large together */
    size_t n, cap, cap_kept;
    size_t bytes; /* of the kept records */
    struct report_sides *sides;
};

struct report *report_new(void)
{
    struct report *report = calloc(1, sizeof *report);

    if (report != NULL && (report->sides = report_sides_new()) == NULL) {
        free(report);
        return NULL;
    }
    return report;
}

static void release_kept(struct report *report)
{
    for (size_t i = 0; i < report->n && report->kept != NULL; i++) {
        dbc_db_free(report->kept[i]);
    }
    free(report->kept);
    report->kept = NULL;
}

void report_free(struct report *report)
{
    if (report == NULL) {
        return;
    }
    release_kept(report);
    for (size_t i = 0; i < report->n; i++) {
        report_line_release(&report->lines[i]);
    }
    for (size_t i = 0; i < REPORT_PICTURES; i++) {
        dbc_buf_release(&report->drawn[i].picture);
    }
    report_sides_free(report->sides);
    dbc_buf_release(&report->sections);
    free(report->lines);
    free(report);
}

/* ---- One host ----------------------------------------------------------------------------- */

static void add_section(struct report *report, const struct report_host *h)
{
    struct dbc_buf *page = &report->sections;

    report_raw(page, "<section class=\"host\">\n");
    report_summary(page, h);
    report_findings(page, h);
    report_drift(page, h);
    if (h->place < REPORT_PICTURES) {
        report->drawn[h->place].at = page->len;
        report_picture(&report->drawn[h->place].picture, h);
    }
    if (h->host->format == CLI_FORMAT_CACHE) {
        report_history(page, h->host->file);
    }
    /* The records of the first host, which may be the only one, are open. */
    dbc_buf_addf(page, "<h3 id=\"h%zur\">Records</h3>\n<details%s><summary>All records</summary>\n",
                 h->place, h->place == 0 ? " open" : "");
    report_tables(page, h);
    report_raw(page, "</details>\n");
    report_raw(page, h->place > 0 ? "<p><a href=\"#main\">All hosts</a></p>\n" : "");
    report_raw(page, "</section>\n");
}

static int check_size(const struct dbc_buf *page, struct dbc_error *err)
{
    if (page->len > REPORT_LIMIT_BYTES) {
        return dbc_fail(err, DBC_ELIMIT,
                        "the page would have more than %zu bytes; report on fewer hosts, with "
                        "--host or --member",
                        REPORT_LIMIT_BYTES);
    }
    return page->failed ? dbc_fail_nomem(err) : 0;
}

/* Keeps the host's records, or frees those of all hosts when they are too large together. */
static int keep(struct report *report, struct cli_host *host, struct dbc_error *err)
{
    report->bytes += host->db->arena.used;
    if (report->bytes > DBC_POOL_BYTES) {
        release_kept(report);
        return 0;
    }
    if (!DBC_GROW(report->kept, report->n, report->cap_kept)) {
        return dbc_fail_nomem(err);
    }
    report->kept[report->n] = host->db;
    host->db = NULL;
    return 0;
}

static int add_open(struct report *report, struct report_host *h, struct cli_host *host,
                    struct dbc_error *err)
{
    add_section(report, h);
    if (check_size(&report->sections, err) != 0 ||
        report_line(&report->lines[report->n], h, err) != 0) {
        return -1;
    }
    if (report_sides_add(report->sides, host->db, err) != 0 || keep(report, host, err) != 0) {
        report_line_release(&report->lines[report->n]);
        return -1;
    }
    report->n++;
    return 0;
}

int report_add(struct report *report, struct cli_host *host, const struct ifr_comparison *drift,
               struct dbc_error *err)
{
    struct report_host h = { 0 };
    int rc = -1;

    if (!DBC_GROW(report->lines, report->n, report->cap)) {
        return dbc_fail_nomem(err);
    }
    if (report_host_open(&h, host, report->n, NULL, err) == 0) {
        h.drift = drift;
        rc = add_open(report, &h, host, err);
        report_host_close(&h);
    }
    return rc;
}

/* ---- All of them -------------------------------------------------------------------------- */

static void count_between(struct report *report, const struct dbc_findings *between)
{
    for (size_t i = 0; i < between->n; i++) {
        struct report_line *line = &report->lines[between->v[i].host];
        bool error = between->v[i].rule->severity == DBC_SEVERITY_ERROR;
        line->errors_between += error;
        line->warnings_between += !error;
    }
}

static int look_together(struct report *report, struct dbc_findings *between, struct dbc_error *err)
{
    struct dbc_pool_host *hosts = calloc(report->n, sizeof *hosts);
    int rc = -1;

    for (size_t i = 0; i < report->n && hosts != NULL; i++) {
        hosts[i] = (struct dbc_pool_host){ report->lines[i].name, report->kept[i] };
    }
    rc = hosts == NULL ? dbc_fail_nomem(err) : dbc_check_pool(hosts, report->n, between, err);
    free(hosts);
    return rc;
}

/* Draws a host again that has findings in comparison with the others. */
static int redraw(struct report *report, size_t place, const struct dbc_findings *between,
                  struct dbc_error *err)
{
    const struct cli_host host = { .name = report->lines[place].name, .db = report->kept[place] };
    struct dbc_buf *picture = &report->drawn[place].picture;
    struct report_host h = { 0 };

    if (report_host_open(&h, &host, place, between, err) != 0) {
        return -1;
    }
    dbc_buf_clear(picture);
    report_picture(picture, &h);
    report_host_close(&h);
    return 0;
}

static int redraw_all(struct report *report, const struct dbc_findings *between,
                      struct dbc_error *err)
{
    size_t done = 0; /* hosts; findings come in their order */

    for (size_t i = 0; i < between->n; i++) {
        size_t host = between->v[i].host;
        if (host < done || host >= REPORT_PICTURES || between->v[i].rec == NULL) {
            continue;
        }
        if (redraw(report, host, between, err) != 0) {
            return -1;
        }
        done = host + 1;
    }
    return 0;
}

static int add_overview(struct report *report, struct dbc_buf *page, struct dbc_error *err)
{
    struct dbc_findings between = DBC_FINDINGS_INIT;
    int rc = 0;

    if (report->kept != NULL &&
        (look_together(report, &between, err) != 0 || redraw_all(report, &between, err) != 0)) {
        dbc_findings_release(&between);
        return -1;
    }
    count_between(report, &between);
    report_overview(page, report->lines, report->n);
    if (report->kept == NULL) {
        report_raw(page, "<p>The hosts have too many records to be looked at together; dbcache "
                         "check does that with fewer of them.</p>\n");
    }
    rc = report_between(page, report->lines, &between, err);
    dbc_findings_release(&between);
    return rc == 0 ? report_compare(page, report->sides, report->lines, report->n, err) : -1;
}

static void add_sections(const struct report *report, struct dbc_buf *page)
{
    const char *sections = dbc_buf_str(&report->sections);
    size_t done = 0;

    for (size_t i = 0; i < report->n && i < REPORT_PICTURES; i++) {
        const struct drawn *drawn = &report->drawn[i];
        dbc_buf_add(page, sections + done, drawn->at - done);
        dbc_buf_add(page, dbc_buf_str(&drawn->picture), drawn->picture.len);
        page->failed = page->failed || drawn->picture.failed;
        done = drawn->at;
    }
    dbc_buf_add(page, sections + done, report->sections.len - done);
}

int report_finish(struct report *report, struct dbc_buf *page, struct dbc_error *err)
{
    report_head(page, report->n == 1 ? report->lines[0].name : "several hosts");
    if (report->n == 1) {
        report_raw(page, "<h1>Network of a host</h1>\n");
    } else if (add_overview(report, page, err) != 0) {
        return -1;
    }
    add_sections(report, page);
    report_foot(page);
    return check_size(page, err);
}
