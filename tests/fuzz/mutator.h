/* mutator.h - what the mutators of this folder share. */
#ifndef FUZZ_MUTATOR_H
#define FUZZ_MUTATOR_H

#include <stdint.h>
#include <string.h>

/* Weak, since only libFuzzer has it; nothing calls a mutator without libFuzzer. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max) __attribute__((weak));
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);

/* Returns a number below `n`, or 0 when `n` is 0. */
static inline unsigned draw(unsigned *seed, size_t n)
{
    *seed = *seed * 1103515245u + 12345u;
    return n == 0 ? 0 : (*seed >> 16) % (unsigned)n;
}

#endif
