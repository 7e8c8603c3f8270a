/* fuzz_unixctl.c - what may arrive at the control socket of ovs-xapi-sync.
 *
 * The first byte says how large the pieces are; the rest is what a client sends before it closes
 * its side.  Checked beside "no crash": the cut into pieces makes no difference to the answers,
 * each answer is a whole JSON object, and the next client is served. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "json_mutator.h"
#include "reconfigure/sync/unixctl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BYTES 32768 /* of an input, so that the limits of one client are not met */
#define RUNS 64     /* without an answer until it is clear that none comes */

static void expect(bool what)
{
    if (!what) {
        abort();
    }
}

static bool echo(void *ctx, const char *method, const json_t *params, struct dbc_buf *answer)
{
    (void)ctx;
    expect(json_is_array(params));
    dbc_buf_adds(answer, method);
    return json_array_size(params) > 0;
}

static int client_of(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

    memcpy(address.sun_path, path, strlen(path));
    expect(fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
    return fd;
}

/* Runs once and takes what was answered; false: the server has closed. */
static bool run(struct ifr_unixctl *ctl, int fd, struct dbc_buf *out)
{
    char text[4096];
    ssize_t n = 0;

    ifr_unixctl_run(ctl);
    while ((n = recv(fd, text, sizeof text, 0)) > 0) {
        dbc_buf_add(out, text, (size_t)n);
    }
    return n < 0;
}

static void look_at(const struct dbc_buf *out)
{
    for (size_t at = 0; at < out->len;) {
        json_error_t end;
        json_t *answer = json_loadb(out->data + at, out->len - at, JSON_DISABLE_EOF_CHECK, &end);

        expect(json_is_object(answer) && json_object_size(answer) == 3);
        at += (size_t)end.position;
        json_decref(answer);
    }
}

/* What the server answers to all of it. */
static void answers(struct ifr_unixctl *ctl, const char *path, const char *data, size_t len,
                    size_t piece, struct dbc_buf *out)
{
    int fd = client_of(path);
    bool open = true;
    size_t at = 0, before = 0;

    while (open && at < len) {
        ssize_t n = send(fd, data + at, len - at < piece ? len - at : piece, MSG_NOSIGNAL);
        at += n > 0 ? (size_t)n : 0;
        open = run(ctl, fd, out);
    }
    for (int i = 0; open && i < RUNS; i++) {
        before = out->len;
        open = run(ctl, fd, out);
        i = out->len > before ? 0 : i;
    }
    shutdown(fd, SHUT_WR);
    expect(!open || !run(ctl, fd, out)); /* one that has closed its side goes */
    look_at(out);
    close(fd);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    return mutate_json(1, data, size, max, seed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char good[] = "{\"id\":0,\"method\":\"ok\",\"params\":[1]}";
    char path[64];
    struct dbc_buf whole = DBC_BUF_INIT, cut = DBC_BUF_INIT, next = DBC_BUF_INIT;
    struct ifr_unixctl *ctl = NULL;

    if (size < 2 || size > BYTES) {
        return 0;
    }
    snprintf(path, sizeof path, "/tmp/dbcache-fuzz-%ld.ctl", (long)getpid());
    ctl = ifr_unixctl_open(path, echo, NULL, NULL);
    expect(ctl != NULL);
    answers(ctl, path, (const char *)data + 1, size - 1, size, &whole);
    answers(ctl, path, (const char *)data + 1, size - 1, 1u + data[0] * 16u, &cut);
    expect(strcmp(dbc_buf_str(&whole), dbc_buf_str(&cut)) == 0);
    answers(ctl, path, good, sizeof good - 1, sizeof good, &next);
    expect(strstr(dbc_buf_str(&next), "\"ok\"") != NULL);
    dbc_buf_release(&whole);
    dbc_buf_release(&cut);
    dbc_buf_release(&next);
    ifr_unixctl_close(ctl);
    return 0;
}
