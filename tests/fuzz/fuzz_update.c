/* fuzz_update.c - XAPI's plugin where Open vSwitch's database has no socket: what XAPI says of the
 * manager and of networks, what ovs-vsctl says of the bridges, and the commands that follow.
 *
 * The input is a list of texts, each with a NUL at its end: the controller's address, its protocol
 * ("": the pool's), its port, the managers and the list of bridges as ovs-vsctl prints them, and
 * the records as a cache.  Checked beside "no crash": an error has a reason; each word of each
 * command is one that is allowed here. */
#include "../unit/recorder.h"
#include "cache_mutator.h"
#include "folder.h"
#include "reconfigure/plugin/bring.h"
#include "texts_mutator.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ADDRESS, PROTOCOL, PORT, MANAGERS, BRIDGES, RECORDS, N_TEXTS };

static const char *text[N_TEXTS];

/* ---- What Open vSwitch's programs say ------------------------------------------------------ */

static bool has_word(const char *const *argv, const char *word)
{
    while (*argv != NULL && strcmp(*argv, word) != 0) {
        argv++;
    }
    return *argv != NULL;
}

static void answer(void *ctx, const char *const *argv, struct ifr_result *result)
{
    (void)ctx;
    if (has_word(argv, "get-manager")) {
        dbc_buf_adds(&result->out, text[MANAGERS]);
    } else if (has_word(argv, "list")) {
        dbc_buf_adds(&result->out, text[BRIDGES]);
    } else if (has_word(argv, "ofport")) {
        dbc_buf_adds(&result->out, "7\n");
    }
}

/* ---- Commands ------------------------------------------------------------------------------ */

static bool consists_of(const char *word, const char *of)
{
    return word[0] != '\0' && word[strspn(word, of)] == '\0';
}

/* ssl:HOST:PORT or pssl:PORT */
static bool is_target(const char *word)
{
    const char *host = strchr(word, ':');

    return (strncmp(word, "ssl:", 4) == 0 || strncmp(word, "pssl:", 5) == 0) &&
           consists_of(host + 1, NAME ":[]%");
}

static bool is_setting(const char *word)
{
    static const char *const settings[] = {
        "fail_mode=secure",
        "fail_mode=standalone",
        "other_config:disable-in-band=\"true\"",
        "other_config:disable-in-band=\"false\"",
        "other_config:disable-in-band=true",
        "other_config:disable-in-band=false",
        "fail_mode",
        "other_config",
        "disable-in-band",
    };

    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        if (strcmp(word, settings[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_verb(const char *word)
{
    static const char *const verbs[] = { "get-manager", "set-manager", "del-manager", "set-ssl",
                                         "del-ssl",     "emer-reset",  "set",         "clear",
                                         "remove",      "get",         "list",        "Bridge",
                                         "Interface",   "ofport" };

    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(word, verbs[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* A word of ovs-vsctl, after `before`. */
static void look_at_vsctl(const char *before, const char *word)
{
    bool named = strcmp(before, "Bridge") == 0 || strcmp(before, "Interface") == 0;

    if (strcmp(before, "set-manager") == 0) {
        must(is_target(word), "a manager", word);
    } else if (named) {
        must(is_name(word), "a name", word);
    } else {
        must(is_option(word) || is_verb(word) || is_setting(word) || is_program(word), "a word",
             word);
    }
}

static void look_at_line(char *line)
{
    struct dbc_strvec argv = DBC_STRVEC_INIT;
    char *rest = NULL;

    for (char *word = strtok_r(line, "\t", &rest); word != NULL;
         word = strtok_r(NULL, "\t", &rest)) {
        dbc_strvec_push(&argv, word);
    }
    look_at_words(&argv);
    if (strstr(argv.v[0], "ovs-ofctl") != NULL) {
        must(argv.n == 4 && is_name(argv.v[2]) && consists_of(argv.v[3], NAME ",:="), "a flow",
             argv.v[argv.n - 1]);
    }
    for (size_t i = 1; i < argv.n && strstr(argv.v[0], "ovs-vsctl") != NULL; i++) {
        look_at_vsctl(argv.v[i - 1], argv.v[i]);
    }
    dbc_strvec_release(&argv);
}

/* ---- The plugin ---------------------------------------------------------------------------- */

static void bring(struct ifr_wanted *wanted)
{
    struct ifr_reply reply = { 0 };
    struct dbc_error err = DBC_ERROR_INIT;
    struct ifr_runner *runner = recorder_new(answer, NULL, NULL);
    const struct ifr_host host = { .prefix = folder, .runner = runner };
    const struct ifr_bring all = { .host = &host, .wanted = wanted, .reply = &reply };
    const struct dbc_strvec *lines = NULL;
    int rc = ifr_bring_blind(&all, &err);

    must(rc == 0 || err.text[0] != '\0' || reply.failure.n > 0, "an error without a reason", "");
    must(rc != 0 || reply.value.len > 0, "no answer", "");
    lines = recorder_lines(runner);
    for (size_t i = 0; i < lines->n; i++) {
        look_at_line(lines->v[i]);
    }
    ifr_runner_free(runner);
    ifr_reply_release(&reply);
}

static int read_manager(struct ifr_manager *manager)
{
    return text[PROTOCOL][0] == '\0'
               ? ifr_manager_from_pool(text[ADDRESS], manager, NULL)
               : ifr_manager_from_sdn(text[PROTOCOL], text[ADDRESS], text[PORT], manager, NULL);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    return mutate_texts(0, data, size, max, seed, mutate_cache);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ifr_wanted wanted = { 0 };
    char *all = calloc(1, size + 1), *at = all;

    must(all != NULL, "out of memory", "");
    folder_make(NULL, 0);
    memcpy(all, data, size);
    for (size_t i = 0; i < N_TEXTS; i++) {
        text[i] = at;
        at += at < all + size ? strlen(at) + 1 : 0;
        at = at > all + size ? all + size : at;
    }
    wanted.has_port = text[PROTOCOL][0] != '\0';
    wanted.db =
        dbc_xml_read_memory("input", text[RECORDS], strlen(text[RECORDS]), NULL, NULL, NULL);
    if (wanted.db != NULL && read_manager(&wanted.manager) == 0) {
        bring(&wanted);
    }
    ifr_wanted_release(&wanted);
    free(all);
    return 0;
}
