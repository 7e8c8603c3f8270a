/* up.c - interface-reconfigure's whole way with the commands recorded instead of run: lock, cache,
 * plan, files; or, without BRIDGE, XAPI, the plan of a rewrite, and the cache saved.  Prints what
 * that cost this process.   usage: bench_up ROOT [BRIDGE] */
#include "../unit/recorder.h"
#include "measure.h"
#include "reconfigure/reconfigure.h"

static void line_to(void *ctx, enum dbc_level level, const char *text)
{
    (void)level;
    fprintf(ctx, "%s\n", text);
}

int main(int argc, char **argv)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_buf shown = DBC_BUF_INIT;
    struct ifr_runner *runner = recorder_new(NULL, NULL, &err);
    FILE *nowhere = fopen("/dev/null", "we");
    int rc = -1;

    if (argc >= 2 && runner && nowhere) {
        const struct dbc_log log = { .line = line_to, .ctx = nowhere };
        const struct ifr_request up = { .verb = IFR_UP, .bridge = argv[2], .management = true };
        const struct ifr_request rewrite = { .verb = IFR_REWRITE };
        const struct ifr_host host = { .prefix = argv[1], .runner = runner, .log = &log };
        rc = ifr_reconfigure(argc > 2 ? &up : &rewrite, &host, &shown, &err);
    }
    if (rc == 0) {
        printf("%.0f %u %zu\n", measure_self_us(), measure_peak_kib(), recorder_lines(runner)->n);
    } else {
        fprintf(stderr, "bench_up: %s\n", err.text);
    }
    dbc_buf_release(&shown);
    ifr_runner_free(runner);
    if (nowhere) {
        fclose(nowhere);
    }
    return rc == 0 ? 0 : 1;
}
