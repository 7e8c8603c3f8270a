/* picture.c - draws a host's network as inline SVG: NICs in the first column, then bonds, then
 * VLANs and tunnels, and networks in the last.  The VLANs and tunnels on an interface are drawn
 * beside and below it. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cli/input/hosts.h"
#include "model/ipv6.h"
#include "model/topology.h"
#include "page.h"

#define NONE SIZE_MAX
#define COLUMNS 4
#define WIDTH 176 /* of a box, in pixels as all below */
#define HEIGHT 38
#define STEP_X 236
#define STEP_Y 52
#define MARGIN 8
#define NAME_BYTES 18 /* of a name beside the mark, or a MAC; the title has the whole name */

/* Where a record is drawn, by node of the links. */
struct box {
    int column; /* from 1; 0: none yet; -1: a folded box stands for it */
    size_t row;
};

struct picture {
    struct dbc_buf *page;
    const struct report_host *h;
    struct box *boxes;
    size_t *child, *next; /* by PIF: the first PIF on it, the next on the same; or NONE */
    size_t *slave;        /* by PIF: the first slave of the bond; slaves use `next`, too */
    size_t *folded;       /* by PIF: VLANs on it that share one box */
    size_t *folded_row;   /* and the row of that box */
    size_t n, rows;
    bool bonds, uppers; /* whether there is anything in columns 2 and 3 */
};

static size_t place_of(const struct picture *p, const struct dbc_pif *pif)
{
    return report_node(p->h, &pif->rec) - p->h->links.first[DBC_PIF];
}

static struct box *box_of(const struct picture *p, const struct dbc_record *rec)
{
    return &p->boxes[report_node(p->h, rec)];
}

/* ---- Which PIF is on which ---------------------------------------------------------------- */

static void link_all(struct picture *p)
{
    for (size_t i = 0; i < p->n; i++) {
        p->child[i] = p->next[i] = p->slave[i] = NONE;
    }
    for (size_t i = p->n; i-- > 0;) {
        const struct dbc_pif *pif = report_pif(p->h, i);
        const struct dbc_pif *master = report_master(p->h, pif);
        const struct dbc_pif *below = master != NULL ? NULL : report_below(p->h, pif);
        size_t *list = master != NULL && master != pif ? &p->slave[place_of(p, master)]
                       : below != NULL && below != pif ? &p->child[place_of(p, below)]
                                                       : NULL;
        if (list != NULL) {
            p->next[i] = *list;
            *list = i;
        }
    }
}

static bool is_plain(const struct picture *p, const struct dbc_pif *pif)
{
    size_t node = report_node(p->h, &pif->rec);

    return !report_has_address(pif) && p->h->worst[node] == 0 && p->h->hot[node] == 0 &&
           p->child[place_of(p, pif)] == NONE;
}

/* ---- Places ------------------------------------------------------------------------------- */

static bool put_network(struct picture *p, const struct dbc_pif *pif, size_t row)
{
    const struct dbc_network *network = dbc_pif_network(p->h->host->db, pif);
    struct box *box = network == NULL ? NULL : box_of(p, &network->rec);

    if (box == NULL || box->column != 0) {
        return false;
    }
    *box = (struct box){ 4, row };
    return true;
}

/* Gives a PIF its place.  False when it has one already, or the row is not drawn any more. */
static bool put_pif(struct picture *p, const struct dbc_pif *pif, int column, size_t row)
{
    struct box *box = box_of(p, &pif->rec);

    if (box->column != 0 || row >= REPORT_DRAWN_ROWS) {
        return false;
    }
    *box = (struct box){ column, row };
    p->bonds = p->bonds || column == 2;
    p->uppers = p->uppers || column == 3;
    return true;
}

/* Hides the network of a VLAN that is not drawn itself. */
static void hide_network(struct picture *p, const struct dbc_pif *pif)
{
    const struct dbc_network *network = dbc_pif_network(p->h->host->db, pif);
    size_t node = network == NULL ? 0 : report_node(p->h, &network->rec);

    if (network != NULL && p->boxes[node].column == 0 && p->h->worst[node] == 0) {
        p->boxes[node].column = -1;
    }
}

/* Places the PIFs on `root`, from `row` on; returns the first free row behind them. */
static size_t put_uppers(struct picture *p, size_t root, size_t row)
{
    size_t plain = 0;

    for (size_t i = p->child[root]; i != NONE; i = p->next[i]) {
        plain += is_plain(p, report_pif(p->h, i));
    }
    p->folded[root] = plain > REPORT_FOLD ? plain : 0;
    for (size_t i = p->child[root]; i != NONE; i = p->next[i]) {
        const struct dbc_pif *pif = report_pif(p->h, i);
        if (p->folded[root] > 0 && is_plain(p, pif)) {
            box_of(p, &pif->rec)->column = -1;
            hide_network(p, pif);
        } else if (put_pif(p, pif, 3, row)) {
            put_network(p, pif, row);
            row++;
        }
    }
    p->folded_row[root] = row;
    return row + (p->folded[root] > 0);
}

static void put_root(struct picture *p, size_t root)
{
    const struct dbc_pif *pif = report_pif(p->h, root);
    bool bond = p->slave[root] != NONE || *report_kind(p->h, pif) == 'b';
    size_t row = p->rows, slaves = row, uppers = row;

    if (!put_pif(p, pif, bond ? 2 : 1, row)) {
        return;
    }
    for (size_t i = p->slave[root]; i != NONE; i = p->next[i]) {
        slaves += put_pif(p, report_pif(p->h, i), 1, slaves);
    }
    uppers += put_network(p, pif, row);
    uppers = put_uppers(p, root, uppers);
    row = uppers > slaves ? uppers : slaves;
    p->rows = row > p->rows ? row : p->rows + 1;
}

static void put_all(struct picture *p)
{
    const struct dbc_network *network = NULL;

    for (size_t i = 0; i < p->n; i++) {
        const struct dbc_pif *pif = report_pif(p->h, i);
        if (report_master(p->h, pif) == NULL && report_below(p->h, pif) == NULL) {
            put_root(p, i);
        }
    }
    for (size_t i = 0; i < p->n; i++) { /* PIFs in circles, or on a slave */
        put_root(p, i);
    }
    for (size_t i = 0; (network = dbc_db_network_at(p->h->host->db, i)) != NULL; i++) {
        struct box *box = box_of(p, &network->rec);
        if (box->column == 0 && p->rows < REPORT_DRAWN_ROWS) {
            *box = (struct box){ 4, p->rows++ };
        }
    }
}

/* ---- Drawing ------------------------------------------------------------------------------ */

static int x_of(const struct picture *p, int column)
{
    int gone = (column > 2 && !p->bonds) + (column > 3 && !p->uppers);

    return MARGIN + (column - 1 - gone) * STEP_X;
}

static int y_of(size_t row)
{
    return MARGIN + (int)row * STEP_Y;
}

static void draw_line(struct picture *p, const struct box *from, const struct box *to, bool hot)
{
    int x1 = x_of(p, from->column) + WIDTH, x2 = x_of(p, to->column);
    int y1 = y_of(from->row) + HEIGHT / 2, y2 = y_of(to->row) + HEIGHT / 2;
    int middle = (x1 + x2) / 2;

    if (from->column <= 0 || to->column <= 0 || from->column == to->column) {
        return;
    }
    if (from->column < to->column && x2 - x1 > STEP_X) {
        middle = x1 + (STEP_X - WIDTH) / 2; /* turns in the gap beside its own column */
    }
    dbc_buf_addf(p->page, "<path class=\"edge%s\" d=\"M%d %dH%dV%dH%d\"/>\n", hot ? " hot" : "", x1,
                 y1, middle, y2, x2);
}

static void draw_lines(struct picture *p)
{
    for (size_t i = 0; i < p->n; i++) {
        const struct dbc_pif *pif = report_pif(p->h, i);
        const struct dbc_pif *master = report_master(p->h, pif), *below = report_below(p->h, pif);
        const struct dbc_network *network = dbc_pif_network(p->h->host->db, pif);
        const struct box *box = box_of(p, &pif->rec);
        bool hot = p->h->hot[report_node(p->h, &pif->rec)] == 1;

        if (master != NULL) {
            draw_line(p, box, box_of(p, &master->rec), hot);
        } else if (below != NULL) {
            draw_line(p, box_of(p, &below->rec), box, hot);
        }
        if (network != NULL && master == NULL) {
            draw_line(p, box, box_of(p, &network->rec),
                      hot && p->h->hot[report_node(p->h, &network->rec)] == 1);
        }
    }
}

static void add_short(struct dbc_buf *page, const char *text)
{
    char name[NAME_BYTES];

    dbc_printable(name, sizeof name, text);
    report_text(page, name);
}

/* Appends "\nWHAT VALUE", or nothing without a value. */
static void add_detail(struct dbc_buf *page, const char *what, const char *value)
{
    if (*value != '\0') {
        report_raw(page, what);
        report_text(page, value);
    }
}

/* Writes the text that a pointer on the box, or a screen reader, shows. */
static void add_title(struct picture *p, const struct dbc_record *rec, const char *kind,
                      const char *name)
{
    const struct dbc_finding *said = p->h->said[report_node(p->h, rec)];
    const struct dbc_pif *pif = rec->class_ == DBC_PIF ? (const struct dbc_pif *)rec : NULL;

    report_raw(p->page, "<title>");
    report_text(p->page, kind);
    report_raw(p->page, " ");
    report_text(p->page, name);
    if (said != NULL) {
        report_raw(p->page, "\n");
        report_raw(p->page, dbc_severity_name(said->rule->severity));
        add_detail(p->page, ": ", said->message);
    }
    if (pif != NULL) {
        add_detail(p->page, "\naddress mode ", pif->ip_configuration_mode);
        add_detail(p->page, "\naddress ", pif->IP);
        add_detail(p->page, "\nnetmask ", pif->netmask);
        if (dbc_pif_wants_ipv6(pif)) {
            add_detail(p->page, "\nIPv6 mode ", pif->ipv6_configuration_mode);
            add_detail(p->page, "\nIPv6 ", pif->IPv6);
        }
        add_detail(p->page, "\nMAC ", pif->MAC);
    }
    report_raw(p->page, "</title>");
}

/* Draws the box with its name; `what` and `value` are its second line. */
static void draw_box(struct picture *p, const struct dbc_record *rec, const char *kind,
                     const char *name, const char *what, const char *value)
{
    static const char *const levels[] = { "", " warn", " bad" };
    const struct box *box = box_of(p, rec);
    size_t node = report_node(p->h, rec);
    int x = x_of(p, box->column), y = y_of(box->row), worst = p->h->worst[node];

    if (box->column <= 0) {
        return;
    }
    dbc_buf_addf(p->page, "<a href=\"#h%zun%zu\" class=\"box %s%s%s\">", p->h->place, node, kind,
                 levels[worst], p->h->hot[node] == 1 ? " hot" : "");
    add_title(p, rec, kind, name);
    dbc_buf_addf(p->page, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\"/>", x, y,
                 WIDTH, HEIGHT);
    dbc_buf_addf(p->page, "<text x=\"%d\" y=\"%d\">", x + 10, y + 16);
    add_short(p->page, name);
    dbc_buf_addf(p->page, "</text><text class=\"quiet\" x=\"%d\" y=\"%d\">%s", x + 10, y + 31,
                 what);
    add_short(p->page, value);
    report_raw(p->page, "</text>");
    if (worst > 0) {
        dbc_buf_addf(p->page,
                     "<circle cx=\"%d\" cy=\"%d\" r=\"9\"/><text class=\"mark\" x=\"%d\" "
                     "y=\"%d\">!</text>",
                     x + WIDTH - 16, y + HEIGHT / 2, x + WIDTH - 16, y + HEIGHT / 2 + 4);
    }
    report_raw(p->page, "</a>\n");
}

/* Draws the box of folded VLANs, below those that are drawn on their interface. */
static void draw_folded(struct picture *p, size_t root)
{
    const struct box *box = box_of(p, &report_pif(p->h, root)->rec);
    size_t row = p->folded_row[root];

    if (p->folded[root] == 0 || box->column <= 0) {
        return;
    }
    draw_line(p, box, &(struct box){ 3, row }, false);
    dbc_buf_addf(p->page,
                 "<a href=\"#h%zur\" class=\"box many\"><title>%zu VLANs, sound and without "
                 "address</title><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\"/>"
                 "<text x=\"%d\" y=\"%d\">%zu VLANs</text><text class=\"quiet\" x=\"%d\" "
                 "y=\"%d\">sound, without address</text></a>\n",
                 p->h->place, p->folded[root], x_of(p, 3), y_of(row), WIDTH, HEIGHT,
                 x_of(p, 3) + 10, y_of(row) + 16, p->folded[root], x_of(p, 3) + 10, y_of(row) + 31);
}

static void draw_boxes(struct picture *p)
{
    const struct dbc_network *network = NULL;
    char name[DBC_NETDEV_NAME_SIZE];

    for (size_t i = 0; i < p->n; i++) {
        const struct dbc_pif *pif = report_pif(p->h, i);
        draw_box(p, &pif->rec, report_kind(p->h, pif), dbc_pif_netdev(pif, name), "",
                 *pif->MAC != '\0' && !dbc_pif_is_vlan(pif) ? pif->MAC : report_kind(p->h, pif));
        draw_folded(p, i);
    }
    for (size_t i = 0; (network = dbc_db_network_at(p->h->host->db, i)) != NULL; i++) {
        draw_box(p, &network->rec, "network", network->bridge, "MTU ", network->MTU.text);
    }
}

static bool has(const struct picture *p, const unsigned char *nodes, unsigned char value)
{
    return memchr(nodes, value, p->h->links.n_nodes) != NULL;
}

/* Explains the colours that the picture has. */
static void draw_legend(struct picture *p)
{
    report_raw(p->page, "<p class=\"legend\">");
    if (has(p, p->h->hot, 1)) {
        report_raw(p->page, "<span class=\"hot\">management</span> ");
    }
    if (has(p, p->h->worst, 1)) {
        report_raw(p->page, "<span class=\"warn\">warning</span> ");
    }
    if (has(p, p->h->worst, 2)) {
        report_raw(p->page, "<span class=\"bad\">error</span> ");
    }
    report_raw(p->page, "<span class=\"quiet\">A box leads to its record.</span></p>\n");
}

static void draw(struct picture *p)
{
    for (size_t i = 0; i < p->n; i++) {
        p->uppers = p->uppers || p->folded[i] > 0;
    }
    report_raw(p->page, "<h3>How it hangs together</h3>\n");
    draw_legend(p);
    report_raw(p->page, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
                        "aria-label=\"Topology\">");
    dbc_buf_addf(p->page,
                 "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" "
                 "height=\"%d\" role=\"group\" aria-label=\"Topology\">\n",
                 x_of(p, COLUMNS) + WIDTH + MARGIN, y_of(p->rows),
                 x_of(p, COLUMNS) + WIDTH + MARGIN, y_of(p->rows));
    draw_lines(p);
    draw_boxes(p);
    report_raw(p->page, "</svg></div>\n");
    if (p->rows >= REPORT_DRAWN_ROWS) {
        report_raw(p->page, "<p>The picture is not complete; the tables are.</p>\n");
    }
}

int report_picture(struct dbc_buf *page, const struct report_host *h)
{
    struct picture p = { .page = page, .h = h, .n = h->host->db->of[DBC_PIF].n };
    size_t *lists = calloc(p.n * 5 + 1, sizeof *lists);

    p.boxes = calloc(h->links.n_nodes + 1, sizeof *p.boxes);
    if (lists != NULL && p.boxes != NULL) {
        p.child = lists;
        p.next = lists + p.n;
        p.slave = lists + 2 * p.n;
        p.folded = lists + 3 * p.n;
        p.folded_row = lists + 4 * p.n;
        link_all(&p);
        put_all(&p);
        draw(&p);
    } else {
        page->failed = true;
    }
    free(lists);
    free(p.boxes);
    return page->failed ? -1 : 0;
}
