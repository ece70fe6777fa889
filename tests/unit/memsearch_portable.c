/* memsearch_portable.c - libbb/memsearch.c as it is where there are no vectors, under other names */
#define MEMSEARCH_PORTABLE
#define mem_pad                    portable_pad
#define mem_rarest                 portable_rarest
#define mem_same                   portable_same
#define mem_ones                   portable_ones
#define mem_chr                    portable_chr
#define mem_chr2                   portable_chr2
#define mem_chr3                   portable_chr3
#define mem_rchr                   portable_rchr
#define mem_mem                    portable_mem
#define mem_find                   portable_find
#define mem_count                  portable_count
#define utf8_count                 portable_utf8_count
#define utf8_valid                 portable_utf8_valid
#define words_begin                portable_words_begin
#define words_end                  portable_words_end
#define words_high                 portable_words_high
#define chars_count                portable_chars_count
#define words_count(state, p, len) portable_words_count(state, p, len) /* not the struct */
#include "../../libbb/memsearch.c"
#undef utf8_count
#undef utf8_valid
#include "memsearch_kinds.h"

const struct memsearch_kind memsearch_kind_portable = {
	"portable",     portable_chr,        portable_rchr,       portable_chr3,        portable_find,
	portable_count, portable_utf8_count, portable_utf8_valid, portable_words_count, portable_chars_count,
};
