/* test_ifup_dhcp.c - reconfigure/ifup/dhcp.c: command lines of the clients, and which process is
 * recognised as one. */
#include "unit/test.h"

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>

#include "reconfigure/host/client.h"
#include "reconfigure/ifup/dhcp.h"
#include "unit/ifup_host.h"

#define DEV "dbctest9" /* no device of the machine that runs the test */

static int start(struct ifup_host *h, bool persistent, unsigned timeout_s)
{
    struct ifr_device dev = IFR_DEVICE_INIT;
    int rc = 0;

    snprintf(dev.name, sizeof dev.name, "%s", DEV);
    dev.dhcp = true;
    dev.persistent = persistent;
    rc = ifr_dhcp_start(&h->host, &dev, timeout_s, NULL);
    ifr_device_release(&dev);
    return rc;
}

static size_t files_in_run(struct ifup_host *h)
{
    DIR *folder = opendir(scratch_path(&h->scratch, "/var/run"));
    size_t n = 0;

    while (readdir(folder) != NULL) {
        n++;
    }
    closedir(folder);
    return n - 2;
}

/* dhclient's configuration must be there while it runs. */
static char conf_text[512];

static bool reads_conf(struct ifup_host *h, const char *line)
{
    char path[128] = "";
    size_t root = strlen(h->scratch.root);

    ifup_word_after(line, " -cf ", path);
    assert_int_equal(strncmp(path, h->scratch.root, root), 0);
    snprintf(conf_text, sizeof conf_text, "%.500s", scratch_read(&h->scratch, path + root));
    return true;
}

TEST_WITH(dhclient_gets_a_private_configuration, struct ifup_host, h)
{
    scratch_write(&h->scratch, "/sbin/dhclient", "", 0755);
    scratch_mkdir(&h->scratch, "/var/lib/dhclient");
    h->seen = reads_conf;
    assert_int_equal(start(h, true, 240), 0);
    assert_int_equal(strncmp(conf_text, "timeout 240;\n", 13), 0);
    assert_int_equal(files_in_run(h), 0);
    assert_null(strstr(ifup_ran(h), " -1 "));
    assert_non_null(strstr(ifup_ran(h), " -sf /libexec/ifup-dhcp "));
    assert_non_null(strstr(ifup_ran(h), "/var/lib/dhclient/dhclient-" DEV ".leases "));
    assert_non_null(strstr(ifup_ran(h), "/var/run/dhclient-" DEV ".pid "));
    assert_true(ifup_logged(h, "goes on trying"));
}

TEST_WITH(without_persistence_dhclient_tries_once, struct ifup_host, h)
{
    scratch_write(&h->scratch, "/sbin/dhclient", "", 0755);
    h->failing = "dhclient";
    assert_int_equal(start(h, false, 5), -1);
    assert_non_null(strstr(ifup_ran(h), " -1 "));
    assert_null(strstr(ifup_ran(h), " -lf "));
    assert_int_equal(files_in_run(h), 0);
}

TEST_WITH(udhcpc_alone_or_in_busybox, struct ifup_host, h)
{
    scratch_write(&h->scratch, "/bin/busybox", "", 0755);
    assert_int_equal(start(h, true, 10), 0);
    assert_non_null(strstr(ifup_ran(h), "/bin/busybox udhcpc -b -S -i " DEV
                                        " -s /libexec/ifup-dhcp -T 3 -t 4 -p "));
    scratch_write(&h->scratch, "/usr/sbin/udhcpc", "", 0755);
    assert_int_equal(start(h, false, 9), 0);
    assert_non_null(strstr(ifup_ran(h), "/usr/sbin/udhcpc -n -S -i " DEV
                                        " -s /libexec/ifup-dhcp -T 3 -t 3 -p "));
}

TEST_WITH(no_client_is_an_error, struct ifup_host, h)
{
    assert_int_equal(start(h, true, 10), -1);
    assert_string_equal(ifup_ran(h), "");
}

/* ---- Processes. ----------------------------------------------------------------------------- */

/* A process that looks like a client for some seconds; what it starts is gone at once. */
static pid_t run_as(const char *name, const char *dev)
{
    static const char loop[] = "i=0; while [ $i -lt 100 ]; do i=$((i+1)); sleep 0.1; done";
    pid_t pid = fork();

    if (pid == 0) {
        execl("/bin/sh", name, "-c", loop, dev, (char *)NULL);
        _exit(127);
    }
    assert_true(pid > 0);
    usleep(100000); /* until the exec */
    return pid;
}

static void write_pid(struct ifup_host *h, pid_t pid)
{
    char text[32];

    snprintf(text, sizeof text, "%ld\n", (long)pid);
    scratch_write(&h->scratch, "/var/run/dhclient-" DEV ".pid", text, 0644);
}

/* Has it been ended by ifr_dhcp_stop?  Ends and collects it in any case. */
static bool was_stopped(struct ifup_host *h, pid_t pid)
{
    int status = 0;

    write_pid(h, pid);
    ifr_dhcp_stop(&h->host, IFR_DHCPV4, DEV);
    assert_string_equal(scratch_read(&h->scratch, "/var/run/dhclient-" DEV ".pid"), "(none)");
    usleep(50000);
    bool stopped = waitpid(pid, &status, WNOHANG) == pid;
    if (!stopped) {
        kill(pid, SIGKILL);
        waitpid(pid, &status, 0);
    }
    return stopped;
}

/* The pid file is one way to know a client, not the only one. */
TEST_WITH(clients_are_known_by_their_words, struct ifup_host, h)
{
    pid_t client = run_as("/usr/sbin/dhclient", DEV), box = run_as("busybox", DEV);
    const char *name = NULL;
    int status = 0;

    assert_int_equal(ifr_client_find(h->host.facts, IFR_DHCPV4, DEV, NULL),
                     0); /* there is no /proc */
    assert_int_equal(symlink("/proc", scratch_path(&h->scratch, "/proc")), 0);
    assert_int_equal(ifr_client_find(h->host.facts, IFR_DHCPV4, DEV, &name), client);
    assert_string_equal(name, "dhclient");
    assert_int_equal(ifr_client_find(h->host.facts, IFR_DHCPV4, DEV "9", &name), 0);
    assert_null(name);
    ifr_client_stop(h->host.facts, h->host.log, IFR_DHCPV4, DEV);
    assert_int_equal(waitpid(client, &status, 0), client);
    assert_int_equal(waitpid(box, &status, WNOHANG), 0); /* busybox is no client by itself */
    kill(box, SIGKILL);
    waitpid(box, &status, 0);
}

static void write_words(struct ifup_host *h, const char *words, size_t len)
{
    FILE *file = NULL;

    scratch_mkdir(&h->scratch, "/proc/4194000");
    file = fopen(scratch_path(&h->scratch, "/proc/4194000/cmdline"), "we");
    assert_non_null(file);
    assert_int_equal(fwrite(words, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

#define WORDS(words) words, sizeof(words)

/* A client for IPv6 is not ours to count or to end. */
TEST_WITH(a_client_for_ipv6_is_none, struct ifup_host, h)
{
    write_words(h, WORDS("dhclient\0-6\0" DEV));
    assert_int_equal(ifr_client_find(h->host.facts, IFR_DHCPV4, DEV, NULL), 0);
    write_words(h, WORDS("dhclient\0-4\0" DEV));
    assert_int_equal(ifr_client_find(h->host.facts, IFR_DHCPV4, DEV, NULL), 4194000);
}

TEST_WITH(the_last_lease_counts, struct ifup_host, h)
{
    char ip[16];

    ifr_client_leased(h->host.facts, DEV, ip);
    assert_string_equal(ip, "");
    scratch_mkdir(&h->scratch, "/var/lib/dhcp");
    scratch_write(
        &h->scratch, "/var/lib/dhcp/dhclient-" DEV ".leases",
        "lease {\n  fixed-address 192.0.2.5;\n}\nlease {\n  fixed-address 192.0.2.6;\n}\n", 0644);
    ifr_client_leased(h->host.facts, DEV, ip);
    assert_string_equal(ip, "192.0.2.6");
    scratch_write(&h->scratch, "/var/lib/dhcp/dhclient-" DEV ".leases",
                  "  fixed-address 192.0.2.5;\n  fixed-address 999.0.2.6666666666666;\n", 0644);
    ifr_client_leased(h->host.facts, DEV, ip);
    assert_string_equal(ip, "");
}

TEST_WITH(ends_its_own_client_only, struct ifup_host, h)
{
    assert_int_equal(symlink("/proc", scratch_path(&h->scratch, "/proc")), 0);
    assert_true(was_stopped(h, run_as("/sbin/dhclient", DEV)));
    assert_true(was_stopped(h, run_as("udhcpc", DEV)));
    assert_false(was_stopped(h, run_as("/sbin/dhclient", "xenbr9")));
    assert_false(was_stopped(h, run_as("sshd", DEV)));
}

TEST_WITH(hostile_pid_files_end_nobody, struct ifup_host, h)
{
    static const char *const texts[] = { "",     "-1\n", "0\n", "1\n", "x\n", "99999999999999\n",
                                         "1 2\n" };

    assert_int_equal(symlink("/proc", scratch_path(&h->scratch, "/proc")), 0);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        scratch_write(&h->scratch, "/var/run/dhclient-" DEV ".pid", texts[i], 0644);
        ifr_dhcp_stop(&h->host, IFR_DHCPV4, DEV);
    }
    assert_false(ifup_logged(h, "stopping"));
}

TEST_WITH(a_client_without_an_address_is_replaced, struct ifup_host, h)
{
    pid_t pid = run_as("dhclient", DEV);
    int status = 0;

    assert_int_equal(symlink("/proc", scratch_path(&h->scratch, "/proc")), 0);
    scratch_write(&h->scratch, "/sbin/dhclient", "", 0755);
    write_pid(h, pid);
    assert_int_equal(start(h, true, 5), 0);
    assert_true(ifup_logged(h, "stopping DHCP client"));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    assert_non_null(strstr(ifup_ran(h), "dhclient -4 -q"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IFUP_TEST(dhclient_gets_a_private_configuration),
        IFUP_TEST(without_persistence_dhclient_tries_once),
        IFUP_TEST(udhcpc_alone_or_in_busybox),
        IFUP_TEST(no_client_is_an_error),
        IFUP_TEST(clients_are_known_by_their_words),
        IFUP_TEST(a_client_for_ipv6_is_none),
        IFUP_TEST(the_last_lease_counts),
        IFUP_TEST(ends_its_own_client_only),
        IFUP_TEST(hostile_pid_files_end_nobody),
        IFUP_TEST(a_client_without_an_address_is_replaced),
    };
    return cmocka_run_group_tests_name("ifup_dhcp", tests, NULL, NULL);
}
