/* html.c - how text gets into a page, and the page's beginning and end. */
#include <string.h>

#include "base/error.h"
#include "page.h"

void report_raw(struct dbc_buf *page, const char *markup)
{
    if (page->len > REPORT_LIMIT_BYTES) {
        page->failed = true;
    }
    dbc_buf_adds(page, markup);
}

void report_text(struct dbc_buf *page, const char *text)
{
    char one[4];

    while (*text != '\0') {
        size_t n = dbc_printable_next(&text, one);
        const char *entity = n != 1           ? NULL
                             : one[0] == '&'  ? "&amp;"
                             : one[0] == '<'  ? "&lt;"
                             : one[0] == '>'  ? "&gt;"
                             : one[0] == '"'  ? "&quot;"
                             : one[0] == '\'' ? "&#39;"
                                              : NULL;
        if (entity != NULL) {
            dbc_buf_adds(page, entity);
        } else {
            dbc_buf_add(page, one, n);
        }
    }
}

void report_cell(struct dbc_buf *page, const char *tag, const char *text)
{
    report_raw(page, "<");
    report_raw(page, tag);
    report_raw(page, ">");
    report_text(page, text);
}

void report_start_table(struct dbc_buf *page, const char *caption)
{
    report_raw(page, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
    report_raw(page, caption);
    report_raw(page, "\"><table class=\"data\"><caption>");
    report_raw(page, caption);
    report_raw(page, "</caption><thead><tr>");
}

void report_end_table(struct dbc_buf *page)
{
    report_raw(page, "</tbody></table></div>\n");
}

void report_head(struct dbc_buf *page, const char *title)
{
    report_raw(page, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                     "style-src '");
    report_raw(page, report_css_hash);
    report_raw(page, "'; script-src '");
    report_raw(page, report_js_hash);
    report_raw(page, "'; base-uri 'none'; form-action 'none'\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<meta name=\"color-scheme\" content=\"light dark\">\n"
                     "<meta name=\"referrer\" content=\"no-referrer\">\n<title>Network of ");
    report_text(page, title);
    report_raw(page, "</title>\n<style>");
    report_raw(page, report_css);
    report_raw(page, "</style></head>\n<body><a class=\"skip\" href=\"#main\">Skip to the report"
                     "</a>\n<main id=\"main\">\n");
}

void report_foot(struct dbc_buf *page)
{
    report_raw(page, "</main>\n<footer>Made by dbcache. The page is complete in itself and loads "
                     "nothing.</footer>\n<script>");
    report_raw(page, report_js);
    report_raw(page, "</script></body></html>\n");
}
