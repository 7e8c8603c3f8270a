/* cmd_report.c - dbcache report: writes a page of HTML about one host or many (cli/report). */
#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "command.h"
#include "drift.h"
#include "input/cache.h"
#include "input/each.h"
#include "report/report.h"

#define PAGE_MODE 0644

static int put_out(const struct dbc_buf *page, const char *path, struct dbc_error *err)
{
    if (path != NULL && strcmp(path, "-") != 0) {
        return dbc_file_replace(path, page->data, page->len, PAGE_MODE, err);
    }
    fwrite(page->data, 1, page->len, stdout); /* the program's end reports failed writes */
    return 0;
}

/* The command line. */
struct request {
    const char *path; /* of the page; NULL: standard output */
    bool status;
};

/* `host` of a struct cli_each; only what the report keeps of a host stays in memory. */
static int add_host(void *ctx, struct cli_host *host, const struct cli_about *about)
{
    struct dbc_error err = DBC_ERROR_INIT;
    int rc = report_add(ctx, host, NULL, &err);

    (void)about;
    if (rc != 0) {
        cli_fail(&err);
    }
    return rc;
}

static int add_files(const struct cli_options *options, char **files, size_t n,
                     struct report *report)
{
    const struct cli_each each = { add_host, cli_each_refuse, report, true, false };
    int rc = 0;

    for (size_t i = 0; rc == 0 && (i < n || i == 0); i++) {
        rc = cli_input_each(options, n == 0 ? NULL : files[i], &each);
    }
    return rc == 0 ? CLI_OK : CLI_FAILED;
}

/* Adds this host, with the differences from its records. */
static int add_running(const struct cli_options *options, const char *file, struct report *report)
{
    const struct cli_wanted wanted = { .file = file, .formats = cli_formats_of(file) };
    struct ifr_comparison drift = { 0 };
    struct dbc_error err = DBC_ERROR_INIT;
    struct cli_host host = { 0 };
    int rc = -1;

    if (cli_input_host(options, &wanted, &host) != 0) {
        return CLI_FAILED;
    }
    if (cli_drift(options, host.db, false, &drift, &err) == 0) {
        rc = report_add(report, &host, &drift, &err);
    }
    ifr_compare_release(&drift);
    cli_host_release(&host);
    return rc == 0 ? CLI_OK : cli_fail(&err);
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
    int rc = report == NULL    ? cli_fail_nomem()
             : request->status ? add_running(options, n == 0 ? NULL : files[0], report)
                               : add_files(options, files, n, report);

    rc = rc == CLI_OK ? finish(request, report) : rc;
    report_free(report);
    return rc;
}

static int run_verb(const struct cli_options *options, int argc, char **argv)
{
    static const struct option longs[] = { { "output", required_argument, NULL, 'o' },
                                           { "status", no_argument, NULL, 's' },
                                           { NULL, 0, NULL, 0 } };
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
        return cli_usage("report", "a page is nothing to read in a terminal: use -o FILE");
    }
    if (request.status && argc - optind > 1) {
        return cli_usage("report", "--status is about the host that this is: one FILE at most");
    }
    for (int i = optind; request.path != NULL && i < argc; i++) {
        if (cli_same_file(request.path, argv[i])) {
            return cli_usage("report", "the page would replace what it is about: %s", request.path);
        }
    }
    return run(options, &request, argv + optind, (size_t)(argc - optind));
}

const struct cli_command cli_verb_report = {
    "report", "make a page of HTML about one host or many",
    "report [FILE]...\n"
    "\n"
    "  --status          with what differs on the host that runs; for one host\n"
    "  -o, --output FILE where to write it, instead of the standard output\n",
    false, run_verb
};
