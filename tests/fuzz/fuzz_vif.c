/* fuzz_vif.c - values of xenstore that a guest wrote, and the arguments that vif is run with.
 *
 * The input is a list of texts, each with a NUL at its end: the action, the type, XENBUS_PATH or
 * INTERFACE, and then the value of each key in the order in which vif reads them.  As root the
 * device vif1.0 and the bridge xenbr0 exist, in a network namespace of their own.  Checked beside
 * "no crash": a failure has a reason, only harmless words get into the hook's command, only our own
 * words into xenstore, and no control character into the log. */
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../unit/recorder.h"
#include "../unit/scratch.h"
#include "base/valid.h"
#include "reconfigure/vif/vif.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const char *at, *end;
};

static void expect(bool what)
{
    if (!what) {
        abort();
    }
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

static int store_read(struct ifr_xenstore *self, const char *path, struct dbc_buf *out,
                      struct dbc_error *err)
{
    struct store *store = (struct store *)self;
    const char *value = next(store->in);

    expect(path[0] == '/' && strstr(path, "/../") == NULL && strpbrk(path, "\n ") == NULL);
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
    expect(path[0] == '/' && strstr(path, "/../") == NULL);
    expect(strcmp(value, "vif1.0") == 0 || strcmp(value, "online") == 0 ||
           strcmp(value, "connected") == 0 || strncmp(value, "vif", 3) == 0);
    return 0;
}

static int store_remove(struct ifr_xenstore *self, const char *path, struct dbc_error *err)
{
    return store_write(self, path, "online", err);
}

/* ---- The host ---------------------------------------------------------------------------------
 */

static struct scratch scratch;

static void leave(void)
{
    scratch_remove(&scratch);
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
    if (scratch.root[0] != '\0') {
        return;
    }
    scratch_make(&scratch);
    atexit(leave);
    scratch_write(&scratch, "/etc/xensource/network.conf", "bridge\n", 0644);
    scratch_script(&scratch, "/etc/xapi.d/vif-hotplug", "exit 0\n");
    if (unshare(CLONE_NEWNET) == 0) {
        make_link("xenbr0", "bridge");
        make_link("vif1.0", "dummy");
    }
}

static void log_line(void *ctx, enum dbc_level level, const char *text)
{
    (void)ctx;
    (void)level;
    expect(dbc_valid_text(text));
}

static void look_at(const struct dbc_strvec *lines)
{
    for (size_t i = 0; i < lines->n; i++) {
        char line[512], *rest = NULL;
        unsigned words = 0;

        snprintf(line, sizeof line, "%s", lines->v[i]);
        for (char *word = strtok_r(line, "\t", &rest); word != NULL;
             word = strtok_r(NULL, "\t", &rest)) {
            expect(words == 0 || words % 2 == 1 || dbc_valid_option(word));
            words++;
        }
        expect(words == 7);
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
        .facts = runner != NULL ? ifr_facts_new(scratch.root, runner, &log, NULL) : NULL,
        .xenstore = &store.store,
        .log = &log,
        .database = "/nonexistent/db.sock",
    };

    if (host.facts != NULL) {
        int rc = ifr_vif_run(vif, &host, &err);
        expect((rc == 0) == (err.code == DBC_OK));
        look_at(recorder_lines(runner));
    }
    ifr_facts_free(host.facts);
    ifr_runner_free(runner);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    struct ifr_vif vif;

    make_host();
    dbc_buf_add(&text, (const char *)data, size);
    dbc_buf_addc(&text, '\0');
    if (!text.failed) {
        struct input in = { text.data, text.data + text.len };
        const char *words[] = { next(&in), next(&in) };
        const char *place = next(&in);

        if (ifr_vif_parse(words, 2, place, place, &vif, &err) == 0) {
            expect(dbc_valid_ifname(vif.device));
            run(&vif, &in);
        } else {
            expect(err.code == DBC_EINVAL);
        }
    }
    dbc_buf_release(&text);
    return 0;
}
