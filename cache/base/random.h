/* random.h - bytes that a stranger cannot guess, for hash.c's seed and the names of temporary
 * files.  For base/ and for folders with a hash table of their own. */
#ifndef DBC_BASE_RANDOM_H
#define DBC_BASE_RANDOM_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

/* Used when the kernel gives nothing: mixes the 16 random bytes that it handed to this process at
 * its start with the clock and the pid. */
static inline uint64_t dbc_random_fallback(void)
{
    uint64_t word[2] = { 0, 0 };
    struct timespec now = { 0, 0 };
    const void *start = (const void *)getauxval(AT_RANDOM);

    if (start != NULL) {
        memcpy(word, start, sizeof word);
    }
    clock_gettime(CLOCK_MONOTONIC, &now);
    word[0] ^= (uint64_t)now.tv_nsec << 20 ^ (uint64_t)now.tv_sec ^ (uint64_t)getpid() << 50;
    word[0] = (word[0] ^ word[0] >> 30) * 0xbf58476d1ce4e5b9u;
    word[0] = (word[0] ^ word[0] >> 27) * 0x94d049bb133111ebu;
    return word[0] ^ word[0] >> 31 ^ word[1];
}

/* Fills `n` words with one system call.  Never blocks: early in the boot the kernel's pool may not
 * be ready for minutes. */
static inline void dbc_random_words(uint64_t *words, size_t n)
{
    ssize_t got = 0;

    do {
        got = getrandom(words, n * sizeof *words, GRND_NONBLOCK);
    } while (got < 0 && errno == EINTR);
    for (size_t i = 0; got != (ssize_t)(n * sizeof *words) && i < n; i++) {
        words[i] = dbc_random_fallback();
    }
}

static inline uint64_t dbc_random(void)
{
    uint64_t word = 0;

    dbc_random_words(&word, 1);
    return word;
}

#endif
