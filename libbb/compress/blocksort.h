/* blocksort.h - the Burrows-Wheeler transform */
#ifndef BLOCKSORT_H
#define BLOCKSORT_H

struct block_sorter;

/* A sorter of blocks of up to `size` bytes, 2^20 - 1 at most; its memory is the arena's. */
struct block_sorter *block_sorter_new(unsigned size);

/* Where the block goes. */
unsigned char *block_sorter_text(struct block_sorter *s);

/* Puts the bytes before the rotations of the `n` > 0 bytes there, in the order of these, into `last`; it may be the text itself.
 * Returns which of them is that of the whole block. */
unsigned block_sort(struct block_sorter *s, unsigned n, unsigned char *last);

#endif
