/* cmd_report.c - dbcache report: one page of HTML about one host or many (cli/report). */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/pool.h"
#include "base/error.h"
#include "base/file.h"
#include "cmd_analysis.h"
#include "drift.h"
#include "input/cache.h"
#include "input/hosts.h"
#include "report/page.h"

#define PAGE_MODE 0644

/* What the hosts are said to be, and each of them. */
static int add_hosts(struct dbc_buf *page, const struct cli_hosts *hosts,
                     const struct dbc_findings *between, struct dbc_error *err)
{
    struct report_sums sums = { .errors = between->errors, .warnings = between->warnings };
    struct dbc_buf rows = DBC_BUF_INIT;
    int rc = 0;

    for (size_t i = 0; i < hosts->n && rc == 0; i++) {
        struct report_host h = { 0 };
        rc = report_host_open(&h, &hosts->v[i], i, err);
        if (rc == 0) {
            report_overview_row(&rows, &h, &sums);
            report_host_close(&h);
        }
    }
    report_overview(page, hosts->n, &sums, &rows);
    dbc_buf_release(&rows);
    return rc;
}

static int add_overview(struct dbc_buf *page, const struct cli_hosts *hosts, struct dbc_error *err)
{
    struct dbc_findings between = DBC_FINDINGS_INIT;
    struct dbc_pool_host *names = calloc(hosts->n, sizeof *names);
    int rc = -1;

    for (size_t i = 0; i < hosts->n && names != NULL; i++) {
        names[i] = (struct dbc_pool_host){ hosts->v[i].name, hosts->v[i].db };
    }
    if (names == NULL) {
        dbc_fail_nomem(err);
    } else if (dbc_check_pool(names, hosts->n, &between, err) == 0) {
        rc = add_hosts(page, hosts, &between, err) == 0 &&
                     report_between(page, hosts, &between, err) == 0 &&
                     report_compare(page, hosts, err) == 0
                 ? 0
                 : -1;
        dbc_findings_release(&between);
    }
    free(names);
    return rc;
}

/* `drift` is NULL unless it was asked for. */
static int add_host(struct dbc_buf *page, const struct cli_hosts *hosts, size_t place,
                    const struct ifr_comparison *drift, struct dbc_error *err)
{
    const struct cli_host *host = &hosts->v[place];
    struct report_host h = { 0 };

    if (report_host_open(&h, host, place, err) != 0) {
        return -1;
    }
    h.drift = drift;
    report_raw(page, "<section class=\"host\">\n");
    report_summary(page, &h);
    report_findings(page, &h);
    report_drift(page, &h);
    if (place < REPORT_PICTURES) {
        report_picture(page, &h);
    }
    if (host->format == CLI_FORMAT_CACHE) {
        report_history(page, host->file);
    }
    dbc_buf_addf(page, "<h3 id=\"h%zur\">Records</h3>\n", place);
    report_raw(page, hosts->n > 1 ? "<details><summary>All records</summary>\n" : "");
    report_tables(page, &h);
    report_raw(page, hosts->n > 1 ? "</details><p><a href=\"#main\">All hosts</a></p>\n" : "");
    report_raw(page, "</section>\n");
    report_host_close(&h);
    return 0;
}

static int make_page(struct dbc_buf *page, const struct cli_hosts *hosts,
                     const struct ifr_comparison *drift, struct dbc_error *err)
{
    report_head(page, hosts->n == 1 ? hosts->v[0].name : "several hosts");
    if (hosts->n == 1) {
        report_raw(page, "<h1>Network of a host</h1>\n");
    } else if (add_overview(page, hosts, err) != 0) {
        return -1;
    }
    for (size_t i = 0; i < hosts->n; i++) {
        if (add_host(page, hosts, i, drift, err) != 0) {
            return -1;
        }
    }
    report_foot(page);
    if (page->len > REPORT_LIMIT_BYTES) {
        return dbc_fail(err, DBC_ELIMIT,
                        "the page would have more than %zu bytes; report on fewer hosts, with "
                        "--host or --member",
                        REPORT_LIMIT_BYTES);
    }
    return page->failed ? dbc_fail_nomem(err) : 0;
}

static int put_out(const struct dbc_buf *page, const char *path, struct dbc_error *err)
{
    if (path != NULL && strcmp(path, "-") != 0) {
        return dbc_file_replace(path, page->data, page->len, PAGE_MODE, err);
    }
    fwrite(page->data, 1, page->len, stdout); /* the program's end tells what went wrong */
    return 0;
}

/* What the command line asks for. */
struct request {
    const char *path; /* of the page; NULL: standard output */
    bool status;
};

static int write_page(const struct cli_options *options, const struct request *request,
                      const struct cli_hosts *hosts)
{
    struct ifr_comparison drift = IFR_COMPARISON_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_buf page = DBC_BUF_INIT;
    int rc = 0;

    if (request->status) {
        rc = cli_drift(options, hosts->v[0].db, false, &drift, &err);
    }
    if (rc == 0) {
        rc = make_page(&page, hosts, request->status ? &drift : NULL, &err);
    }
    if (rc == 0) {
        rc = put_out(&page, request->path, &err);
    }
    ifr_compare_release(&drift);
    dbc_buf_release(&page);
    return rc == 0 ? CLI_OK : cli_fail(&err);
}

static int run(const struct cli_options *options, const struct request *request, char **files,
               size_t n)
{
    struct cli_hosts hosts = { 0 };
    int rc = CLI_FAILED;

    if (cli_input_hosts(options, files, n, NULL, &hosts) == 0) {
        rc = request->status && hosts.n != 1
                 ? cli_usage(cli_find_command("report"),
                             "--status is about the host that this is, not about %zu: use --host "
                             "or --member",
                             hosts.n)
                 : write_page(options, request, &hosts);
    }
    cli_hosts_release(&hosts);
    return rc;
}

int cli_cmd_report(const struct cli_options *options, int argc, char **argv)
{
    static const struct option longs[] = { { "output", required_argument, NULL, 'o' },
                                           { "status", no_argument, NULL, 's' },
                                           { NULL, 0, NULL, 0 } };
    const struct cli_command *command = cli_find_command("report");
    struct request request = { NULL, false };
    int c = 0;

    while ((c = cli_getopt("report", argc, argv, longs)) != -1) {
        if (c == '?') {
            return CLI_USAGE;
        }
        request.status = request.status || c == 's';
        request.path = c == 'o' ? optarg : request.path;
    }
    if (request.path == NULL && isatty(STDOUT_FILENO)) {
        return cli_usage(command, "a page is nothing to read in a terminal: use -o FILE");
    }
    for (int i = optind; request.path != NULL && i < argc; i++) {
        if (cli_same_file(request.path, argv[i])) {
            return cli_usage(command, "the page would replace what it is about: %s", request.path);
        }
    }
    return run(options, &request, argv + optind, (size_t)(argc - optind));
}
