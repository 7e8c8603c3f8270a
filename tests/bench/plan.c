/* plan.c - what reading, checking and indexing a cache and planning an `up` from it cost, beside a
 * bare parse of the same file; the two take turns, so that both meet the same machine.
 * usage: bench_plan ROOT BRIDGE ROUNDS      prints a line a round: OURS_US BARE_US
 *        bench_plan ROOT BRIDGE 0           plans once: prints the peak memory in KiB */
#include <stdlib.h>

#include "../unit/recorder.h"
#include "bare.h"
#include "measure.h"
#include "reconfigure/action.h"
#include "reconfigure/datapath/datapath.h"
#include "xml/reader.h"

/* One plan from the file; 0, or -1 with a message. */
static int make_plan(const struct ifr_facts *facts, const char *path, const char *bridge)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct ifr_plan plan = { 0 };
    struct dbc_db *db = dbc_xml_read_file(path, NULL, NULL, &err);
    const struct dbc_pif *pif = db ? dbc_pif_by_bridge(db, bridge, &err) : NULL;
    struct ifr_planner planner = { .db = db,
                                   .facts = facts,
                                   .plan = &plan,
                                   .force = true,
                                   .datapath = &ifr_datapath_vswitch,
                                   .management = true };
    const struct ifr_item item = { pif, true };
    int rc = -1;
    if (pif && planner.datapath->check(&planner, pif, &err) == 0) {
        rc = ifr_plan_up(&planner, &item, 1, &err);
    }
    if (rc < 0) {
        fprintf(stderr, "%s: %s\n", bridge, err.text);
    }
    ifr_plan_release(&plan);
    dbc_db_free(db);
    return rc;
}

static int measure(const struct ifr_facts *facts, const char *path, const char *bridge)
{
    double start = measure_now_us(), middle = 0;
    if (make_plan(facts, path, bridge) < 0) {
        return -1;
    }
    middle = measure_now_us();
    if (bare_parse(path) != 0) {
        fprintf(stderr, "%s: libxml2 finds it malformed\n", path);
        return -1;
    }
    printf("%.0f %.0f\n", middle - start, measure_now_us() - middle);
    return 0;
}

int main(int argc, char **argv)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct ifr_runner *runner = recorder_new(NULL, NULL, &err);
    struct ifr_facts *facts = NULL;
    char path[4096] = "";
    long rounds = argc == 4 ? strtol(argv[3], NULL, 10) : 0;
    int rc = -1;

    if (argc == 4 && runner) {
        snprintf(path, sizeof path, "%s/var/xapi/network.dbcache", argv[1]);
        facts = ifr_facts_new(argv[1], runner, NULL, &err);
        rc = facts ? 0 : -1;
    }
    for (long i = 0; rc == 0 && i < rounds; i++) {
        rc = measure(facts, path, argv[2]);
    }
    if (rc == 0 && rounds == 0) {
        rc = make_plan(facts, path, argv[2]);
        printf("%u\n", measure_peak_kib());
    }
    ifr_facts_free(facts);
    ifr_runner_free(runner);
    return rc == 0 ? 0 : 1;
}
