/* fuzz_lease.c - what a DHCP client reports of a hostile server's answer, for IPv4 and IPv6: in the
 * words of dhclient or udhcpc, on an interface that owns DNS and gateway or one that does not.
 *
 * The first byte chooses the client's event; the rest is the environment, a NUL after each word.
 * Checked beside "no crash": the words of each command, the lines of resolv.conf, and that no other
 * file of /etc changes. */
#include <dirent.h>
#include <stdint.h>

#include "../unit/recorder.h"
#include "base/file.h"
#include "folder.h"
#include "reconfigure/ifup/lease.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define WORDS_MAX 48

static void make_host(void)
{
    static const char *const folders[] = {
        "/etc",       "/etc/sysconfig", IFR_SCRIPTS,
        "/var",       "/var/run",       "/sys",
        "/sys/class", "/sys/class/net", "/sys/class/net/xenbr0"
    };
    static const char ifcfg[] = "BOOTPROTO=dhcp\nIPV6INIT=yes\nDHCPV6C=yes\n";
    static const char network[] = "NETWORKING=yes\n";

    if (folder_make(folders, sizeof folders / sizeof *folders)) {
        folder_put(IFR_SCRIPTS "/ifcfg-xenbr0", ifcfg, strlen(ifcfg));
        folder_put("/etc/sysconfig/network", network, strlen(network));
    }
}

static void look_at_resolv(void)
{
    struct dbc_buf text = DBC_BUF_INIT;
    char *line = NULL, *rest = NULL;

    if (dbc_file_read(folder_at("/etc/resolv.conf"), 65536, &text, NULL) == 0) {
        must(strlen(dbc_buf_str(&text)) == text.len, "a NUL in resolv.conf", "");
        for (line = strtok_r(text.data, "\n", &rest); line != NULL;
             line = strtok_r(NULL, "\n", &rest)) {
            bool known = line[0] == '#' || strncmp(line, "search ", 7) == 0 ||
                         strncmp(line, "nameserver ", 11) == 0;
            must(known && line[strspn(line, NAME " :#%")] == '\0', "a line of resolv.conf", line);
        }
    }
    dbc_buf_release(&text);
}

static void look_at_etc(void)
{
    DIR *etc = opendir(folder_at("/etc"));
    const struct dirent *entry = NULL;

    must(etc != NULL, "no folder", "/etc");
    while ((entry = readdir(etc)) != NULL) {
        must(entry->d_name[0] == '.' || strcmp(entry->d_name, "sysconfig") == 0 ||
                 strncmp(entry->d_name, "resolv.conf", 11) == 0,
             "a file of /etc", entry->d_name);
    }
    closedir(etc);
}

static void look_at_commands(const struct ifr_runner *runner)
{
    const struct dbc_strvec *lines = recorder_lines(runner);

    for (size_t i = 0; i < lines->n; i++) {
        struct dbc_strvec argv = DBC_STRVEC_INIT;
        char *words = strdup(lines->v[i]), *rest = NULL;
        must(words != NULL, "out of memory", "");
        for (char *word = strtok_r(words, "\t", &rest); word != NULL;
             word = strtok_r(NULL, "\t", &rest)) {
            dbc_strvec_push(&argv, word);
        }
        look_at_words(&argv);
        dbc_strvec_release(&argv);
        free(words);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const events[] = { NULL,        "bound", "renew", "deconfig",
                                          "leasefail", "nak",   "",      "other" };
    const char *env[WORDS_MAX + 1] = { NULL };
    struct dbc_error err = DBC_ERROR_INIT;
    struct ifr_ifup_host host = { .prefix = folder, .lease_program = "/libexec/ifup-dhcp" };
    struct ifr_facts *facts = NULL;
    char *words = NULL;
    size_t n = 0;
    int rc = 0;

    if (size == 0) {
        return 0;
    }
    make_host();
    words = calloc(size, 1);
    must(words != NULL, "out of memory", "");
    memcpy(words, data + 1, size - 1);
    for (size_t from = 0; from < size && n < WORDS_MAX; from += strlen(words + from) + 1) {
        env[n++] = words + from;
    }
    host.runner = recorder_new(NULL, NULL, NULL);
    must(host.runner != NULL, "out of memory", "");
    host.facts = facts = ifr_facts_new(folder, host.runner, NULL, NULL);
    must(facts != NULL, "out of memory", "");
    rc = ifr_lease_event(&host, events[data[0] % 8], env, &err);
    must((rc == 0) == (err.code == DBC_OK), "an error, or none", err.text);
    look_at_commands(host.runner);
    look_at_resolv();
    look_at_etc();
    ifr_facts_free(facts);
    ifr_runner_free(host.runner);
    free(words);
    return 0;
}
