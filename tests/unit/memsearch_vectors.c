/* memsearch_vectors.c - both kinds of libbb/memsearch_x86.c, whichever the processor would choose */
#if defined(__x86_64__)

#define mem_chr                    chosen_chr
#define mem_chr2                   chosen_chr2
#define mem_chr3                   chosen_chr3
#define mem_rchr                   chosen_rchr
#define mem_mem                    chosen_mem
#define mem_find                   chosen_find
#define mem_count                  chosen_count
#define utf8_count                 chosen_utf8_count
#define utf8_valid                 chosen_utf8_valid
#define chars_count                chosen_chars_count
#define words_count(state, p, len) chosen_words_count(state, p, len) /* not the struct */
#include "../../libbb/memsearch_x86.c"
#undef utf8_count
#undef utf8_valid
#include "memsearch_kinds.h"

const struct memsearch_kind memsearch_kind_sse2 = {
	"SSE2",         mem_chr_sse2,    mem_rchr_sse2,   mem_chr3_sse2,    mem_find_sse2,
	mem_count_sse2, utf8_count_sse2, utf8_valid_sse2, words_count_sse2, chars_count_sse2,
};

static const struct memsearch_kind avx2 = {
	"AVX2",         mem_chr_avx2,    mem_rchr_avx2,   mem_chr3_avx2,    mem_find_avx2,
	mem_count_avx2, utf8_count_avx2, utf8_valid_avx2, words_count_avx2, chars_count_avx2,
};

const struct memsearch_kind *memsearch_kind_avx2(void)
{
	return has_avx2() ? &avx2 : NULL;
}

#endif

/* A translation unit has to declare something. */
typedef int memsearch_vectors_unit;
