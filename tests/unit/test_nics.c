/* test_nics.c - model/nics.h: lists of NICs, sound and hostile ones; and reconfigure/host/nics.h:
 * which devices of an invented host are NICs. */
#include <unistd.h>

#include "unit/test.h"

#include "base/error.h"
#include "model/nics.h"
#include "reconfigure/host/nics.h"
#include "unit/recorded.h"

#define MAC1 "00:16:3e:00:00:01"
#define MAC2 "00:16:3e:00:00:02"

/* The list as "MAC DEVICE PCI;" for each, or the error as text. */
static const char *parsed_bytes(const char *text, size_t len)
{
    static char out[4096];
    struct dbc_nics nics;
    struct dbc_error err = DBC_ERROR_INIT;
    size_t used = 0;

    out[0] = '\0';
    if (dbc_nics_parse("list", text, len, &nics, &err) != 0) {
        assert_int_equal(nics.n, 0);
        assert_null(nics.v);
        return dbc_error_string(&err, out, sizeof out);
    }
    for (size_t i = 0; i < nics.n; i++) {
        used += (size_t)snprintf(out + used, sizeof out - used, "%s %s %s;", nics.v[i].mac,
                                 nics.v[i].device, nics.v[i].pci);
        assert_true(used < sizeof out);
    }
    dbc_nics_release(&nics);
    return out;
}

static const char *parsed(const char *text)
{
    return parsed_bytes(text, strlen(text));
}

TEST(test_lists)
{
    static const struct {
        const char *text, *nics;
    } cases[] = {
        { "", "" },
        { "\n \t\n# nothing\n", "" },
        { MAC1 " eth0 0000:03:00.0\n", MAC1 " eth0 0000:03:00.0;" },
        { "\t" MAC1 "\teth0  3:0.1 # the left one\r\n" MAC2 " eth1 -",
          MAC1 " eth0 0000:03:00.1;" MAC2 " eth1 ;" },
        { "00:16:3E:00:00:0A eth0 0001:FF:1f.7", "00:16:3e:00:00:0a eth0 0001:ff:1f.7;" },
        { MAC1 " a -\n" MAC1 " b -", MAC1 " a ;" MAC1 " b ;" }, /* for whoever asks for a MAC */
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(parsed(cases[i].text), cases[i].nics);
    }
}

TEST(test_faults_have_a_line)
{
    static const struct {
        const char *text, *error;
    } cases[] = {
        { "# x\n" MAC1 " eth0", "list:2:23: a word is missing; a line is MAC DEVICE PCI" },
        { MAC1 " eth0 - -", "list:1:26: a fourth word; a line is MAC DEVICE PCI" },
        { "\n\n00:16:3e:00:00 eth0 -",
          "list:3: expected the MAC of a NIC, found '00:16:3e:00:00'" },
        { "01:00:5e:00:00:01 eth0 -",
          "list:1: expected the MAC of a NIC, found '01:00:5e:00:00:01'" },
        { "00:00:00:00:00:00 eth0 -",
          "list:1: expected the MAC of a NIC, found '00:00:00:00:00:00'" },
        { MAC1 " ../x -", "list:1: expected the name of a device, found '../x'" },
        { MAC1 " -x -", "list:1: expected the name of a device, found '-x'" },
        { MAC1 " \x1b[1m -", "list:1: expected the name of a device, found '\\x1b[1m'" },
        { MAC1 " eth0 03.0", "list:1: expected a PCI address as 0000:03:00.0, or -, found '03.0'" },
        { MAC1 " eth0 -\n" MAC2 " eth0 -", "list:2: a second NIC called eth0, after line 1" },
        { MAC1 " 12345678901234567890123456789012345678901234567890123456789012345 -",
          "list:1:19: a word that is no NIC's; a line is MAC DEVICE PCI" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(parsed(cases[i].text), cases[i].error);
    }
    assert_string_equal(parsed_bytes(MAC1 " et\0h0 -", 25),
                        "list:1:19: a word that is no NIC's; a line is MAC DEVICE PCI");
}

TEST(test_limits)
{
    struct dbc_buf text = DBC_BUF_INIT;

    for (int i = 0; i < DBC_LIMIT_NICS + 1; i++) {
        dbc_buf_addf(&text, MAC1 " e%d -\n", i);
    }
    assert_string_equal(parsed(dbc_buf_str(&text)), "list:1025: more than 1024 NICs");
    dbc_buf_clear(&text);
    while (text.len <= DBC_LIMIT_NICS_BYTES) {
        dbc_buf_adds(&text, "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n");
    }
    assert_string_equal(parsed(dbc_buf_str(&text)), "list: a list of NICs above 262144 bytes");
    assert_string_equal(parsed_bytes(dbc_buf_str(&text), DBC_LIMIT_NICS_BYTES), "");
    dbc_buf_release(&text);
}

TEST(test_pci)
{
    static const char *const none[] = { "",       "-",         "00.0",        "0:0",
                                        "0:0:0",  "0:20.0",    "0:0.8",       "100:0.0",
                                        "0:0.0x", "1:2:3:4.0", ":0.0",        "0:.0",
                                        "0:0.",   "g:0.0",     "0000:0:0.0 ", "123456789:0:0.0" };
    /* Each comes before the next. */
    static const char *const sorted[] = { "0:0.0",    "0:0.1",       "0:1.0",
                                          "1:0.0",    "ff:1f.7",     "0001:00:00.0",
                                          "10:0:0.0", "10000:0:0.0", "ffffffff:ff:1f.7" };
    char out[DBC_PCI_SIZE] = "as it was";
    uint64_t order = 0, before = 0;

    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        assert_false(dbc_parse_pci(none[i], out, &order));
    }
    assert_false(dbc_parse_pci(NULL, out, &order));
    assert_string_equal(out, "as it was");
    assert_int_equal(order, 0);
    for (size_t i = 0; i < sizeof sorted / sizeof sorted[0]; i++) {
        assert_true(dbc_parse_pci(sorted[i], out, &order));
        assert_true(order > before);
        before = order;
    }
    assert_string_equal(out, "ffffffff:ff:1f.7");
}

/* ---- The host's ---------------------------------------------------------------------------- */

/* A device, behind it the bus device at `place` below /sys/devices ("": none) on a bus. */
static void device(struct recorded *host, const char *name, const char *mac, const char *place,
                   const char *bus)
{
    char path[256], target[256];

    snprintf(path, sizeof path, "/sys/class/net/%s/address", name);
    scratch_write(&host->s, path, mac, 0644);
    if (*place == '\0') {
        return;
    }
    snprintf(target, sizeof target, "/sys/devices/%s", place);
    scratch_mkdir(&host->s, target);
    snprintf(path, sizeof path, "/sys/class/net/%s/device", name);
    snprintf(target, sizeof target, "../../../devices/%s", place);
    assert_int_equal(symlink(target, scratch_path(&host->s, path)), 0);
    snprintf(path, sizeof path, "/sys/devices/%s/subsystem", place);
    snprintf(target, sizeof target, "../../bus/%s", bus);
    assert_int_equal(symlink(target, scratch_path(&host->s, path)), 0);
}

TEST_WITH(test_hardware, struct recorded, host)
{
    struct dbc_nics nics = DBC_NICS_INIT;

    device(host, "eth10", MAC1 "\n", "pci0000:00/0000:00:1c.0/0000:03:00.0", "pci");
    device(host, "eth2", MAC2 "\n", "pci0000:00/0000:00:14.0/usb1/1-1", "usb");
    device(host, "xenbr0", MAC1 "\n", "", "");
    device(host, "vif1.0", "fe:ff:ff:ff:ff:ff\n", "vif-1-0", "xen-backend");
    device(host, "ib0", "80:00:02:08:fe:80\n", "pci0000:00/0000:04:00.0", "pci");
    device(host, "bad", "nonsense\n", "pci0000:00/0000:05:00.0", "pci");
    device(host, "eth3", "00:16:3e:00:00:03\n", "virtual", "platform");
    device(host, "lent", "00:16:3e:00:00:04\n", "pci0000:00/0000:06:00.1", "pci");
    scratch_mkdir(&host->s, "/sys/devices/pci0000:00/0000:06:00.1/physfn");
    assert_int_equal(ifr_nics_read(host->facts, &nics, NULL), 0);
    assert_int_equal(nics.n, 4);
    assert_string_equal(nics.v[0].device, "eth2");
    assert_string_equal(nics.v[0].pci, "0000:00:14.0");
    assert_string_equal(nics.v[1].device, "eth3");
    assert_string_equal(nics.v[1].pci, "");
    assert_string_equal(nics.v[2].device, "eth10");
    assert_string_equal(nics.v[2].pci, "0000:03:00.0");
    assert_string_equal(nics.v[2].mac, MAC1);
    assert_string_equal(nics.v[3].device, "ib0"); /* six bytes of it look like a MAC */
    dbc_nics_release(&nics);
}

TEST_WITH(test_no_hardware, struct recorded, host)
{
    struct dbc_nics nics = DBC_NICS_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    assert_int_equal(ifr_nics_read(host->facts, &nics, &err), -1);
    assert_int_equal(err.code, DBC_ENOENT);
    device(host, "xenbr0", MAC1 "\n", "", "");
    assert_int_equal(ifr_nics_read(host->facts, &nics, &err), -1);
    assert_string_equal(err.text, "the kernel shows no NIC");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists),  cmocka_unit_test(test_faults_have_a_line),
        cmocka_unit_test(test_limits), cmocka_unit_test(test_pci),
        RECORDED(test_hardware),       RECORDED(test_no_hardware),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
