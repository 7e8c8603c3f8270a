/* bare_main.c - the measuring stick of cost.py: libxml2 parses recorded answers with SAX2 and every
 * handler null, and says what that cost. */
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
