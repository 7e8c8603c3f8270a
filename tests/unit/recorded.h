/* recorded.h - for tests of the code that runs commands, in addition to scratch.h: an invented host
 * whose commands are recorded instead of run, and the facts about it. */
#ifndef TESTS_UNIT_RECORDED_H
#define TESTS_UNIT_RECORDED_H

#include "reconfigure/host/facts.h"
#include "unit/recorder.h"
#include "unit/scratch.h"

struct recorded {
    struct scratch s;
    struct captured log;
    struct ifr_runner *runner;
    struct ifr_facts *facts;
};

/* `script` (may be NULL) answers each command.  0, or -1 as cmocka wants it. */
static inline int recorded_make(struct recorded *host, script_fn *script, void *ctx)
{
    scratch_make(&host->s);
    captured_init(&host->log);
    host->runner = recorder_new(script, ctx, NULL);
    host->facts = ifr_facts_new(host->s.root, host->runner, &host->log.log, NULL);
    return host->facts && host->runner ? 0 : -1;
}

static inline void recorded_remove(struct recorded *host)
{
    ifr_facts_free(host->facts);
    ifr_runner_free(host->runner);
    captured_release(&host->log);
    scratch_remove(&host->s);
}

/* The set-up of a test that gets a host which answers no command. */
static inline int recorded_setup(void **state)
{
    static struct recorded host;

    *state = &host;
    return recorded_make(&host, NULL, NULL);
}

static inline int recorded_teardown(void **state)
{
    recorded_remove(*state);
    return 0;
}

#define RECORDED(name) cmocka_unit_test_setup_teardown(name, recorded_setup, recorded_teardown)

#endif
