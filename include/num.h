/* num.h - reading and writing numbers and sizes
 *
 * Follows the GNU coreutils manual, "Block size" and the descriptions of size suffixes, and the behaviour of
 * coreutils 9.1; R and Q are accepted too (coreutils 9.2).
 */
#ifndef NUM_H
#define NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What can be wrong with a number. If several things are, the later in this list is told. */
enum num_error {
	NUM_OK,
	NUM_OVERFLOW, /* out of range; the result is the nearest number that is in range */
	NUM_SUFFIX,   /* there are digits (or an accepted suffix), and then something that is not accepted */
	NUM_INVALID,  /* no number at all, or a negative one where that is not allowed */
};

/* Size suffixes for head -c, tail -c, split -b ...: b 512, and powers of 1024 (K), or of 1000 if B follows
 * (kB, MB); KiB is K. The digit 0 stands for the permission of B and iB. */
#define SIZE_SUFFIXES "bkKmMGTPEZYRQ0"

/* Reads the whole of `s`: blanks, a sign, decimal digits, then at most one suffix of those in `suffixes`
 * (NULL or "": none). `c` is 1, `b` 512, `w` 2, `B` 1024, k m g t p and K M G T P E Z Y R Q powers of 1024,
 * or, if `0` is among the suffixes and a B follows, of 1000 (and `iB` is 1024 again). A suffix alone counts
 * as 1 of it: `head -c K`. parse_int() takes negative numbers, parse_uint() does not. *out is set, saturated,
 * on NUM_OK and NUM_OVERFLOW, else unchanged. As gnulib's xstrtol family. */
enum num_error parse_int(const char *s, const char *suffixes, intmax_t *out);
enum num_error parse_uint(const char *s, const char *suffixes, uintmax_t *out);

/* The same in another base from 2 to 36, or 0 for C's prefixes 0x and 0; *end, if not NULL, gets the first
 * character not read, and what stands there is then no error (NUM_SUFFIX is not returned). */
enum num_error parse_int_base(const char *s, const char **end, int base, const char *suffixes, intmax_t *out);
enum num_error parse_uint_base(const char *s, const char **end, int base, const char *suffixes,
			       uintmax_t *out);

/* Reads a decimal number without suffix and checks that min <= it <= max. Returns NUM_OVERFLOW if not; *out
 * is then min or max. */
enum num_error parse_range(const char *s, intmax_t min, intmax_t max, intmax_t *out);

/* Reads the whole of `s`, a time: a number >= 0, also with a fraction, or inf, then s (seconds, or no suffix), m, h or d. Returns
 * seconds, or -1 if it is none. As sleep, timeout and tail -s. */
double parse_duration(const char *s);

/* Bytes enough for any decimal number with a sign and a NUL. */
#define NUM_SIZE 24

/* Writes a number in decimal at the end of `buf`; returns its first character, in `buf`. NUL-terminated. */
char *num_to_str(uintmax_t n, char buf[NUM_SIZE]);
char *num_to_str_signed(intmax_t n, char buf[NUM_SIZE]);

/* How sizes are shown. The rounding is upwards unless a flag says otherwise. */
enum size_flags {
	SIZE_AUTO = 1,     /* -h, --si: three digits at most and the fitting unit; `unit` is not used */
	SIZE_1000 = 2,     /* units are powers of 1000, not of 1024 */
	SIZE_SUFFIX = 4,   /* the unit's letter follows, `4K`, or k for 1000 */
	SIZE_B = 8,        /* after the letter: `B` with SIZE_1000 and `iB` without */
	SIZE_NEAREST = 16, /* round to nearest, ties to even */
	SIZE_FLOOR = 32,   /* round towards zero */
	SIZE_GROUP = 64,   /* the leading apostrophe: group digits, which C.UTF-8 does not */
};
struct size_format {
	uintmax_t unit; /* bytes to count in, > 0 */
	unsigned flags; /* enum size_flags */
};

/* Bytes enough for what human_size() writes. */
#define HUMAN_SIZE 48

/* Writes the size of `n` times `from` bytes (from > 0; the product may exceed 64 bits) in the way of `f` to
 * the end of `buf`; returns its first character, in `buf`. As ls -s, du and df do: 10240 in 1024s is 10, or
 * 10K with SIZE_SUFFIX; SIZE_AUTO gives one decimal under 10: 1.5K, 10K, 1023, 1.0M. */
char *human_size(uintmax_t n, uintmax_t from, const struct size_format *f, char buf[HUMAN_SIZE]);

/* The formats of -h and of --si. */
extern const struct size_format size_human, size_si;

/* Reads the argument of --block-size (du -B, df -B): a number with K, KiB, kB ... (C's 0x and 0 prefixes
 * count), a suffix alone, which is then also shown; human-readable, si, and unambiguous beginnings of these;
 * an apostrophe first sets SIZE_GROUP. Returns an error in parse_uint()'s way (zero is NUM_INVALID); *f is
 * then unchanged. */
enum num_error block_size_parse(const char *spec, struct size_format *f);

/* Ends the applet because of the argument of an option (`-S`, `--block-size`), as GNU's tools do: `invalid suffix in -S argument
 * '5x'`, `-S argument '99...' too large`, `invalid -S argument 'x'`. */
_Noreturn void die_option_number(enum num_error error, const char *option, const char *argument);

/* Sets *f to what the environment asks for: the first that is set of `own` (LS_BLOCK_SIZE, DU_BLOCK_SIZE or
 * DF_BLOCK_SIZE; or NULL), BLOCK_SIZE and BLOCKSIZE, as far as it can be read; or else to units of 1024, or
 * of 512 if POSIXLY_CORRECT is set. Returns whether it was `own` or BLOCK_SIZE (readable or not), which `ls
 * -l` heeds for the sizes of files too, but not BLOCKSIZE. */
bool block_size_default(const char *own, struct size_format *f);

#endif
