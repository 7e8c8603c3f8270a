/* cmd_graph.c - dbcache graph: prints the DOT text of cache/analysis/graph.h, or a picture that
 * Graphviz' dot makes of it.  dot reads and writes temporary files in a folder of our own, so that
 * its argv has no name from outside, and a failed picture replaces no file. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/graph.h"
#include "base/error.h"
#include "base/file.h"
#include "base/valid.h"
#include "command.h"
#include "reconfigure/host/runner.h"

#define DOT "/usr/bin/dot"
#define DOT_DEADLINE 120000                    /* ms; a picture of 1,000 nodes takes seconds */
#define PICTURE_MAX ((size_t)64 * 1024 * 1024) /* bytes */
#define PICTURE_MODE 0644

enum format { FORMAT_DOT, FORMAT_SVG, FORMAT_PNG };

/* A temporary folder and the two files in it. */
struct workshop {
    char folder[64], text[80], picture[80];
};

static int open_workshop(struct workshop *w, struct dbc_error *err)
{
    snprintf(w->folder, sizeof w->folder, "/tmp/dbcache-graph-XXXXXX");
    if (mkdtemp(w->folder) == NULL) {
        int errnum = errno;
        w->folder[0] = '\0';
        return dbc_fail_errno(err, errnum, "no folder for a picture in /tmp");
    }
    snprintf(w->text, sizeof w->text, "%s/graph.dot", w->folder);
    snprintf(w->picture, sizeof w->picture, "%s/picture", w->folder);
    return 0;
}

static void close_workshop(struct workshop *w)
{
    if (w->folder[0] != '\0') {
        (void)unlink(w->text);
        (void)unlink(w->picture);
        (void)rmdir(w->folder);
    }
}

static int run_dot(const struct workshop *w, enum format format, struct dbc_error *err)
{
    const char *const argv[] = { DOT,     format == FORMAT_SVG ? "-Tsvg" : "-Tpng",
                                 "-o",    w->picture,
                                 w->text, NULL };
    const struct ifr_command command = { .argv = argv, .deadline_ms = DOT_DEADLINE };
    struct ifr_result result = { 0 };
    struct dbc_buf how = DBC_BUF_INIT;
    struct ifr_runner *runner = ifr_runner_exec_new("", environ, err);
    int status = -1;

    if (runner == NULL || runner->run(runner, &command, &result, err) != 0) {
        goto out;
    }
    if (result.ended == IFR_NOT_FOUND) {
        dbc_fail(err, DBC_ENOENT,
                 "%s is not installed (package graphviz); --format dot works "
                 "without it",
                 DOT);
        goto out;
    }
    ifr_describe(&result, &how);
    status =
        ifr_succeeded(&result) ? 0 : dbc_fail(err, DBC_ECOMMAND, "%s %s", DOT, dbc_buf_str(&how));
out:
    dbc_buf_release(&how);
    dbc_buf_release(&result.out);
    ifr_runner_free(runner);
    return status;
}

/* Replaces the DOT text in `graph` by its picture. */
static int draw(struct dbc_buf *graph, enum format format, struct dbc_error *err)
{
    struct workshop w = { "", "", "" };
    int status = -1;

    if (open_workshop(&w, err) == 0 &&
        dbc_file_replace(w.text, graph->data, graph->len, S_IRUSR | S_IWUSR, err) == 0 &&
        run_dot(&w, format, err) == 0) {
        dbc_buf_clear(graph);
        status = dbc_file_read(w.picture, PICTURE_MAX, graph, err);
    }
    close_workshop(&w);
    return status;
}

static int put_out(const struct dbc_buf *graph, const char *path, struct dbc_error *err)
{
    if (path != NULL && strcmp(path, "-") != 0) {
        return dbc_file_replace(path, graph->data, graph->len, PICTURE_MODE, err);
    }
    if (fwrite(graph->data, 1, graph->len, stdout) != graph->len || fflush(stdout) != 0) {
        return dbc_fail_errno(err, errno, "cannot write the picture");
    }
    return 0;
}

static int graph(const struct cli_options *options, const char *file, enum format format,
                 const char *path)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_db *db = cli_load(options, file);
    int status = CLI_FAILED;

    if (db == NULL) {
        return CLI_FAILED;
    }
    if (dbc_graph(db, &text, &err) != 0 ||
        (format != FORMAT_DOT && draw(&text, format, &err) != 0) ||
        put_out(&text, path, &err) != 0) {
        status = cli_fail(&err);
    } else {
        status = CLI_OK;
    }
    dbc_buf_release(&text);
    dbc_db_free(db);
    return status;
}

static bool parse_format(const char *word, enum format *out)
{
    static const char *const words[] = {
        [FORMAT_DOT] = "dot", [FORMAT_SVG] = "svg", [FORMAT_PNG] = "png"
    };

    const size_t n = sizeof words / sizeof words[0];

    *out = (enum format)dbc_find_word(words, n, word);
    return *out < n;
}

static int run_verb(const struct cli_options *options, int argc, char **argv)
{
    static const struct option long_options[] = { { "format", required_argument, NULL, 'f' },
                                                  { "output", required_argument, NULL, 'o' },
                                                  { NULL, 0, NULL, 0 } };
    enum format format = FORMAT_DOT;
    const char *path = NULL;
    int c = 0;

    while ((c = cli_getopt("graph", argc, argv, long_options)) != -1) {
        if (c == '?') {
            return CLI_USAGE;
        }
        if (c == 'f' && !parse_format(optarg, &format)) {
            return cli_usage("graph", "--format: expected dot, svg or png, found '%s'", optarg);
        }
        path = c == 'o' ? optarg : path;
    }
    if (argc - optind > 1) {
        return cli_usage("graph", "expected one FILE");
    }
    if (format == FORMAT_PNG && path == NULL && isatty(STDOUT_FILENO)) {
        return cli_usage("graph", "a PNG picture would garble the terminal: use -o FILE");
    }
    return graph(options, argv[optind], format, path);
}

const struct cli_command cli_verb_graph = {
    "graph", "draw a host's network",
    "graph [FILE]\n"
    "\n"
    "  --format FORMAT   dot (unless told otherwise), svg or png; the last two need Graphviz\n"
    "  -o, --output FILE where to write it, instead of the standard output\n",
    false, run_verb
};
