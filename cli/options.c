/* options.c - reading the command line of interface-reconfigure(8) (options.h): first what was
 * said, then whether it goes together. */
#include "options.h"

#include <getopt.h>
#include <string.h>

#include "base/valid.h"

#define TIMEOUT_MAX 3600 /* seconds */

enum option_id {
    OPT_SESSION = 256, /* above every character */
    OPT_PIF,
    OPT_PIF_UUID,
    OPT_FORCE,
    OPT_MANAGEMENT,
    OPT_DEVICE,
    OPT_MAC,
    OPT_MODE,
    OPT_IP,
    OPT_NETMASK,
    OPT_GATEWAY,
    OPT_XAPI_SOCKET,
    OPT_TIMEOUT,
    OPT_FALLBACK_CACHE,
    OPT_ROOT_PREFIX,
    OPT_NO_SYSLOG,
    OPT_DRY_RUN,
    OPT_JSON,
    OPT_VERSION,
    OPT_HELP = 'h'
};

static const struct option long_options[] = {
    { "session", required_argument, NULL, OPT_SESSION },
    { "pif", required_argument, NULL, OPT_PIF },
    { "pif-uuid", required_argument, NULL, OPT_PIF_UUID },
    { "force", required_argument, NULL, OPT_FORCE },
    { "force-interface", required_argument, NULL, OPT_FORCE },
    { "management", no_argument, NULL, OPT_MANAGEMENT },
    { "device", required_argument, NULL, OPT_DEVICE },
    { "mac", required_argument, NULL, OPT_MAC },
    { "mode", required_argument, NULL, OPT_MODE },
    { "ip", required_argument, NULL, OPT_IP },
    { "netmask", required_argument, NULL, OPT_NETMASK },
    { "gateway", required_argument, NULL, OPT_GATEWAY },
    { "xapi-socket", required_argument, NULL, OPT_XAPI_SOCKET },
    { "timeout", required_argument, NULL, OPT_TIMEOUT },
    { "fallback-cache", no_argument, NULL, OPT_FALLBACK_CACHE },
    { "root-prefix", required_argument, NULL, OPT_ROOT_PREFIX },
    { "no-syslog", no_argument, NULL, OPT_NO_SYSLOG },
    { "dry-run", no_argument, NULL, OPT_DRY_RUN },
    { "json", no_argument, NULL, OPT_JSON },
    { "version", no_argument, NULL, OPT_VERSION },
    { "help", no_argument, NULL, OPT_HELP },
    { NULL, 0, NULL, 0 },
};

const char options_help[] =
    "Usage: interface-reconfigure PIF up|down [--management]\n"
    "       interface-reconfigure rewrite\n"
    "       interface-reconfigure --force BRIDGE up|down [--management]\n"
    "       interface-reconfigure --force BRIDGE rewrite --device=IF --mac=MAC --mode=dhcp\n"
    "       interface-reconfigure --force BRIDGE rewrite --device=IF --mac=MAC --mode=static\n"
    "                             --ip=ADDRESS --netmask=MASK [--gateway=ADDRESS]\n"
    "\n"
    "Configures the bridges, bonds and VLANs of this host.\n"
    "\n"
    "Actions:\n"
    "  up                   build what is below the interface and give it its address\n"
    "  down                 take it apart\n"
    "  rewrite              renew the cache (rewrite-configuration means the same)\n"
    "\n"
    "Which interface:\n"
    "  --session=REF --pif=REF  the PIF with this reference, in this session of XAPI\n"
    "  --pif-uuid=UUID      the PIF with this uuid\n"
    "  --force=BRIDGE       the PIF of this bridge, as network.dbcache knows it; XAPI is not\n"
    "                       asked (--force-interface means the same)\n"
    "\n"
    "Options:\n"
    "  --management         this interface carries management: DNS and gateway are its\n"
    "  --device=IF --mac=MAC --mode=dhcp|static --ip=ADDRESS --netmask=MASK --gateway=ADDRESS\n"
    "                       with --force BRIDGE rewrite: the management interface that the\n"
    "                       new cache describes; it describes nothing else\n"
    "  --xapi-socket=PATH   where XAPI listens (/var/lib/xcp/xapi, or /var/xapi/xapi)\n"
    "  --timeout=SECONDS    how long to wait for XAPI in all (60)\n"
    "  --fallback-cache     when XAPI cannot be asked: go on from network.dbcache, and leave\n"
    "                       it as it is\n"
    "  --dry-run            print what would happen, change nothing\n"
    "  --json               with --dry-run: print it as JSON\n"
    "  --root-prefix=DIR    put DIR before every path that is read, written or executed\n"
    "  --no-syslog          log to stderr\n"
    "  --version            print the version\n"
    "  -h, --help           print this text\n"
    "\n"
    "Exit status: 0 done, 1 failed, 2 wrong usage.\n";

/* ---- What was said. ------------------------------------------------------------------------- */

static int complain(struct dbc_buf *usage, const char *what, const char *about)
{
    dbc_buf_clear(usage);
    dbc_buf_adds(usage, what);
    dbc_buf_add_printable(usage, about);
    return -1;
}

/* The place that keeps an option's argument; NULL for an option without. */
static const char **argument_of(struct options *options, int id)
{
    struct ifr_request *request = &options->request;
    const struct {
        int id;
        const char **place;
    } places[] = {
        { OPT_SESSION, &request->session },
        { OPT_PIF, &request->pif },
        { OPT_PIF_UUID, &request->pif_uuid },
        { OPT_FORCE, &request->bridge },
        { OPT_DEVICE, &request->device },
        { OPT_MAC, &request->mac },
        { OPT_MODE, &request->mode },
        { OPT_IP, &request->ip },
        { OPT_NETMASK, &request->netmask },
        { OPT_GATEWAY, &request->gateway },
        { OPT_XAPI_SOCKET, &request->xapi_socket },
        { OPT_ROOT_PREFIX, &options->root_prefix },
    };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (places[i].id == id) {
            return places[i].place;
        }
    }
    return NULL;
}

static void set_flag(struct options *options, int id, bool *json)
{
    switch (id) {
    case OPT_MANAGEMENT:
        options->request.management = true;
        break;
    case OPT_FALLBACK_CACHE:
        options->request.fallback_cache = true;
        break;
    case OPT_NO_SYSLOG:
        options->no_syslog = true;
        break;
    case OPT_DRY_RUN:
        options->request.dry_run = IFR_DRY_RUN;
        break;
    case OPT_JSON:
        *json = true;
        break;
    case OPT_VERSION:
        options->version = true;
        break;
    case OPT_HELP:
        options->help = true;
        break;
    default:
        break;
    }
}

static int set_timeout(struct ifr_request *request, const char *text, struct dbc_buf *usage)
{
    int seconds = 0;
    if (!dbc_parse_int(text, 1, TIMEOUT_MAX, &seconds)) {
        return complain(usage, "--timeout is a number of seconds, 1 to 3600, not ", text);
    }
    request->timeout_ms = (unsigned)seconds * 1000;
    return 0;
}

/* How many long options start with this (--name or --name=value). */
static unsigned count_matches(const char *word)
{
    unsigned n = 0;
    size_t len = strcspn(word, "=");
    for (const struct option *o = long_options; o->name; o++) {
        n += len > 2 && strncmp(o->name, word + 2, len - 2) == 0;
    }
    return n;
}

static int bad_option(int found, char *const *argv, struct dbc_buf *usage)
{
    const char *word = argv[optind - 1];
    struct dbc_buf what = DBC_BUF_INIT;
    bool known = strncmp(word, "--", 2) == 0 && count_matches(word) > 0;
    dbc_buf_addf(&what, "option %.*s ", (int)strcspn(word, "="), word);
    if (found == ':') {
        dbc_buf_adds(&what, "needs an argument");
    } else if (known && count_matches(word) > 1) {
        dbc_buf_adds(&what, "may mean several options");
    } else if (known) {
        dbc_buf_adds(&what, "takes no argument");
    } else {
        dbc_buf_adds(&what, "not recognized");
    }
    complain(usage, "", dbc_buf_str(&what));
    dbc_buf_release(&what);
    return -1;
}

static int read_action(int argc, char *const *argv, struct ifr_request *request,
                       struct dbc_buf *usage)
{
    const char *action = optind < argc ? argv[optind] : NULL;
    if (!action) {
        return complain(usage, "Required option <action> not present", "");
    }
    if (optind + 1 < argc) {
        return complain(usage, "Unexpected argument: ", argv[optind + 1]);
    }
    if (strcmp(action, "up") == 0) {
        request->verb = IFR_UP;
    } else if (strcmp(action, "down") == 0) {
        request->verb = IFR_DOWN;
    } else if (strcmp(action, "rewrite") == 0 || strcmp(action, "rewrite-configuration") == 0) {
        request->verb = IFR_REWRITE;
    } else {
        dbc_buf_adds(usage, "Unknown action \"");
        dbc_buf_add_printable(usage, action);
        dbc_buf_adds(usage, "\"");
        return -1;
    }
    return 0;
}

/* ---- Whether it goes together. -------------------------------------------------------------- */

static int check_which(const struct ifr_request *r, struct dbc_buf *usage)
{
    bool by_ref = r->session || r->pif;
    if (by_ref && r->pif_uuid) {
        return complain(usage, "--session/--pif and --pif-uuid are mutually exclusive.", "");
    }
    if (r->bridge && (by_ref || r->pif_uuid)) {
        return complain(usage, "--force is mutually exclusive with --session/--pif and --pif-uuid.",
                        "");
    }
    if (r->verb == IFR_REWRITE && (by_ref || r->pif_uuid)) {
        return complain(usage, "rewrite action does not take --pif or --pif-uuid", "");
    }
    if (!r->session != !r->pif) {
        return complain(usage, "--session and --pif belong together", "");
    }
    if (r->verb != IFR_REWRITE && !r->bridge && !by_ref && !r->pif_uuid) {
        return complain(usage, "No PIF given: use --session with --pif, --pif-uuid, or --force",
                        "");
    }
    return 0;
}

static int check_xapi(const struct ifr_request *r, struct dbc_buf *usage)
{
    if (r->bridge && (r->xapi_socket || r->timeout_ms || r->fallback_cache)) {
        return complain(usage,
                        "--xapi-socket, --timeout and --fallback-cache do not go with "
                        "--force, which does not ask XAPI",
                        "");
    }
    return 0;
}

static int check_values(const struct ifr_request *r, struct dbc_buf *usage)
{
    bool any = r->device || r->mac || r->mode || r->ip || r->netmask || r->gateway;
    if (!r->bridge || r->verb != IFR_REWRITE) {
        return any ? complain(usage,
                              "--device, --mac, --mode, --ip, --netmask and --gateway go with "
                              "--force BRIDGE rewrite only",
                              "")
                   : 0;
    }
    if (!r->device || !r->mac || !r->mode) {
        return complain(usage, "--force BRIDGE rewrite needs --device, --mac and --mode", "");
    }
    if (strcmp(r->mode, "static") != 0 && strcmp(r->mode, "dhcp") != 0) {
        return complain(usage, "--mode must be either static or dhcp", "");
    }
    if (strcmp(r->mode, "static") == 0 && (!r->ip || !r->netmask)) {
        return complain(usage, "--mode=static needs --ip and --netmask", "");
    }
    return 0;
}

int options_parse(int argc, char **argv, struct options *ret, struct dbc_buf *usage)
{
    bool json = false;
    int id = 0;

    *ret = (struct options){ .root_prefix = "" };
    opterr = 0;
    while ((id = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
        const char **place = argument_of(ret, id);
        if (id == '?' || id == ':') {
            return bad_option(id, argv, usage);
        }
        if (place) {
            *place = optarg;
        } else if (id == OPT_TIMEOUT && set_timeout(&ret->request, optarg, usage) < 0) {
            return -1;
        } else {
            set_flag(ret, id, &json);
        }
    }
    if (ret->help || ret->version) {
        return 0;
    }
    if (json && ret->request.dry_run == IFR_DO) {
        return complain(usage, "--json goes with --dry-run only", "");
    }
    if (json) {
        ret->request.dry_run = IFR_DRY_RUN_JSON;
    }
    if (read_action(argc, argv, &ret->request, usage) < 0 ||
        check_which(&ret->request, usage) < 0 || check_xapi(&ret->request, usage) < 0 ||
        check_values(&ret->request, usage) < 0) {
        return -1;
    }
    return 0;
}

/* ---- For the log. --------------------------------------------------------------------------- */

/* Is this --session or a beginning of it?  "--s" is enough for getopt_long, and so for us. */
static bool is_session(const char *word)
{
    size_t len = strcspn(word, "=");
    return len >= 3 && len <= strlen("--session") && strncmp(word, "--session", len) == 0;
}

void options_show(int argc, char *const *argv, struct dbc_buf *out)
{
    bool hide = false;
    for (int i = 0; i < argc; i++) {
        const char *word = argv[i];
        bool session = is_session(word);
        if (i > 0) {
            dbc_buf_addc(out, ' ');
        }
        if (hide) {
            dbc_buf_adds(out, "OpaqueRef:...");
        } else if (session && strchr(word, '=')) {
            dbc_buf_addf(out, "%.*s=OpaqueRef:...", (int)strcspn(word, "="), word);
        } else {
            dbc_buf_add_printable(out, word);
        }
        hide = session && !strchr(word, '=');
    }
}
