/* fleet.c - exports hosts with several threads (fleet.h).  Each worker takes the next file until
 * there is none.  It holds the hosts of one file and a piece of each table, so memory does not grow
 * with the files. */
#include "fleet.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/check.h"
#include "base/error.h"
#include "cli/program.h"
#include "out.h"
#include "since.h"
#include "state.h"
#include "together.h"
#include "xml/reader.h"

#define PIECE ((size_t)64 * 1024) /* bytes of a table's rows that are written at once */
/* Free bytes that each thread does not give back to the kernel: the next file's records need them
 * again, and fresh pages for each file cost as much as a third of the rows. */
#define KEEP_BYTES (4 * 1024 * 1024)

struct run {
    const struct cli_fleet *fleet;
    const volatile sig_atomic_t *stopped;
    struct cli_since *since;
    pthread_mutex_t lock; /* of all members below */
    size_t next;
    FILE *list;
    struct cli_out out;
    struct dbc_error err; /* why it ends */
    bool ended;
    size_t unread;
};

struct worker {
    struct run *run;
    struct cli_table_rows rows;
    struct cli_table_rows list; /* the table host for the next run */
    /* Of the current file: */
    const char *file;
    struct cli_together together;
    bool many; /* it has too many hosts to keep */
};

/* ---- Writing --------------------------------------------------------------------------------- */

/* Ends all workers; the first error stays.  The caller has the lock. */
static void end_locked(struct run *run, const struct dbc_error *err)
{
    if (!run->ended) {
        run->ended = true;
        run->err = *err;
    }
}

static int end(struct run *run, const struct dbc_error *err)
{
    pthread_mutex_lock(&run->lock);
    end_locked(run, err);
    pthread_mutex_unlock(&run->lock);
    return -1;
}

static int flush(struct worker *worker, struct dbc_buf *rows, int table)
{
    struct run *run = worker->run;
    struct dbc_error err = DBC_ERROR_INIT;
    int rc = 0;

    if (rows->len > 0 || rows->failed) {
        pthread_mutex_lock(&run->lock);
        rc = run->ended ? -1 : cli_out_write(&run->out, table, rows, &err);
        pthread_mutex_unlock(&run->lock);
    }
    dbc_buf_clear(rows);
    return rc == 0 ? 0 : end(run, &err);
}

/* A cli_rows_fn. */
static int added(void *ctx, int table)
{
    struct worker *worker = ctx;
    struct dbc_buf *rows = &worker->rows.of[table].out;

    return rows->len < PIECE && !rows->failed ? 0 : flush(worker, rows, table);
}

static int flush_all(struct worker *worker)
{
    int rc = 0;

    for (int i = 0; rc == 0 && i < CLI_N_TABLES; i++) {
        rc = flush(worker, &worker->rows.of[i].out, i);
    }
    return rc == 0 ? flush(worker, &worker->list.of[CLI_TABLE_HOST].out, CLI_OUT_LIST) : rc;
}

/* Adds the host's row when its other rows are complete. */
static int host_row(struct worker *worker, const struct cli_state *state)
{
    cli_state_row(&worker->rows, state);
    cli_state_row(&worker->list, state);
    if (!worker->run->out.folder) {
        return flush_all(worker);
    }
    return added(worker, CLI_TABLE_HOST) != 0 ||
                   (worker->list.of[CLI_TABLE_HOST].out.len >= PIECE &&
                    flush(worker, &worker->list.of[CLI_TABLE_HOST].out, CLI_OUT_LIST) != 0)
               ? -1
               : 0;
}

/* ---- Hosts ----------------------------------------------------------------------------------- */

static void count_unread(struct run *run)
{
    pthread_mutex_lock(&run->lock);
    run->unread++;
    pthread_mutex_unlock(&run->lock);
}

static void count(struct cli_state *state, enum dbc_severity severity)
{
    state->errors += severity == DBC_SEVERITY_ERROR;
    state->warnings += severity == DBC_SEVERITY_WARNING;
}

/* Adds all rows of a host that is new or has changed. */
static int pour_host(struct worker *worker, struct cli_seen *seen)
{
    const unsigned checked = 1u << CLI_TABLE_FINDING | 1u << CLI_TABLE_HOST;
    struct cli_contents contents = { .db = seen->host.db,
                                     .between = seen->found,
                                     .n_between = seen->n_found };
    struct dbc_error err = DBC_ERROR_INIT;
    int rc = 0;

    if ((worker->rows.tables & checked) != 0 || worker->list.tables != 0) {
        rc = dbc_check(seen->host.db, &contents.findings, &err);
    }
    if (rc != 0) {
        return end(worker->run, &err);
    }
    seen->state.errors = contents.findings.errors;
    seen->state.warnings = contents.findings.warnings;
    for (size_t i = 0; i < seen->n_found; i++) {
        count(&seen->state, seen->found[i].rule->severity);
    }
    rc = cli_state_records(&worker->rows, &seen->state, &contents, added, worker);
    dbc_findings_release(&contents.findings);
    return rc == 0 ? host_row(worker, &seen->state) : rc;
}

static int pour(struct worker *worker, struct cli_seen *seen)
{
    struct cli_state *state = &seen->state;
    struct cli_known known;

    if (state->error[0] != '\0') {
        count_unread(worker->run);
    }
    if (seen->host.db == NULL) {
        return host_row(worker, state);
    }
    if (!cli_since_find(worker->run->since, state, &known)) {
        return pour_host(worker, seen);
    }
    state->errors = known.errors;
    state->warnings = known.warnings;
    memcpy(state->records_at, known.records_at, sizeof state->records_at);
    return host_row(worker, state);
}

static int pour_all(struct worker *worker)
{
    struct cli_together *together = &worker->together;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < together->n; i++) {
        rc = pour(worker, &together->v[i]);
    }
    cli_together_clear(together);
    return rc;
}

/* Called after one more host of the current file was kept. */
static int kept(struct worker *worker)
{
    if (!worker->many && worker->together.bytes > DBC_POOL_BYTES) {
        worker->many = true;
        cli_warning("%s: its hosts have too many records to be looked at together: each is by "
                    "itself",
                    worker->file);
    }
    return worker->many ? pour_all(worker) : 0;
}

/* Called when the current file has no more hosts. */
static int settle(struct worker *worker)
{
    struct dbc_error err = DBC_ERROR_INIT;

    if (cli_together_look(&worker->together, &err) != 0) {
        return end(worker->run, &err);
    }
    return pour_all(worker);
}

/* `host` of a struct cli_each. */
static int take_host(void *ctx, struct cli_host *host, const struct cli_about *about)
{
    struct worker *worker = ctx;
    struct dbc_error err = DBC_ERROR_INIT;

    if (cli_together_host(&worker->together, host, about, &err) != 0) {
        return end(worker->run, &err);
    }
    return kept(worker);
}

/* `failed` of a struct cli_each.  Out of memory is no fault of the file, so it ends the run. */
static int take_failure(void *ctx, const char *source, const struct dbc_error *error,
                        const struct cli_origin *origin)
{
    struct worker *worker = ctx;
    struct dbc_error err = DBC_ERROR_INIT;

    if (error->code == DBC_ENOMEM) {
        return end(worker->run, error);
    }
    cli_fail(error);
    if (cli_together_unread(&worker->together, source, error, origin, &err) != 0) {
        return end(worker->run, &err);
    }
    return kept(worker);
}

/* ---- Files ----------------------------------------------------------------------------------- */

/* Returns the next name in the list for the caller to free; NULL behind the last, or with *err. */
static char *next_listed(const struct run *run, struct dbc_error *err)
{
    char *name = NULL;
    size_t cap = 0;
    ssize_t len = 0;

    do {
        len = getline(&name, &cap, run->list);
        if (len > 0 && name[len - 1] == '\n') {
            name[--len] = '\0';
        }
    } while (len == 0);
    if (len < 0) {
        if (!feof(run->list) && *run->stopped == 0) {
            dbc_fail_errno(err, errno, "%s: cannot read", run->fleet->list);
        }
        free(name);
        return NULL;
    }
    return name;
}

static char *next_given(struct run *run, struct dbc_error *err)
{
    char *name = strdup(run->fleet->files[run->next++]);

    if (name == NULL) {
        dbc_fail_nomem(err);
    }
    return name;
}

/* Returns the next name for the caller to free; NULL behind the last, or when the run has ended. */
static char *next_file(struct run *run)
{
    struct dbc_error err = DBC_ERROR_INIT;
    char *name = NULL;

    pthread_mutex_lock(&run->lock);
    if (!run->ended && *run->stopped == 0) {
        if (run->next < run->fleet->n) {
            name = next_given(run, &err);
        } else if (run->list != NULL) {
            name = next_listed(run, &err);
        }
        if (err.code != DBC_OK) {
            end_locked(run, &err);
        }
    }
    pthread_mutex_unlock(&run->lock);
    return name;
}

static void *work(void *ctx)
{
    struct worker *worker = ctx;
    const struct cli_each each = { take_host, take_failure, worker, false, false };
    char *file = NULL;
    int rc = 0;

    while (rc == 0 && (file = next_file(worker->run)) != NULL) {
        worker->file = file;
        worker->many = false;
        rc = cli_input_each(worker->run->fleet->options, file, &each);
        rc = rc == 0 ? settle(worker) : rc;
        free(file);
    }
    if (rc == 0) {
        flush_all(worker);
    }
    return NULL;
}

/* ---- The run --------------------------------------------------------------------------------- */

static unsigned jobs_of(const struct cli_fleet *fleet)
{
    cpu_set_t set;
    unsigned jobs = fleet->jobs;

    if (jobs == 0) {
        jobs = sched_getaffinity(0, sizeof set, &set) == 0 ? (unsigned)CPU_COUNT(&set) : 1;
    }
    if (fleet->list == NULL && jobs > fleet->n) {
        jobs = (unsigned)fleet->n;
    }
    return jobs == 0 ? 1 : jobs > CLI_JOBS_MAX ? CLI_JOBS_MAX : jobs;
}

static void end_nomem(struct run *run)
{
    struct dbc_error err = DBC_ERROR_INIT;

    dbc_fail_nomem(&err);
    end(run, &err);
}

static void set_up(struct worker *worker, struct run *run)
{
    const struct cli_fleet *fleet = run->fleet;

    *worker = (struct worker){ .run = run };
    worker->rows.tables = fleet->tables;
    worker->rows.named = !run->out.folder && (fleet->tables & (fleet->tables - 1)) != 0;
    for (int i = 0; i < CLI_N_TABLES; i++) {
        worker->rows.of[i].format = fleet->format;
    }
    worker->list.tables = run->out.list ? 1u << CLI_TABLE_HOST : 0;
}

static void tear_down(struct worker *worker)
{
    cli_together_release(&worker->together);
    for (int i = 0; i < CLI_N_TABLES; i++) {
        cli_rows_release(&worker->rows.of[i]);
        cli_rows_release(&worker->list.of[i]);
    }
}

/* Puts the names of the columns at the start of CSV files. */
static void put_heads(struct worker *worker)
{
    for (int i = 0; i < CLI_N_TABLES; i++) {
        if (worker->run->fleet->format == CLI_ROWS_CSV && (worker->rows.tables & 1u << i) != 0) {
            cli_state_head(&worker->rows, i);
        }
    }
    flush_all(worker);
}

/* The caller's thread works, too, so that one job needs no other thread. */
static void run_all(struct run *run)
{
    unsigned jobs = jobs_of(run->fleet), started = 0;
    struct worker *workers = calloc(jobs, sizeof *workers);
    pthread_t threads[CLI_JOBS_MAX];

    if (workers == NULL) {
        end_nomem(run);
        return;
    }
    for (unsigned i = 0; i < jobs; i++) {
        set_up(&workers[i], run);
    }
    put_heads(&workers[0]);
    while (started + 1 < jobs &&
           pthread_create(&threads[started], NULL, work, &workers[started + 1]) == 0) {
        started++; /* fewer threads than wanted do the work, too */
    }
    work(&workers[0]);
    for (unsigned i = 0; i < started; i++) {
        pthread_join(threads[i], NULL);
    }
    for (unsigned i = 0; i < jobs; i++) {
        tear_down(&workers[i]);
    }
    free(workers);
}

static int conclude(struct run *run)
{
    struct dbc_error err = run->err;

    if (!run->ended && *run->stopped != 0) {
        run->ended = true;
        dbc_fail(&err, DBC_EIO, "stopped by a signal; no file was written");
    }
    if (!run->ended && cli_out_finish(&run->out, &err) == 0) {
        return run->unread > 0 ? CLI_DIFFERENT : CLI_OK;
    }
    cli_out_drop(&run->out);
    return run->out.broken ? CLI_FAILED : cli_fail(&err);
}

static FILE *open_list(const char *name, struct dbc_error *err)
{
    FILE *list = strcmp(name, "-") == 0 ? stdin : fopen(name, "re");

    if (list == NULL) {
        dbc_fail_errno(err, errno, "%s: cannot open", name);
    }
    return list;
}

/* Reads the known states.  *state gets the path of the file that keeps them, which the caller
 * frees, or NULL when there is none. */
static int open_since(struct run *run, char **state, struct dbc_error *err)
{
    const char *since = run->fleet->since;
    struct dbc_buf path = DBC_BUF_INIT;
    bool folder = cli_out_is_folder(since);

    *state = NULL;
    if (since == NULL) {
        return 0;
    }
    dbc_buf_addf(&path, "%s%s", since, folder ? "/" CLI_LIST_NAME : "");
    run->since = path.failed ? NULL : cli_since_read(dbc_buf_str(&path), err);
    if (path.failed) {
        dbc_fail_nomem(err);
    }
    *state = folder ? NULL : dbc_buf_steal(&path);
    dbc_buf_release(&path);
    return run->since == NULL ? -1 : 0;
}

static int open_all(struct run *run, struct dbc_error *err)
{
    const struct cli_fleet *fleet = run->fleet;
    char *state = NULL;
    int rc = open_since(run, &state, err);

    if (rc == 0 && fleet->list != NULL) {
        run->list = open_list(fleet->list, err);
        rc = run->list == NULL ? -1 : 0;
    }
    if (rc == 0) {
        rc = cli_out_open(&run->out, fleet->output, state, fleet->format, fleet->tables, err);
    }
    free(state);
    return rc;
}

int cli_fleet_export(const struct cli_fleet *fleet)
{
    struct run run = { .fleet = fleet, .stopped = program_catch_stop() };
    struct dbc_error err = DBC_ERROR_INIT;
    int status = CLI_FAILED;

    dbc_xml_settle();
    mallopt(M_TRIM_THRESHOLD, KEEP_BYTES);
    mallopt(M_MMAP_THRESHOLD, KEEP_BYTES / 4);
    pthread_mutex_init(&run.lock, NULL);
    if (open_all(&run, &err) != 0) {
        status = cli_fail(&err);
    } else {
        run_all(&run);
        status = conclude(&run);
    }
    if (run.list != NULL) {
        fclose(run.list);
    }
    cli_since_free(run.since);
    pthread_mutex_destroy(&run.lock);
    return status;
}
