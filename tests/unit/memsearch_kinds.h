/* memsearch_kinds.h - the kinds of vectors that memsearch is tested with, side by side in one program */
#ifndef MEMSEARCH_KINDS_H
#define MEMSEARCH_KINDS_H

#include "memsearch.h"

struct memsearch_kind {
	const char *name;
	const void *(*chr)(const void *, int, size_t);
	const void *(*rchr)(const void *, int, size_t);
	const void *(*chr3)(const void *, int, int, int, size_t);
	const void *(*find)(const void *, size_t, const void *, size_t);
	size_t (*count)(const void *, int, size_t);
	size_t (*utf8_count)(const void *, size_t);
	bool (*utf8_valid)(const void *, size_t);
	void (*words)(struct words_count *, const void *, size_t);
	void (*chars)(struct words_count *, const void *, size_t);
};

extern const struct memsearch_kind memsearch_kind_portable;
extern const struct memsearch_kind memsearch_kind_sse2; /* on x86-64 only */

/* Returns NULL if the processor has no AVX2; on x86-64 only. */
const struct memsearch_kind *memsearch_kind_avx2(void);

#endif
