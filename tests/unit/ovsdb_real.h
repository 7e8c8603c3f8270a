/* ovsdb_real.h - runs the real ovsdb-server with an empty database, in a folder of its own, for
 * tests of its clients.  Where it is not installed the tests are skipped. */
#ifndef TESTS_UNIT_OVSDB_REAL_H
#define TESTS_UNIT_OVSDB_REAL_H

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "reconfigure/host/ovsdb.h"
#include "unit/scratch.h"

#define SERVER "/usr/sbin/ovsdb-server"
#define TOOL "/usr/bin/ovsdb-tool"
#define SCHEMA "/usr/share/openvswitch/vswitch.ovsschema"
#define LONG_MS 20000

struct fixture {
    struct scratch s;
    char file[100], socket[100];
    pid_t server;
    struct ifr_ovsdb *db;
};

static inline pid_t start(const char *program, const char *one, const char *two, const char *three)
{
    pid_t pid = fork();

    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execl(program, program, one, two, three, "-vconsole:off", "-vsyslog:off", NULL);
        _exit(127);
    }
    return pid;
}

static inline struct ifr_ovsdb *connected(struct fixture *f)
{
    struct ifr_ovsdb *db = NULL;

    for (int i = 0; i < 500 && ifr_ovsdb_open(f->socket, LONG_MS, &db, NULL) != 0; i++) {
        poll(NULL, 0, 20);
    }
    assert_non_null(db);
    return db;
}

static inline void start_server(struct fixture *f)
{
    char remote[120];

    snprintf(remote, sizeof remote, "--remote=punix:%s", f->socket);
    f->server = start(SERVER, f->file, remote, "--unixctl=none");
}

static inline void end_server(struct fixture *f)
{
    if (f->server > 0) {
        kill(f->server, SIGKILL);
        waitpid(f->server, NULL, 0);
        f->server = 0;
    }
}

static inline enum dbc_code transact_on(struct ifr_ovsdb *db, const char *text, unsigned ms,
                                        ifr_ovsdb_row_fn *row, void *ctx)
{
    struct dbc_error err = DBC_ERROR_INIT;
    json_t *operations = json_loads(text, 0, NULL);
    int rc = 0;

    assert_non_null(operations);
    rc = ifr_ovsdb_transact(db, operations, ms, row, ctx, NULL, &err);
    assert_int_equal(rc == 0, err.code == DBC_OK);
    json_decref(operations);
    return err.code;
}

/* JSON with ' for ", valid until the next call. */
static inline const char *quoted(const char *text)
{
    static char out[8192];
    size_t i = 0;

    for (; text[i] != '\0' && i < sizeof out - 1; i++) {
        out[i] = text[i] == '\'' ? '"' : text[i];
    }
    out[i] = '\0';
    return out;
}

static inline void assert_answer(struct fixture *f, const char *operations, enum dbc_code code)
{
    assert_int_equal(transact_on(f->db, quoted(operations), LONG_MS, NULL, NULL), code);
}

static inline void database(struct fixture *f, const char *operations)
{
    assert_answer(f, operations, DBC_OK);
}

static inline int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    int status = -1;
    pid_t pid = 0;

    scratch_make(&f->s);
    *state = f;
    if (access(SERVER, X_OK) != 0 || access(TOOL, X_OK) != 0 || access(SCHEMA, R_OK) != 0) {
        return 0;
    }
    snprintf(f->file, sizeof f->file, "%s/conf.db", f->s.root);
    snprintf(f->socket, sizeof f->socket, "%s/db.sock", f->s.root);
    pid = start(TOOL, "create", f->file, SCHEMA);
    if (waitpid(pid, &status, 0) != pid || status != 0) {
        return -1;
    }
    start_server(f);
    f->db = connected(f);
    return transact_on(f->db, "[{\"op\":\"insert\",\"table\":\"Open_vSwitch\",\"row\":{}}]",
                       LONG_MS, NULL, NULL) == DBC_OK
               ? 0
               : -1;
}

static inline int teardown(void **state)
{
    struct fixture *f = *state;

    ifr_ovsdb_close(f->db);
    end_server(f);
    scratch_remove(&f->s);
    free(f);
    return 0;
}

static inline struct fixture *fixture(void **state)
{
    struct fixture *f = *state;

    if (f->db == NULL) {
        skip();
    }
    return f;
}

#endif
