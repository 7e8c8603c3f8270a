/* fuzz_vif.c - values of xenstore that a guest wrote, and the arguments that vif is run with.
 *
 * The first byte chooses the datapath and what Open vSwitch's database has; the rest is a list of
 * texts, each with a NUL at its end: the action, the type, XENBUS_PATH or INTERFACE, and then the
 * value of each key in the order in which vif reads them.  As root the device vif1.0 and the bridge
 * xenbr0 exist, in a network namespace of their own.  Checked beside "no crash": a failure has a
 * reason, only harmless words get into the hook's command, only our own words into xenstore, only
 * names, MACs and uuids into the database, and no control character into the log. */
#include <sched.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "../unit/recorder.h"
#include "../unit/scratch.h"
#include "policy.h"
#include "reconfigure/host/ovsdb.h"
#include "reconfigure/vif/vif.h"
#include "texts_mutator.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const char *at, *end;
};

enum { VSWITCH = 1, OLD_PORT = 2, VLAN = 4, CONFLICT = 8, NOT_OPENED = 16 };

static unsigned how;

/* What may be in a uuid, a MAC or a number. */
static bool is_word(const char *text)
{
    return text[0] != '-' && text[0] != '\0' && text[strspn(text, PLAIN)] == '\0';
}

/* "" when there is no more. */
static const char *next(struct input *in)
{
    const char *text = in->at;

    if (text >= in->end) {
        return "";
    }
    in->at += strlen(text) + 1;
    return text;
}

/* ---- A xenstore that says what the input says -------------------------------------------------
 */

struct store {
    struct ifr_xenstore store; /* first */
    struct input *in;
};

static void check_path(const char *path)
{
    must(path[0] == '/' && path[strspn(path, PLAIN)] == '\0' && strstr(path, "/../") == NULL,
         "a path of xenstore", path);
}

static int store_read(struct ifr_xenstore *self, const char *path, struct dbc_buf *out,
                      struct dbc_error *err)
{
    struct store *store = (struct store *)self;
    const char *value = next(store->in);

    check_path(path);
    if (value[0] == '\0') {
        return dbc_fail(err, DBC_ENOENT, "%s: no such key", path);
    }
    dbc_buf_adds(out, value);
    return 0;
}

static int store_write(struct ifr_xenstore *self, const char *path, const char *value,
                       struct dbc_error *err)
{
    (void)self;
    (void)err;
    check_path(path);
    must(strcmp(value, "online") == 0 || strcmp(value, "connected") == 0 ||
             (strncmp(value, "vif", 3) == 0 && is_name(value)),
         "a value for xenstore", value);
    return 0;
}

static int store_remove(struct ifr_xenstore *self, const char *path, struct dbc_error *err)
{
    return store_write(self, path, "online", err);
}

/* ---- Open vSwitch's database --------------------------------------------------------------- */

#define ROOT "00000000-0000-4000-8000-000000000001"
#define REAL "00000000-0000-4000-8000-000000000002"
#define PORT "00000000-0000-4000-8000-000000000003"

const char *ifr_ovsdb_row_text(const struct ifr_ovsdb *db, size_t *len)
{
    (void)db;
    *len = 2;
    return "{}";
}

/* The text that the first condition compares with. */
static const char *sought(const json_t *operation)
{
    const char *text = json_string_value(
        json_array_get(json_array_get(json_object_get(operation, "where"), 0), 2));

    return text != NULL ? text : "";
}

/* The row that a select finds, or NULL: the switch, the bridge xenbr0, the VLAN's bridge xapi7, and
 * a port that has any other name. */
static json_t *found(const json_t *operation)
{
    const char *table = json_string_value(json_object_get(operation, "table"));
    bool real = strcmp(sought(operation), "xenbr0") == 0;

    if (strcmp(table, "Open_vSwitch") == 0) {
        return json_pack("{s:[s, s], s:i}", "_uuid", "uuid", ROOT, "next_cfg", 1);
    }
    if (strcmp(table, "Bridge") == 0) {
        return real || sought(operation)[0] == '\0' ? json_pack("{s:[s, s]}", "_uuid", "uuid", REAL)
                                                    : NULL;
    }
    if (strcmp(table, "Interface") == 0) {
        return (how & NOT_OPENED) != 0
                   ? json_pack("{s:s, s:s}", "name", "vif1.0", "error", "no such device")
                   : NULL;
    }
    return (how & (json_array_size(json_object_get(operation, "where")) > 1 ? VLAN : OLD_PORT)) != 0
               ? json_pack("{s:[s, s], s:i}", "_uuid", "uuid", PORT, "tag", 7)
               : NULL;
}

static void check_ids(const json_t *cell)
{
    static const char *const keys[] = { "attached-mac", "xs-vm-uuid", "xs-vif-uuid",
                                        "xs-network-uuid" };
    json_t *pair = NULL;
    size_t i = 0;

    json_array_foreach(json_array_get(cell, 1), i, pair)
    {
        const char *key = json_string_value(json_array_get(pair, 0));
        const char *value = json_string_value(json_array_get(pair, 1));
        size_t k = 0;

        while (k < 4 && strcmp(keys[k], key) != 0) {
            k++;
        }
        must(k < 4, "a key", key);
        must(is_word(value) && (k > 0 || strspn(value, "0123456789abcdef:") == 17), key, value);
    }
}

static void check_insert(const json_t *operation)
{
    const char *table = json_string_value(json_object_get(operation, "table")), *column = NULL;
    json_t *row = json_object_get(operation, "row"), *cell = NULL;

    must(strcmp(table, "Interface") == 0 || strcmp(table, "Port") == 0, "a table", table);
    json_object_foreach(row, column, cell)
    {
        if (strcmp(column, "name") == 0) {
            must(is_name(json_string_value(cell)), "a port", json_string_value(cell));
        } else if (strcmp(column, "external_ids") == 0) {
            check_ids(cell);
        } else if (strcmp(column, "tag") == 0) {
            must(json_integer_value(cell) == 7, "a tag", "");
        } else {
            must(strcmp(column, "interfaces") == 0, "a column", column);
        }
    }
}

/* One operation; returns its result. */
static json_t *run_one(const json_t *operation, ifr_ovsdb_row_fn *row, void *ctx, size_t i)
{
    const char *op = json_string_value(json_object_get(operation, "op"));
    const char *comment = json_string_value(json_object_get(operation, "comment"));
    json_t *one = NULL;
    struct dbc_error err = DBC_ERROR_INIT;

    if (strcmp(op, "select") == 0) {
        one = found(operation);
        must(one == NULL || row == NULL || row(ctx, i, one, &err) == 0, "a row", err.text);
        json_decref(one);
    } else if (strcmp(op, "insert") == 0) {
        check_insert(operation);
        return json_pack("{s:[s, s]}", "uuid", "uuid", PORT);
    }
    must(comment == NULL || is_clean(comment), "a comment", comment);
    return json_object();
}

int ifr_ovsdb_transact(struct ifr_ovsdb *db, const json_t *operations, unsigned deadline_ms,
                       ifr_ovsdb_row_fn *row, void *ctx, json_t **results, struct dbc_error *err)
{
    json_t *all = json_array(), *operation = NULL;
    bool changes = results != NULL;
    size_t i = 0;

    (void)db;
    (void)deadline_ms;
    json_array_foreach(operations, i, operation)
    {
        json_array_append_new(all, run_one(operation, row, ctx, i));
    }
    if (changes && (how & CONFLICT) != 0) {
        json_decref(all);
        how &= ~(unsigned)CONFLICT;
        return dbc_fail(err, DBC_ECONFLICT, "somebody was faster");
    }
    if (changes) {
        *results = all;
    } else {
        json_decref(all);
    }
    return 0;
}

int ifr_ovsdb_ask(struct ifr_ovsdb *db, json_t *operations, ifr_ovsdb_row_fn *row, void *ctx,
                  struct dbc_error *err)
{
    int rc = ifr_ovsdb_transact(db, operations, 0, row, ctx, NULL, err);

    json_decref(operations);
    return rc;
}

/* ---- The host ------------------------------------------------------------------------------ */

static struct scratch hosts[2]; /* with the Linux bridge, and with Open vSwitch */
static int listener;            /* where the database is */

static void leave(void)
{
    scratch_remove(&hosts[0]);
    scratch_remove(&hosts[1]);
}

static void listen_at(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    memcpy(address.sun_path, path, strlen(path));
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    must(listener >= 0 && bind(listener, (struct sockaddr *)&address, sizeof address) == 0 &&
             listen(listener, 16) == 0,
         "no socket", path);
}

/* Lets go of those who came. */
static void let_go(void)
{
    for (int fd = accept(listener, NULL, NULL); fd >= 0; fd = accept(listener, NULL, NULL)) {
        close(fd);
    }
}

static void make_link(const char *name, const char *type)
{
    const char *const argv[] = { "/sbin/ip", "link", "add", name, "type", type, NULL };
    struct ifr_runner *runner = ifr_runner_exec_new("", environ, NULL);

    if (runner == NULL || !ifr_command_succeeds(runner, argv, IFR_DEADLINE_LINK)) {
        fprintf(stderr, "without %s: ip cannot make it\n", name);
    }
    ifr_runner_free(runner);
}

/* At the first input. */
static void make_host(void)
{
    if (hosts[0].root[0] != '\0') {
        return;
    }
    for (int i = 0; i < 2; i++) {
        scratch_make(&hosts[i]);
        scratch_write(&hosts[i], "/etc/xensource/network.conf", i == 0 ? "bridge\n" : "vswitch\n",
                      0644);
        scratch_script(&hosts[i], "/etc/xapi.d/vif-hotplug", "exit 0\n");
    }
    atexit(leave);
    listen_at(scratch_path(&hosts[1], "/db.sock"));
    if (unshare(CLONE_NEWNET) == 0) {
        make_link("xenbr0", "bridge");
        make_link("vif1.0", "veth");
        make_link("tap1.0", "veth");
    }
}

static void log_line(void *ctx, enum dbc_level level, const char *text)
{
    (void)ctx;
    (void)level;
    must(is_clean(text), "a line of the log", text);
}

/* The hook, whose options are its own, with a value each. */
static void look_at_hook(const struct dbc_strvec *argv)
{
    must(argv->n == 7, "a hook's words", argv->v[0]);
    for (size_t i = 1; i < argv->n; i++) {
        must(i % 2 == 1 ? argv->v[i][0] == '-' : is_word(argv->v[i]), "a word for the hook",
             argv->v[i]);
    }
}

static void look_at(const struct dbc_strvec *lines)
{
    for (size_t i = 0; i < lines->n; i++) {
        struct dbc_strvec argv = DBC_STRVEC_INIT;
        char line[512], *rest = NULL;

        snprintf(line, sizeof line, "%s", lines->v[i]);
        for (char *word = strtok_r(line, "\t", &rest); word != NULL;
             word = strtok_r(NULL, "\t", &rest)) {
            dbc_strvec_push(&argv, word);
        }
        must(argv.n > 0 && is_program(argv.v[0]), "a program", lines->v[i]);
        (strcmp(argv.v[0], "/etc/xapi.d/vif-hotplug") == 0 ? look_at_hook : look_at_words)(&argv);
        dbc_strvec_release(&argv);
    }
}

static void run(const struct ifr_vif *vif, struct input *in)
{
    const struct dbc_log log = { .line = log_line };
    struct store store = { { store_read, store_write, store_remove, NULL }, in };
    struct dbc_error err = DBC_ERROR_INIT;
    struct ifr_runner *runner = recorder_new(NULL, NULL, NULL);
    struct ifr_vif_host host = {
        .runner = runner,
        .facts =
            runner != NULL ? ifr_facts_new(hosts[how & VSWITCH].root, runner, &log, NULL) : NULL,
        .xenstore = &store.store,
        .log = &log,
        .database = scratch_path(&hosts[1], "/db.sock"),
    };

    if (host.facts != NULL) {
        int rc = ifr_vif_run(vif, &host, &err);
        must((rc == 0) == (err.code == DBC_OK), "an error, or none", err.text);
        look_at(recorder_lines(runner));
        let_go();
    }
    ifr_facts_free(host.facts);
    ifr_runner_free(runner);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    return mutate_texts(1, data, size, max, seed, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    struct ifr_vif vif;

    make_host();
    how = size > 0 ? data[0] : 0;
    dbc_buf_add(&text, (const char *)data + (size > 0), size > 0 ? size - 1 : 0);
    dbc_buf_addc(&text, '\0');
    if (!text.failed) {
        struct input in = { text.data, text.data + text.len };
        const char *words[] = { next(&in), next(&in) };
        const char *place = next(&in);

        if (ifr_vif_parse(words, 2, place, place, &vif, &err) == 0) {
            must(is_name(vif.device), "a device", vif.device);
            run(&vif, &in);
        } else {
            must(err.code == DBC_EINVAL, "an error", err.text);
        }
    }
    dbc_buf_release(&text);
    return 0;
}
