/* json.h - what the verbs that print JSON share; in output.c, beside what is for people. */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include <stdio.h>

#include <jansson.h>

/* A string, or null for NULL.  What is no UTF-8 is escaped.  NULL without memory. */
json_t *cli_json_text(const char *text);

/* Prints it on stdout, with a line's end, and frees it; NULL is one that there was no memory for.
 * -1 after lack of memory has been told; what could not be written is told by the main program. */
int cli_json_print(json_t *json);
int cli_json_print_to(FILE *out, json_t *json);

#endif
