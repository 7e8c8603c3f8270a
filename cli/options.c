/* options.c - parses the command line of interface-reconfigure(8) (options.h).  options_check.c
 * checks which options go together. */
#include "options.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <string.h>

#include "base/valid.h"

#define TIMEOUT_MAX 3600  /* seconds */
#define CONFIRM_MAX 86400 /* seconds: a day */

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
    OPT_TAKE_OVER,
    OPT_NO_VERIFY,
    OPT_EXIT_CODES,
    OPT_ALL,
    OPT_CONFIRM,
    OPT_PROBE,
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
    { "take-over", no_argument, NULL, OPT_TAKE_OVER },
    { "no-verify", no_argument, NULL, OPT_NO_VERIFY },
    { "detailed-exit-codes", no_argument, NULL, OPT_EXIT_CODES },
    { "all", no_argument, NULL, OPT_ALL },
    { "confirm", required_argument, NULL, OPT_CONFIRM },
    { "probe", required_argument, NULL, OPT_PROBE },
    { "dry-run", no_argument, NULL, OPT_DRY_RUN },
    { "json", no_argument, NULL, OPT_JSON },
    { "version", no_argument, NULL, OPT_VERSION },
    { "help", no_argument, NULL, OPT_HELP },
    { NULL, 0, NULL, 0 },
};

const char options_help[] =
    "Usage: interface-reconfigure PIF... up|down [--management]\n"
    "       interface-reconfigure rewrite\n"
    "       interface-reconfigure --force BRIDGE... up|down [--management]\n"
    "       interface-reconfigure --all up\n"
    "       interface-reconfigure --force BRIDGE rewrite --device=IF --mac=MAC --mode=dhcp\n"
    "       interface-reconfigure --force BRIDGE rewrite --device=IF --mac=MAC --mode=static\n"
    "                             --ip=ADDRESS --netmask=MASK [--gateway=ADDRESS]\n"
    "       interface-reconfigure confirm|revert [ID]\n"
    "       interface-reconfigure pending [--json]\n"
    "\n"
    "Configures the bridges, bonds and VLANs of this host.\n"
    "\n"
    "Actions:\n"
    "  up                   build what is below the interface and give it its address\n"
    "  down                 take it apart\n"
    "  rewrite              renew the cache (rewrite-configuration means the same)\n"
    "  confirm, revert      keep what a run with --confirm changed, or go back at once\n"
    "  pending              show the change that waits to be confirmed; 0: one does, 1: none\n"
    "\n"
    "Which interface:\n"
    "  --session=REF --pif=REF  the PIF with this reference, in this session of XAPI\n"
    "  --pif-uuid=UUID      the PIF with this uuid\n"
    "  --force=BRIDGE       the PIF of this bridge, as network.dbcache knows it; XAPI is not\n"
    "                       asked (--force-interface means the same)\n"
    "                       --pif, --pif-uuid and --force may be repeated: several in one run\n"
    "  --all                management and current interfaces of the inventory, from the\n"
    "                       cache\n"
    "\n"
    "Options:\n"
    "  --management         the first interface carries management: DNS and gateway are its\n"
    "  --device=IF --mac=MAC --mode=dhcp|static --ip=ADDRESS --netmask=MASK --gateway=ADDRESS\n"
    "                       with --force BRIDGE rewrite: the management interface that the\n"
    "                       new cache describes; it describes nothing else\n"
    "  --xapi-socket=PATH   where XAPI listens (/var/lib/xcp/xapi, or /var/xapi/xapi)\n"
    "  --timeout=SECONDS    how long to wait for XAPI in all (60)\n"
    "  --fallback-cache     when XAPI cannot be asked: go on from network.dbcache, and leave\n"
    "                       it as it is\n"
    "  --confirm=SECONDS    go back unless the change is confirmed within this time\n"
    "  --probe=ADDRESS      with --confirm: confirmed when this address answers through the\n"
    "                       changed interface; may be repeated, then all must answer\n"
    "  --take-over          from the cache: what is in the way goes, even when it is in use\n"
    "  --no-verify          do not look at the host again in the end\n"
    "  --detailed-exit-codes  0 nothing changed, 3 changed, 1 failed, 2 wrong usage\n"
    "  --dry-run            print what would happen, change nothing\n"
    "  --json               with --dry-run or pending: print it as JSON\n"
    "  --root-prefix=DIR    put DIR before every path that is read, written or executed\n"
    "  --no-syslog          log to stderr\n"
    "  --version            print the version\n"
    "  -h, --help           print this text\n"
    "\n"
    "Exit status: 0 done, 1 failed, 2 wrong usage, 4 going back left something different.\n";

/* ---- Parsing. ------------------------------------------------------------------------------- */

int options_complain(struct dbc_buf *usage, const char *what, const char *about)
{
    dbc_buf_clear(usage);
    dbc_buf_adds(usage, what);
    dbc_buf_add_printable(usage, about);
    return -1;
}

/* Takes an option that is just kept, with its argument or as a flag; false for any other. */
static bool keep_option(struct options *options, int id)
{
    struct ifr_request *request = &options->request;
    const struct {
        int id;
        const char **text;
        bool *flag;
    } places[] = {
        { OPT_SESSION, &request->session, NULL },
        { OPT_DEVICE, &request->device, NULL },
        { OPT_MAC, &request->mac, NULL },
        { OPT_MODE, &request->mode, NULL },
        { OPT_IP, &request->ip, NULL },
        { OPT_NETMASK, &request->netmask, NULL },
        { OPT_GATEWAY, &request->gateway, NULL },
        { OPT_XAPI_SOCKET, &request->xapi_socket, NULL },
        { OPT_ROOT_PREFIX, &options->root_prefix, NULL },
        { OPT_MANAGEMENT, NULL, &request->management },
        { OPT_FALLBACK_CACHE, NULL, &request->fallback_cache },
        { OPT_NO_SYSLOG, NULL, &options->no_syslog },
        { OPT_TAKE_OVER, NULL, &request->take_over },
        { OPT_NO_VERIFY, NULL, &request->no_verify },
        { OPT_EXIT_CODES, NULL, &options->exit_codes },
        { OPT_ALL, NULL, &options->all },
        { OPT_JSON, NULL, &options->json },
        { OPT_VERSION, NULL, &options->version },
        { OPT_HELP, NULL, &options->help },
    };

    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (places[i].id == id && places[i].text) {
            *places[i].text = optarg;
            return true;
        }
        if (places[i].id == id) {
            *places[i].flag = true;
            return true;
        }
    }
    return false;
}

static int set_confirm(struct ifr_request *request, const char *text, struct dbc_buf *usage)
{
    int seconds = 0;
    if (!dbc_parse_int(text, 1, CONFIRM_MAX, &seconds)) {
        return options_complain(usage, "--confirm is a number of seconds, 1 to 86400, not ", text);
    }
    request->confirm_s = (unsigned)seconds;
    return 0;
}

static int add_probe(struct ifr_request *request, const char *text, struct dbc_buf *usage)
{
    unsigned char address[16];
    if (inet_pton(AF_INET, text, address) != 1 && inet_pton(AF_INET6, text, address) != 1) {
        return options_complain(usage, "--probe is an IPv4 or IPv6 address, not ", text);
    }
    if (request->n_probes == IFR_PROBES_MAX) {
        return options_complain(usage, "too many times --probe: no more than 8", "");
    }
    request->probes[request->n_probes++] = text;
    return 0;
}

/* Adds an interface's name; `first` is the request's place for a name of this kind. */
static int add_name(struct options *options, const char **first, const char *name,
                    struct dbc_buf *usage)
{
    for (size_t i = 0; *first && i < options->n_names; i++) {
        if (strcmp(options->names[i], name) == 0) {
            return 0;
        }
    }
    if (options->n_names == OPTIONS_NAMES_MAX) {
        return options_complain(usage, "too many interfaces: no more than 4096", "");
    }
    *first = *first ? *first : name;
    options->names[options->n_names++] = name;
    return 0;
}

static int set_timeout(struct ifr_request *request, const char *text, struct dbc_buf *usage)
{
    int seconds = 0;
    if (!dbc_parse_int(text, 1, TIMEOUT_MAX, &seconds)) {
        return options_complain(usage, "--timeout is a number of seconds, 1 to 3600, not ", text);
    }
    request->timeout_ms = (unsigned)seconds * 1000;
    return 0;
}

/* Takes the options that keep_option does not. */
static int take_option(struct options *options, int id, struct dbc_buf *usage)
{
    switch (id) {
    case OPT_TIMEOUT:
        return set_timeout(&options->request, optarg, usage);
    case OPT_CONFIRM:
        return set_confirm(&options->request, optarg, usage);
    case OPT_PROBE:
        return add_probe(&options->request, optarg, usage);
    case OPT_FORCE:
        return add_name(options, &options->request.bridge, optarg, usage);
    case OPT_PIF:
        return add_name(options, &options->request.pif, optarg, usage);
    case OPT_PIF_UUID:
        return add_name(options, &options->request.pif_uuid, optarg, usage);
    case OPT_DRY_RUN:
        options->request.dry_run = IFR_DRY_RUN;
        return 0;
    default:
        return 0;
    }
}

/* Returns how many long options start with this word (--name or --name=value). */
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
    options_complain(usage, "", dbc_buf_str(&what));
    dbc_buf_release(&what);
    return -1;
}

/* Takes a verb about a change that waits; true when the change's ID may follow it. */
static bool take_verb(struct options *options, const char *action)
{
    if (strcmp(action, "confirm") == 0) {
        options->verb = OPTIONS_CONFIRM;
    } else if (strcmp(action, "revert") == 0) {
        options->verb = OPTIONS_REVERT;
    } else if (strcmp(action, "pending") == 0) {
        options->verb = OPTIONS_PENDING;
    }
    return options->verb != OPTIONS_RECONFIGURE && options->verb != OPTIONS_PENDING;
}

static int read_action(int argc, char *const *argv, struct options *options, struct dbc_buf *usage)
{
    struct ifr_request *request = &options->request;
    const char *action = optind < argc ? argv[optind] : NULL;
    if (!action) {
        return options_complain(usage, "Required option <action> not present", "");
    }
    if (take_verb(options, action) && optind + 1 < argc) {
        options->id = argv[++optind];
    }
    if (optind + 1 < argc) {
        return options_complain(usage, "Unexpected argument: ", argv[optind + 1]);
    }
    if (options->verb != OPTIONS_RECONFIGURE) {
        return 0;
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

int options_parse(int argc, char **argv, struct options *ret, struct dbc_buf *usage)
{
    int id = 0;

    *ret = (struct options){ .root_prefix = "" };
    opterr = 0;
    while ((id = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
        if (id == '?' || id == ':') {
            return bad_option(id, argv, usage);
        }
        if (!keep_option(ret, id) && take_option(ret, id, usage) < 0) {
            return -1;
        }
    }
    if (ret->help || ret->version) {
        return 0;
    }
    return read_action(argc, argv, ret, usage) < 0 ? -1 : options_check(ret, usage);
}

/* ---- For the log. --------------------------------------------------------------------------- */

/* Whether the word is --session or its beginning: getopt_long accepts "--s", too. */
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
