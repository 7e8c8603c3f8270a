/* cmd_report.c - dbcache report: one page of HTML about one host or many (cli/report). */
#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "cmd_analysis.h"
#include "input/cache.h"
#include "input/hosts.h"
#include "report/page.h"

#define PAGE_MODE 0644

static int add_overview(struct dbc_buf *page, const struct cli_hosts *hosts, struct dbc_error *err)
{
    struct report_host h = { 0 };

    dbc_buf_addf(page, "<h1>Network of %zu hosts</h1>\n", hosts->n);
    report_raw(page, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Hosts\">"
                     "<table class=\"data\"><caption>Hosts</caption><thead><tr><th>Host<th>Health"
                     "<th>Management<th>NICs<th>Bonds<th>VLANs</thead><tbody>\n");
    for (size_t i = 0; i < hosts->n; i++) {
        if (report_host_open(&h, &hosts->v[i], i, err) != 0) {
            return -1;
        }
        report_overview_row(page, &h);
        report_host_close(&h);
    }
    report_raw(page, "</tbody></table></div>\n");
    return report_compare(page, hosts, err);
}

static int add_host(struct dbc_buf *page, const struct cli_host *host, size_t place,
                    struct dbc_error *err)
{
    struct report_host h = { 0 };

    if (report_host_open(&h, host, place, err) != 0) {
        return -1;
    }
    report_raw(page, "<section class=\"host\">\n");
    report_summary(page, &h);
    report_findings(page, &h);
    if (place < REPORT_PICTURES) {
        report_picture(page, &h);
    }
    if (host->format == CLI_FORMAT_CACHE) {
        report_history(page, host->file);
    }
    report_tables(page, &h);
    report_raw(page, "</section>\n");
    report_host_close(&h);
    return 0;
}

static int make_page(struct dbc_buf *page, const struct cli_hosts *hosts, struct dbc_error *err)
{
    report_head(page, hosts->n == 1 ? hosts->v[0].name : "several hosts");
    if (hosts->n == 1) {
        report_raw(page, "<h1>Network of a host</h1>\n");
    } else if (add_overview(page, hosts, err) != 0) {
        return -1;
    }
    for (size_t i = 0; i < hosts->n; i++) {
        if (add_host(page, &hosts->v[i], i, err) != 0) {
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

static int run(const struct cli_options *options, char **files, size_t n, const char *path)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_buf page = DBC_BUF_INIT;
    struct cli_hosts hosts = { 0 };
    int rc = cli_input_hosts(options, files, n, NULL, &hosts);

    if (rc == 0) {
        rc = make_page(&page, &hosts, &err) == 0 ? put_out(&page, path, &err) : -1;
        rc = rc == 0 ? CLI_OK : cli_fail(&err);
    } else {
        rc = CLI_FAILED;
    }
    dbc_buf_release(&page);
    cli_hosts_release(&hosts);
    return rc;
}

int cli_cmd_report(const struct cli_options *options, int argc, char **argv)
{
    static const struct option longs[] = { { "output", required_argument, NULL, 'o' },
                                           { NULL, 0, NULL, 0 } };
    const struct cli_command *command = cli_find_command("report");
    const char *path = NULL;
    int c = 0;

    while ((c = cli_getopt("report", argc, argv, longs)) != -1) {
        if (c == '?') {
            return CLI_USAGE;
        }
        path = optarg;
    }
    if (path == NULL && isatty(STDOUT_FILENO)) {
        return cli_usage(command, "a page is nothing to read in a terminal: use -o FILE");
    }
    for (int i = optind; path != NULL && i < argc; i++) {
        if (cli_same_file(path, argv[i])) {
            return cli_usage(command, "the page would replace what it is about: %s", path);
        }
    }
    return run(options, argv + optind, (size_t)(argc - optind), path);
}
