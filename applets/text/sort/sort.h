/* sort.h - what the parts of sort share */
#ifndef SORT_H
#define SORT_H

#include "libbb.h"
#include "random.h"

/* A key of comparison. Fields and characters are counted from 0. */
struct key {
	size_t start_field, start_char;
	size_t end_field,
		end_char; /* the field it ends in, SIZE_MAX for the line's end; and how much of it, 0 for all */
	bool skip_start, skip_end; /* b */
	bool dictionary, printing; /* d i */
	bool fold;                 /* f */
	bool general, human, month, numeric, random, version;
	bool reverse;
	bool old; /* written as +1 -2 */
};

/* A line, with what of it decides most comparisons. `cache` orders lines as their first keys do, as far as it goes. */
struct line {
	uint64_t cache;
	char *text;
	size_t len;                /* without the delimiter, behind which a byte may be written */
	uint32_t key_at, key_size; /* of the first key; key_at KEY_UNKNOWN if it is to be found anew */
};

#define KEY_UNKNOWN UINT32_MAX

struct input;

struct sorter {
	struct key *keys;
	size_t keys_count, keys_size;
	bool plain; /* lines are compared as they are */
	bool stable, unique, reverse;
	bool debug;
	char delimiter;
	int separator; /* or -1 */
	struct random random;
	unsigned char salt[16];
	bool utf8; /* for the hash of -R, which then has a NUL */
	const char *compress;
	const char **dirs;
	size_t dirs_count, dirs_used;
	size_t batch, memory;
	size_t parallel;
	struct writer *out;
	const char *output; /* its name; NULL for standard output */
	struct input *runs; /* sorted parts in temporary files */
	size_t runs_count, runs_size;
};

/* key.c */

/* Reads the keys of an argument of -k, or an old key. */
void parse_key(struct sorter *s, const char *spec);
void parse_old_key(struct sorter *s, const char *start, const char *end);

/* Sets the ordering options of `letters` in a key; returns the first letter that is none. `start` and `end` say
 * which of its ends b is about. */
const char *set_ordering(struct key *key, const char *letters, bool start, bool end);

/* Writes the letters of a key's options, without b and r, to `out`. */
void ordering_letters(const struct key *key, char out[16], bool blanks);

bool has_ordering(const struct key *key);

/* The bounds of a key in a line. */
char *key_start(const struct sorter *s, const struct key *key, const struct line *line);
char *key_end(const struct sorter *s, const struct key *key, const struct line *line);

/* Sets what a line has beside its text. */
void prepare_line(const struct sorter *s, struct line *line);

/* Compare two lines: by their keys only, and wholly. */
int compare_keys(const struct sorter *s, const struct line *a, const struct line *b);
int compare_lines(const struct sorter *s, const struct line *a, const struct line *b);

/* Whether lines of the same cache are known to have equal first keys. */
bool caches_are_all(const struct sorter *s, const struct line *lines, size_t count);

/* The end of the number that -n, -h, -g or -M reads at `p`. */
char *number_end(const struct key *key, char *p, char *end);

/* The first 8 bytes at `p`, of `len`, as a number that orders as they do; zeros for what is missing. */
static inline uint64_t leading_bytes(const char *p, size_t len)
{
	uint64_t n = 0;

	memcpy(&n, p, len < 8 ? len : 8);
	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? __builtin_bswap64(n) : n;
}

/* order.c: sorts lines, those that compare equal in the order of their addresses. */
void sort_lines(const struct sorter *s, struct line *lines, size_t count);

/* files.c */

/* Sorts, merges or checks the files (`-` is standard input). check_file() returns the status. */
void sort_files(struct sorter *s, char **files);
void merge_files(struct sorter *s, char **files);
int check_file(struct sorter *s, const char *file, bool quiet);

/* Ends sort if something could not be written; `waiting` bytes were when the last attempt began. */
void check_output(const struct sorter *s, size_t waiting);

/* debug.c: the warnings, and a line with its keys marked. */
void debug_warnings(const struct sorter *s, const struct key *global, bool global_only, bool reverse_given,
		    bool stable);
void debug_line(const struct sorter *s, const struct line *line);

#endif
