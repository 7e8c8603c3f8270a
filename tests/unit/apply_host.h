/* apply_host.h - carries out a plan on an invented host, whose commands end as a test wants; for
 * test_apply*.c. */
#ifndef TESTS_UNIT_APPLY_HOST_H
#define TESTS_UNIT_APPLY_HOST_H

#include <errno.h>

#include "reconfigure/plan/apply.h"
#include "unit/recorded.h"

/* How one command of the host ends: the first rule whose text is in the command line. */
struct rule {
    const char *match;
    enum ifr_ended ended;
    int status;
    const char *answer;
};

struct fixture {
    struct recorded on;
    struct ifr_plan plan;
    struct dbc_error err;
    struct rule rules[8];
};

static inline void script(void *ctx, const char *const *argv, struct ifr_result *result)
{
    const struct fixture *f = ctx;
    struct dbc_buf line = DBC_BUF_INIT;
    for (size_t i = 0; argv[i]; i++) {
        dbc_buf_addf(&line, "%s ", argv[i]);
    }
    for (size_t i = 0; i < 8; i++) {
        if (f->rules[i].match && strstr(line.data, f->rules[i].match)) {
            result->ended = f->rules[i].ended;
            result->status = f->rules[i].status;
            dbc_buf_adds(&result->out, f->rules[i].answer ? f->rules[i].answer : "");
            break;
        }
    }
    dbc_buf_release(&line);
}

static inline int setup(void **state)
{
    static struct fixture f;
    memset(&f, 0, sizeof f);
    *state = &f;
    return recorded_make(&f.on, script, &f);
}

static inline int teardown(void **state)
{
    struct fixture *f = *state;
    ifr_plan_release(&f->plan);
    recorded_remove(&f->on);
    return 0;
}

static inline int apply_with(struct fixture *f, struct ifr_runner *runner,
                             const struct dbc_log *log, struct dbc_error *err)
{
    const struct ifr_apply_host host = {
        .prefix = f->on.s.root, .facts = f->on.facts, .runner = runner, .log = log
    };

    return ifr_apply(&f->plan, &host, err);
}

static inline int apply(struct fixture *f)
{
    return apply_with(f, f->on.runner, &f->on.log.log, &f->err);
}

static inline void assert_ran(const struct fixture *f, const char *want)
{
    assert_string_equal(joined(recorder_lines(f->on.runner)), want);
}

static inline void assert_logged(const struct fixture *f, const char *want)
{
    assert_string_equal(joined(&f->on.log.lines), want);
}

static inline struct ifr_step *command(struct fixture *f, enum ifr_on_failure on_failure,
                                       const char *path)
{
    return ifr_plan_command(&f->plan, on_failure, path, NULL);
}

static inline struct ifr_step *undoable(struct fixture *f, const char *path, const char *undo)
{
    struct ifr_step *step = command(f, IFR_FATAL, path);
    dbc_strvec_push(&step->undo, undo);
    return step;
}

/* Files that change, in place before what follows. */
static inline void change_files(struct fixture *f)
{
    scratch_write(&f->on.s, "/etc/old", "before\n", 0600);
    ifr_plan_file(&f->plan, "/etc/old", "after\n", 6, 0644);
    ifr_plan_file(&f->plan, "/etc/new", "after\n", 6, 0644);
    ifr_plan_step(&f->plan, IFR_STEP_FILES, IFR_FATAL);
}

static inline void assert_files(struct fixture *f, const char *old_file, const char *new_file)
{
    assert_string_equal(scratch_read(&f->on.s, "/etc/old"), old_file);
    assert_string_equal(scratch_read(&f->on.s, "/etc/new"), new_file);
}

#endif
