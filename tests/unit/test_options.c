/* test_options.c - cli/options.c: the command line of interface-reconfigure(8). */
#include "unit/test.h"

#include "../../cli/options.c"
#include "../../cli/options_check.c"

#define MAX_WORDS 24

struct parsed {
    struct options options;
    struct dbc_buf usage;
    char words[MAX_WORDS][128];
    char *argv[MAX_WORDS + 1];
    int argc;
    int rc;
};

/* `line`: words after the program's name, with a blank between. */
static void split_words(struct parsed *p, const char *line)
{
    char copy[1024], *rest = NULL;
    snprintf(copy, sizeof copy, "interface-reconfigure %s", line);
    p->argc = 0;
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        snprintf(p->words[p->argc], sizeof p->words[0], "%s", word);
        p->argv[p->argc] = p->words[p->argc];
        p->argc++;
    }
    p->argv[p->argc] = NULL;
}

static const struct ifr_request *parse(struct parsed *p, const char *line)
{
    split_words(p, line);
    dbc_buf_clear(&p->usage);
    optind = 0; /* getopt starts anew */
    p->rc = options_parse(p->argc, p->argv, &p->options, &p->usage);
    return &p->options.request;
}

static void good(struct parsed *p, const char *line)
{
    parse(p, line);
    assert_string_equal(dbc_buf_str(&p->usage), "");
    assert_int_equal(p->rc, 0);
}

static void bad(const char *line, const char *words)
{
    struct parsed p = { .rc = 0 };
    parse(&p, line);
    assert_int_equal(p.rc, -1);
    if (!strstr(dbc_buf_str(&p.usage), words)) {
        print_error("%s: \"%s\"\n", line, dbc_buf_str(&p.usage));
    }
    assert_non_null(strstr(dbc_buf_str(&p.usage), words));
    dbc_buf_release(&p.usage);
}

TEST(test_forced)
{
    struct parsed p = { .rc = 0 };
    const struct ifr_request *r = &p.options.request;
    good(&p, "--management --force xenbr0 up");
    assert_int_equal(r->verb, IFR_UP);
    assert_string_equal(r->bridge, "xenbr0");
    assert_true(r->management);
    assert_int_equal(r->dry_run, IFR_DO);
    assert_string_equal(p.options.root_prefix, "");
    good(&p, "down --force-interface=xenbr1 --no-syslog --root-prefix /x");
    assert_int_equal(r->verb, IFR_DOWN);
    assert_string_equal(r->bridge, "xenbr1");
    assert_false(r->management);
    assert_true(p.options.no_syslog);
    assert_string_equal(p.options.root_prefix, "/x");
}

TEST(test_several)
{
    struct parsed p = { .rc = 0 };

    good(&p, "--force a --force b up --management");
    assert_int_equal(p.options.n_names, 2);
    assert_string_equal(p.options.names[0], "a");
    assert_string_equal(p.options.names[1], "b");
    assert_string_equal(p.options.request.bridge, "a");
    good(&p, "--force a --force b --force a down");
    assert_int_equal(p.options.n_names, 2);
    good(&p, "--pif-uuid u --pif-uuid v up");
    assert_int_equal(p.options.n_names, 2);
    assert_string_equal(p.options.request.pif_uuid, "u");
    assert_string_equal(p.options.names[1], "v");
    good(&p, "--session s --pif p --pif q --pif p down");
    assert_int_equal(p.options.n_names, 2);
    assert_string_equal(p.options.request.pif, "p");
    assert_string_equal(p.options.names[1], "q");
    bad("--session s --pif p --pif p --pif-uuid p up", "mutually exclusive");
    bad("--force p --pif-uuid p up", "mutually exclusive");
    good(&p, "--all up");
    assert_true(p.options.all);
    bad("--all --force a up", "--all does not go with a PIF or a bridge");
    bad("--all down", "--all goes with up only, and not with --dry-run");
    bad("--all --dry-run up", "--all goes with up only, and not with --dry-run");
    bad("--force a --force b up --dry-run",
        "several interfaces go with up and down, and not with --dry-run");
    bad("--pif-uuid u --pif-uuid v up --dry-run",
        "several interfaces go with up and down, and not with --dry-run");
}

TEST(test_live)
{
    struct parsed p = { .rc = 0 };
    const struct ifr_request *r = &p.options.request;

    good(&p, "--force a up --take-over --no-verify --detailed-exit-codes");
    assert_true(r->take_over);
    assert_true(r->no_verify);
    assert_true(p.options.exit_codes);
    bad("--pif-uuid u up --take-over", "--take-over goes with --force only");
}

TEST(test_confirm)
{
    struct parsed p = { .rc = 0 };
    const struct ifr_request *r = &p.options.request;

    good(&p, "--force a up --confirm 60 --probe 192.0.2.1 --probe 2001:db8::1");
    assert_int_equal(r->confirm_s, 60);
    assert_int_equal(r->n_probes, 2);
    assert_string_equal(r->probes[1], "2001:db8::1");
    good(&p, "confirm 0123");
    assert_int_equal(p.options.verb, OPTIONS_CONFIRM);
    assert_string_equal(p.options.id, "0123");
    good(&p, "revert");
    assert_int_equal(p.options.verb, OPTIONS_REVERT);
    assert_null(p.options.id);
    good(&p, "pending --json");
    assert_int_equal(p.options.verb, OPTIONS_PENDING);
    bad("--force a up --confirm 0", "--confirm is a number of seconds, 1 to 86400, not 0");
    bad("--force a up --confirm 86401", "--confirm is a number of seconds, 1 to 86400, not 86401");
    bad("--force a up --probe 192.0.2.1", "--probe goes with --confirm only");
    bad("--force a up --confirm 5 --probe x", "--probe is an IPv4 or IPv6 address, not x");
    bad("--force a up --confirm 5 --dry-run",
        "--confirm goes with up and down, and not with --dry-run");
    bad("rewrite --confirm 5", "--confirm goes with up and down, and not with --dry-run");
    good(&p, "--force a --force b up --confirm 5");
    good(&p, "--pif-uuid u --pif-uuid v up --confirm 5 --probe 192.0.2.1");
    good(&p, "--all up --confirm 5");
    bad("confirm a b", "Unexpected argument: b");
    bad("pending a", "Unexpected argument: a");
    bad("confirm --json", "--json goes with --dry-run and pending only");
    bad("--force a confirm", "confirm, revert and pending take no interface and no --dry-run");
}

TEST(test_prefixes)
{
    struct parsed p = { .rc = 0 };
    good(&p, "--forc xenbr0 up --manag --no-s --ro=/y --dry");
    assert_string_equal(p.options.request.bridge, "xenbr0");
    assert_true(p.options.request.management);
    assert_true(p.options.no_syslog);
    assert_int_equal(p.options.request.dry_run, IFR_DRY_RUN);
    bad("--m --force x up", "option --m may mean several options");
    bad("--d=eth0 --force x up", "option --d may mean several options");
}

TEST(test_by_xapi)
{
    struct parsed p = { .rc = 0 };
    const struct ifr_request *r = &p.options.request;
    good(&p, "--session OpaqueRef:s --pif OpaqueRef:p up --management");
    assert_string_equal(r->session, "OpaqueRef:s");
    assert_string_equal(r->pif, "OpaqueRef:p");
    assert_null(r->bridge);
    good(&p, "--pif-uuid=u down");
    assert_string_equal(r->pif_uuid, "u");
    good(&p, "rewrite");
    assert_int_equal(r->verb, IFR_REWRITE);
    good(&p, "--management rewrite-configuration");
    assert_int_equal(r->verb, IFR_REWRITE);
}

TEST(test_how_xapi_is_asked)
{
    struct parsed p = { .rc = 0 };
    const struct ifr_request *r = &p.options.request;
    good(&p, "rewrite");
    assert_null(r->xapi_socket);
    assert_int_equal(r->timeout_ms, 0);
    assert_false(r->fallback_cache);
    good(&p, "--xapi-socket=/x --timeout=5 --fallback-cache --pif-uuid=u up");
    assert_string_equal(r->xapi_socket, "/x");
    assert_int_equal(r->timeout_ms, 5000);
    assert_true(r->fallback_cache);
    good(&p, "--timeout 3600 rewrite");
    assert_int_equal(r->timeout_ms, 3600000);
    bad("--timeout=3601 rewrite", "--timeout is a number of seconds, 1 to 3600, not 3601");
    bad("--timeout=0 rewrite", "--timeout is a number of seconds, 1 to 3600, not 0");
    bad("--timeout=1s rewrite", "--timeout is a number of seconds, 1 to 3600, not 1s");
    bad("--timeout= rewrite", "--timeout is a number of seconds, 1 to 3600, not ");
    for (size_t i = 0; i < 3; i++) {
        const char *const words[] = { "--force x up --xapi-socket=/x", "--force x up --timeout=1",
                                      "--fallback-cache --force x down" };
        bad(words[i], "--xapi-socket, --timeout and --fallback-cache do not go with --force, which "
                      "does not ask XAPI");
    }
}

TEST(test_forced_rewrite)
{
    struct parsed p = { .rc = 0 };
    const struct ifr_request *r = &p.options.request;
    good(&p, "--force xenbr0 rewrite --device=eth0 --mac=x --mode=dhcp");
    assert_string_equal(r->device, "eth0");
    assert_string_equal(r->mac, "x");
    good(&p, "--force xenbr0 rewrite --device=eth0 --mac=x --mode=static --ip=1.2.3.4 "
             "--netmask=255.0.0.0 --gateway=1.2.3.1");
    assert_string_equal(r->mode, "static");
    assert_string_equal(r->ip, "1.2.3.4");
    assert_string_equal(r->netmask, "255.0.0.0");
    assert_string_equal(r->gateway, "1.2.3.1");
    good(&p, "--force xenbr0 rewrite --device=eth0 --mac=x --mode=static --ip=1.2.3.4 "
             "--netmask=255.0.0.0");
    assert_null(r->gateway);
}

TEST(test_dry_run)
{
    struct parsed p = { .rc = 0 };
    good(&p, "--json --force x up --dry-run");
    assert_int_equal(p.options.request.dry_run, IFR_DRY_RUN_JSON);
    bad("--json --force x up", "--json goes with --dry-run only");
}

TEST(test_help_and_version)
{
    struct parsed p = { .rc = 0 };
    good(&p, "-h");
    assert_true(p.options.help);
    good(&p, "--help whatever else");
    assert_true(p.options.help);
    good(&p, "--version");
    assert_true(p.options.version);
    for (const struct option *o = long_options; o->name; o++) {
        char name[40];
        snprintf(name, sizeof name, "--%s", o->name);
        assert_non_null(strstr(options_help, name));
    }
}

TEST(test_unknown)
{
    bad("--bogus", "option --bogus not recognized");
    bad("--bogus=secret up", "option --bogus not recognized");
    bad("-x up", "option -x not recognized");
    bad("--force", "option --force needs an argument");
    bad("--management=yes --force x up", "option --management takes no argument");
    bad("", "Required option <action> not present");
    bad("--force xenbr0", "Required option <action> not present");
    bad("--force xenbr0 sideways", "Unknown action \"sideways\"");
    bad("--force xenbr0 a\033b", "Unknown action \"a\\x1bb\"");
    bad("--force xenbr0 up down", "Unexpected argument: down");
    bad("--force xenbr0 up -- --management", "Unexpected argument: --management");
}

TEST(test_what_excludes_what)
{
    bad("--pif-uuid u --pif p --session s up", "mutually exclusive");
    bad("--pif-uuid u --session s up", "mutually exclusive");
    bad("--force x --pif-uuid u up", "mutually exclusive");
    bad("--force x --session s --pif p down", "mutually exclusive");
    bad("--session s up", "--session and --pif belong together");
    bad("--pif p up", "--session and --pif belong together");
    bad("--session s rewrite", "rewrite action does not take");
    bad("--pif-uuid u rewrite", "rewrite action does not take --pif or --pif-uuid");
    bad("up", "No PIF given");
    bad("--management down", "No PIF given");
    bad("--force x up --ip=1.2.3.4", "go with --force BRIDGE rewrite only");
    bad("--pif-uuid u up --mode=dhcp", "go with --force BRIDGE rewrite only");
    bad("rewrite --device=eth0", "go with --force BRIDGE rewrite only");
    bad("--force x rewrite", "needs --device, --mac and --mode");
    bad("--force x rewrite --device=d --mac=m", "needs --device, --mac and --mode");
    bad("--force x rewrite --device=d --mac=m --mode=bootp", "--mode must be either");
    bad("--force x rewrite --device=d --mac=m --mode=static --ip=1.2.3.4", "needs --ip");
    bad("--force x rewrite --device=d --mac=m --mode=static --netmask=1.2.3.4", "needs --ip");
}

static void shows(const char *line, const char *want)
{
    struct parsed p = { .rc = 0 };
    struct dbc_buf out = DBC_BUF_INIT;
    split_words(&p, line);
    options_show(p.argc, p.argv, &out);
    assert_string_equal(dbc_buf_str(&out), want);
    dbc_buf_release(&out);
}

TEST(test_no_session_in_the_log)
{
#define NAME "interface-reconfigure "
    shows("--force x up", NAME "--force x up");
    shows("--session SECRET --pif p up", NAME "--session OpaqueRef:... --pif p up");
    shows("--session=SECRET --pif p up", NAME "--session=OpaqueRef:... --pif p up");
    shows("--sess SECRET --pif=p up", NAME "--sess OpaqueRef:... --pif=p up");
    shows("--s=SECRET up", NAME "--s=OpaqueRef:... up");
    shows("up --session", NAME "up --session");
    shows("--session --session SECRET", NAME "--session OpaqueRef:... OpaqueRef:...");
    shows("--sessions SECRET", NAME "--sessions SECRET"); /* no option of ours */
    shows("--force a\nb up", NAME "--force a\\x0ab up");
#undef NAME
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forced),
        cmocka_unit_test(test_prefixes),
        cmocka_unit_test(test_several),
        cmocka_unit_test(test_live),
        cmocka_unit_test(test_confirm),
        cmocka_unit_test(test_by_xapi),
        cmocka_unit_test(test_how_xapi_is_asked),
        cmocka_unit_test(test_forced_rewrite),
        cmocka_unit_test(test_dry_run),
        cmocka_unit_test(test_help_and_version),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_what_excludes_what),
        cmocka_unit_test(test_no_session_in_the_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
