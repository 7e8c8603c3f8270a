/* cmd_report.c - dbcache report: one page of HTML about one host or many (cli/report). */
#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "cmd_analysis.h"
#include "drift.h"
#include "input/cache.h"
#include "input/hosts.h"
#include "report/report.h"

#define PAGE_MODE 0644

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

/* The hosts of one FILE, or of none. */
static int add_hosts(const struct cli_options *options, const struct request *request,
                     struct cli_hosts *hosts, struct report *report)
{
    struct ifr_comparison drift = IFR_COMPARISON_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    int rc = 0;

    if (request->status) {
        rc = cli_drift(options, hosts->v[0].db, false, &drift, &err);
    }
    for (size_t i = 0; rc == 0 && i < hosts->n; i++) {
        rc = report_add(report, &hosts->v[i], request->status ? &drift : NULL, &err);
        cli_host_release(&hosts->v[i]);
    }
    ifr_compare_release(&drift);
    return rc == 0 ? CLI_OK : cli_fail(&err);
}

/* Files come and go one by one: of many only what the report keeps takes memory. */
static int add_file(const struct cli_options *options, const struct request *request, char **files,
                    size_t n, struct report *report)
{
    struct cli_hosts hosts = { 0 };
    int rc = CLI_FAILED;

    if (cli_input_hosts(options, files, n, NULL, &hosts) == 0) {
        rc = request->status && hosts.n != 1
                 ? cli_usage(cli_find_command("report"),
                             "--status is about the host that this is, not about %zu: use --host "
                             "or --member",
                             hosts.n)
                 : add_hosts(options, request, &hosts, report);
    }
    cli_hosts_release(&hosts);
    return rc;
}

static int finish(const struct request *request, struct report *report)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_buf page = DBC_BUF_INIT;
    int rc = report_finish(report, &page, &err) == 0 ? put_out(&page, request->path, &err) : -1;

    dbc_buf_release(&page);
    return rc == 0 ? CLI_OK : cli_fail(&err);
}

static int run(const struct cli_options *options, const struct request *request, char **files,
               size_t n)
{
    struct report *report = report_new();
    int rc = report == NULL ? cli_fail_nomem() : CLI_OK;

    for (size_t i = 0; rc == CLI_OK && (i < n || i == 0); i++) {
        rc = add_file(options, request, files + i, n > 0, report);
    }
    rc = rc == CLI_OK ? finish(request, report) : rc;
    report_free(report);
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
    if (request.status && argc - optind > 1) {
        return cli_usage(command, "--status is about the host that this is: one FILE at most");
    }
    for (int i = optind; request.path != NULL && i < argc; i++) {
        if (cli_same_file(request.path, argv[i])) {
            return cli_usage(command, "the page would replace what it is about: %s", request.path);
        }
    }
    return run(options, &request, argv + optind, (size_t)(argc - optind));
}
