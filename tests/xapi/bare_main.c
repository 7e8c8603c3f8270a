/* bare_main.c - what cost.py compares with: libxml2 parses recorded answers with SAX2 and null
 * handlers, and prints what that cost. */
#include "../bench/bare.h"
#include "../bench/measure.h"

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (bare_parse(argv[i]) != 0) {
            fprintf(stderr, "%s: not well-formed\n", argv[i]);
            return 1;
        }
    }
    printf("%.0f %u\n", measure_self_us(), measure_peak_kib());
    return 0;
}
