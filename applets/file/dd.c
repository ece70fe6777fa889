/* dd - copy and convert a file in blocks
 *
 * usage: dd [OPERAND]...
 *
 *   if=FILE         read FILE, not standard input
 *   of=FILE         write FILE, not standard output
 *   bs=BYTES        read and write blocks of BYTES, 512 if not given
 *   ibs=BYTES       read blocks of BYTES
 *   obs=BYTES       write blocks of BYTES
 *   cbs=BYTES       the length of records, for block and unblock
 *   count=N         copy only N blocks of input
 *   skip=N          (or iseek=N) pass over N blocks of input first
 *   seek=N          (or oseek=N) pass over N blocks of output first
 *   status=LEVEL    none: tell only of errors; noxfer: do not tell of bytes and speed; progress: tell each second
 *   conv=WORD,...   ascii: from EBCDIC; ebcdic, ibm: to EBCDIC
 *                   block: lines to records, padded with blanks; unblock: records to lines
 *                   lcase, ucase: to lower or upper case
 *                   sparse: make holes of output blocks that are all NUL
 *                   swab: swap pairs of bytes
 *                   sync: pad input blocks with NUL, or with blanks for block and unblock
 *                   excl: fail if FILE is there; nocreat: do not make it; notrunc: do not truncate it
 *                   noerror: go on after read errors
 *                   fdatasync, fsync: have it on the disk before the end
 *   iflag=WORD,...  of the input, and oflag= of the output:
 *                   append, direct, directory, dsync, sync, nonblock, noatime, noctty, nofollow: as open(2) has them
 *                   nocache: do not keep it in memory
 *                   fullblock: wait for whole blocks (input only)
 *                   count_bytes, skip_bytes, seek_bytes: N is bytes
 *
 * Numbers may be followed by c (1), w (2), b (512), kB (1000), K (1024), MB, M and so on, and multiplied: 2x512. An N that
 * ends in B is a number of bytes. The signal USR1 makes dd tell how far it is.
 *
 * install: /bin
 * options: manual
 * follows: POSIX.1-2024 dd; GNU coreutils manual, "dd invocation"
 */
#include "libbb.h"
#include "copy.h"
#include "ebcdic.h"
#include "signals.h"
#include "dd.gen.h"

enum conversion {
	ASCII = 1 << 0,
	EBCDIC = 1 << 1,
	IBM = 1 << 2,
	BLOCK = 1 << 3,
	UNBLOCK = 1 << 4,
	LCASE = 1 << 5,
	UCASE = 1 << 6,
	SPARSE = 1 << 7,
	SWAB = 1 << 8,
	SYNC = 1 << 9,
	EXCL = 1 << 10,
	NOCREAT = 1 << 11,
	NOTRUNC = 1 << 12,
	NOERROR = 1 << 13,
	FDATASYNC = 1 << 14,
	FSYNC = 1 << 15,
	CONVERTS = ASCII | EBCDIC | IBM | BLOCK | UNBLOCK | LCASE | UCASE | SWAB,
};

/* Flags that are not open(2)'s; in bits that it does not use. */
enum {
	NOCACHE = 1 << 26,
	FULLBLOCK = 1 << 27,
	COUNT_BYTES = 1 << 28,
	SKIP_BYTES = 1 << 29,
	SEEK_BYTES = 1 << 30
};
#define OPEN_FLAGS (~(NOCACHE | FULLBLOCK | COUNT_BYTES | SKIP_BYTES | SEEK_BYTES))

/* A word of a list and what it stands for. */
struct word {
	char name[12];
	int value;
};

static const struct word conversions[] = {
	{ "ascii", ASCII | UNBLOCK },
	{ "ebcdic", EBCDIC | BLOCK },
	{ "ibm", IBM | BLOCK },
	{ "block", BLOCK },
	{ "unblock", UNBLOCK },
	{ "lcase", LCASE },
	{ "ucase", UCASE },
	{ "sparse", SPARSE },
	{ "swab", SWAB },
	{ "sync", SYNC },
	{ "excl", EXCL },
	{ "nocreat", NOCREAT },
	{ "notrunc", NOTRUNC },
	{ "noerror", NOERROR },
	{ "fdatasync", FDATASYNC },
	{ "fsync", FSYNC },
	{ "", 0 },
};

static const struct word flags[] = {
	{ "append", O_APPEND },       { "direct", O_DIRECT },       { "directory", O_DIRECTORY },
	{ "dsync", O_DSYNC },         { "sync", O_SYNC },           { "nonblock", O_NONBLOCK },
	{ "noatime", O_NOATIME },     { "noctty", O_NOCTTY },       { "nofollow", O_NOFOLLOW },
	{ "nocache", NOCACHE },       { "fullblock", FULLBLOCK },   { "count_bytes", COUNT_BYTES },
	{ "skip_bytes", SKIP_BYTES }, { "seek_bytes", SEEK_BYTES }, { "", 0 },
};

static const struct word levels[] = { { "none", 1 }, { "noxfer", 2 }, { "progress", 3 }, { "", 0 } };
enum { LEVEL_NONE = 1, LEVEL_NOXFER, LEVEL_PROGRESS };

/* A number of blocks, of which some may be given in bytes. */
struct amount {
	uintmax_t blocks, bytes;
};

struct dd {
	const char *in_name, *out_name; /* of operands, or NULL */
	const char *in_shown, *out_shown;
	size_t ibs, obs, cbs;
	bool two_buffers; /* blocks are not written as they are read */
	struct amount skip, seek, count;
	bool counted;
	unsigned conv;
	int in_flags, out_flags, level;

	unsigned char *in, *out, *table;
	size_t out_len;
	unsigned char newline, space; /* after the translation */
	size_t column;                /* of the record or line being converted */
	size_t blanks;                /* unblock: that may be at the end of a record */
	int odd;                      /* swab: a byte that waits for its other, or -1 */

	uintmax_t in_full, in_partial, out_full, out_partial, truncated, bytes;
	struct timespec start, told;
	bool progress_line; /* one stands on the terminal */
	bool at_hole;       /* the output ends with a hole that is not there yet */
	int status;
};

/* Where conv=ibm differs: character, code. */
static const unsigned char ibm_changes[][2] = {
	{ 0x5e, 0x5f }, { 0x7e, 0xa1 }, { 0xcb, 0x9a }, { 0xd5, 0xad }, { 0xe5, 0xbd }
};

/* Whether `s` begins with NAME=; *value gets what follows. */
static bool is_operand(const char *s, const char *name, const char **value)
{
	size_t len = strlen(name);

	*value = s + len + 1;
	return strncmp(s, name, len) == 0 && s[len] == '=';
}

static int find_word(const struct word *words, const char *s, size_t len)
{
	for (; *words->name; words++)
		if (strlen(words->name) == len && memcmp(words->name, s, len) == 0)
			return words->value;
	return 0;
}

/* Reads a list of words. `what` they are is for the message. */
static int read_words(const struct word *words, const char *s, const char *what)
{
	int result = 0;

	for (;;) {
		size_t len = strcspn(s, ",");
		int value = find_word(words, s, len);

		if (!value)
			die_usage("invalid %s: %s", what, quote(arena_memdup(s, len)));
		result |= value;
		if (!s[len])
			return result;
		s += len + 1;
	}
}

/* Reads a number with suffixes and factors. *in_bytes, if not NULL, is set if it ends in a B that is no part of kB. */
static uintmax_t read_number(const char *text, bool *in_bytes)
{
	const char *s = text, *end;
	uintmax_t n = 0, factor;
	enum num_error error = parse_uint_base(s, &end, 10, "bcEGkKMPQRTwYZ0", &n);
	bool overflow = error == NUM_OVERFLOW;

	if (in_bytes)
		*in_bytes = false;
	if (*end == 'B' && end > s && end[-1] != 'B' && error != NUM_INVALID) {
		if (in_bytes)
			*in_bytes = true;
		end++;
	}
	while (error != NUM_INVALID && *end == 'x') {
		if (end - s == 1 && *s == '0')
			warn("warning: %s is a zero multiplier; use %s if that is intended", quote("0x"),
			     quote("00x"));
		s = end + 1;
		error = parse_uint_base(s, &end, 10, "bcEGkKMPQRTwYZ0", &factor);
		if (*end == 'B' && end > s && end[-1] != 'B' && error != NUM_INVALID) {
			if (in_bytes)
				*in_bytes = true;
			end++;
		}
		overflow |= error == NUM_OVERFLOW;
		if (error != NUM_INVALID && __builtin_mul_overflow(n, factor, &n))
			overflow = true;
	}
	if (error == NUM_INVALID || *end)
		die("invalid number: %s", quote(text));
	if (overflow || n > INTMAX_MAX) {
		errno = EOVERFLOW;
		die_errno("invalid number: %s", quote(text));
	}
	return n;
}

static size_t read_size(const char *s)
{
	uintmax_t n = read_number(s, NULL);

	if (n == 0)
		die("invalid number: %s", quote(s));
	return (size_t)n;
}

/* The operands as they came. */
struct operands {
	size_t bs;
	uintmax_t count, skip, seek;
	bool count_bytes, skip_bytes, seek_bytes;
};

static void read_operand(struct dd *dd, struct operands *o, const char *s)
{
	const char *value;

	if (is_operand(s, "if", &value))
		dd->in_name = value;
	else if (is_operand(s, "of", &value))
		dd->out_name = value;
	else if (is_operand(s, "conv", &value))
		dd->conv |= (unsigned)read_words(conversions, value, "conversion");
	else if (is_operand(s, "iflag", &value))
		dd->in_flags |= read_words(flags, value, "input flag");
	else if (is_operand(s, "oflag", &value)) {
		dd->out_flags |= read_words(flags, value, "output flag");
		if (dd->out_flags & FULLBLOCK)
			die_usage("invalid output flag: %s", quote(value));
	} else if (is_operand(s, "status", &value)) {
		dd->level = find_word(levels, value, strlen(value));
		if (!dd->level)
			die_usage("invalid status level: %s", quote(value));
	} else if (is_operand(s, "ibs", &value))
		dd->ibs = read_size(value);
	else if (is_operand(s, "obs", &value))
		dd->obs = read_size(value);
	else if (is_operand(s, "bs", &value))
		o->bs = read_size(value);
	else if (is_operand(s, "cbs", &value))
		dd->cbs = read_size(value);
	else if (is_operand(s, "skip", &value) || is_operand(s, "iseek", &value))
		o->skip = read_number(value, &o->skip_bytes);
	else if (is_operand(s, "seek", &value) || is_operand(s, "oseek", &value))
		o->seek = read_number(value, &o->seek_bytes);
	else if (is_operand(s, "count", &value)) {
		o->count = read_number(value, &o->count_bytes);
		dd->counted = true;
	} else
		die_usage("unrecognized operand %s", quote(s));
}

static struct amount amount(uintmax_t n, bool in_bytes, size_t block)
{
	return in_bytes ? (struct amount){ n / block, n % block } : (struct amount){ n, 0 };
}

static bool several(unsigned bits)
{
	return bits & (bits - 1);
}

/* Reads the operands, sets what they leave open, and checks that they fit together. */
static void read_operands(struct dd *dd, char **argv)
{
	struct operands o = { 0 };

	for (; *argv; argv++)
		read_operand(dd, &o, *argv);
	if (o.bs)
		dd->ibs = dd->obs = o.bs;
	dd->ibs = dd->ibs ? dd->ibs : 512;
	dd->obs = dd->obs ? dd->obs : 512;
	if (!dd->cbs)
		dd->conv &= ~(unsigned)(BLOCK | UNBLOCK);
	dd->two_buffers = !o.bs || dd->conv & CONVERTS;
	dd->skip = amount(o.skip, o.skip_bytes || dd->in_flags & SKIP_BYTES, dd->ibs);
	dd->seek = amount(o.seek, o.seek_bytes || dd->out_flags & SEEK_BYTES, dd->obs);
	dd->count = amount(o.count, o.count_bytes || dd->in_flags & COUNT_BYTES, dd->ibs);
	if (several(dd->conv & (ASCII | EBCDIC | IBM)))
		die("cannot combine any two of {ascii,ebcdic,ibm}");
	if (several(dd->conv & (BLOCK | UNBLOCK)))
		die("cannot combine block and unblock");
	if (several(dd->conv & (LCASE | UCASE)))
		die("cannot combine lcase and ucase");
	if (several(dd->conv & (EXCL | NOCREAT)))
		die("cannot combine excl and nocreat");
	if ((dd->in_flags & O_DIRECT && dd->in_flags & NOCACHE) ||
	    (dd->out_flags & O_DIRECT && dd->out_flags & NOCACHE))
		die("cannot combine direct and nocache");
}

/* Makes the one table of all conversions of single bytes, if there are any. */
static void make_table(struct dd *dd)
{
	unsigned char encode[256];

	dd->newline = '\n';
	dd->space = ' ';
	if (!(dd->conv & (ASCII | EBCDIC | IBM | LCASE | UCASE)))
		return;
	memcpy(encode, ascii_to_ebcdic, 256);
	if (dd->conv & IBM)
		for (size_t i = 0; i < sizeof(ibm_changes) / 2; i++)
			encode[ibm_changes[i][0]] = ibm_changes[i][1];
	dd->table = arena_alloc(256);
	for (unsigned i = 0; i < 256; i++)
		dd->table[i] = (unsigned char)i;
	if (dd->conv & ASCII)
		for (unsigned i = 0; i < 256; i++)
			dd->table[encode[i]] = (unsigned char)i;
	for (unsigned i = 0; i < 256; i++) {
		unsigned char c = dd->table[i];

		if (dd->conv & LCASE && c >= 'A' && c <= 'Z')
			c |= 32;
		if (dd->conv & UCASE && c >= 'a' && c <= 'z')
			c &= (unsigned char)~32;
		dd->table[i] = dd->conv & (EBCDIC | IBM) ? encode[c] : c;
	}
	if (dd->conv & (EBCDIC | IBM)) {
		dd->newline = encode['\n'];
		dd->space = encode[' '];
	}
}

static double seconds_since(const struct timespec *then)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - then->tv_sec) + (double)(now.tv_nsec - then->tv_nsec) / 1e9;
}

/* A number of bytes with its unit set apart: 1.5 kB. */
static const char *with_unit(uintmax_t n, unsigned kind)
{
	struct size_format f = { .flags = SIZE_AUTO | SIZE_SUFFIX | SIZE_B | SIZE_NEAREST | kind };
	char digits[HUMAN_SIZE], *s = human_size(n, 1, &f, digits);
	size_t len = strspn(s, "0123456789.");

	return arena_printf("%.*s %s%s", (int)len, s, s + len, s[len] ? "" : "B");
}

/* Writes the line about bytes and speed to standard error, ended by `end`. */
static void tell_bytes(struct dd *dd, bool progress)
{
	struct arena_mark mark = arena_mark();
	double seconds = seconds_since(&dd->start);
	struct buf line = { 0 };

	buf_fmt(&line, "%s%ju byte%s", progress ? "\r" : "", dd->bytes, dd->bytes == 1 ? "" : "s");
	if (dd->bytes >= 1000) {
		buf_fmt(&line, " (%s", with_unit(dd->bytes, SIZE_1000));
		if (dd->bytes >= 1024)
			buf_fmt(&line, ", %s", with_unit(dd->bytes, 0));
		buf_char(&line, ')');
	}
	buf_fmt(&line, progress ? " copied, %.0f s, " : " copied, %g s, ", seconds);
	if (seconds > 0)
		buf_fmt(&line, "%s/s", with_unit((uintmax_t)((double)dd->bytes / seconds), SIZE_1000));
	else
		buf_str(&line, "Infinity B/s");
	buf_str(&line, progress ? "  " : "\n");
	write_all(STDERR_FILENO, line.data, line.len);
	dd->progress_line = progress;
	arena_release(mark);
}

static void tell(struct dd *dd)
{
	struct buf lines = { 0 };

	if (dd->level == LEVEL_NONE)
		return;
	if (dd->progress_line)
		buf_char(&lines, '\n');
	dd->progress_line = false;
	buf_fmt(&lines, "%ju+%ju records in\n%ju+%ju records out\n", dd->in_full, dd->in_partial,
		dd->out_full, dd->out_partial);
	if (dd->truncated)
		buf_fmt(&lines, "%ju truncated record%s\n", dd->truncated, dd->truncated == 1 ? "" : "s");
	write_all(STDERR_FILENO, lines.data, lines.len);
	if (dd->level != LEVEL_NOXFER)
		tell_bytes(dd, false);
}

/* Closes both files, and ends if that fails. */
static void close_files(const struct dd *dd)
{
	if (close(STDIN_FILENO) < 0 && errno != EINTR)
		die_errno("closing input file %s", quote_file(dd->in_shown));
	if (close(STDOUT_FILENO) < 0 && errno != EINTR)
		die_errno("closing output file %s", quote_file(dd->out_shown));
}

/* Ends after an error that a message told of. */
static _Noreturn void quit(struct dd *dd)
{
	close_files(dd);
	tell(dd);
	leave(1);
}

/* Does what signals ask for, and tells of the progress once a second. */
static void look_up(struct dd *dd)
{
	if (signal_waiting()) {
		if (signal_take(SIGUSR1))
			tell(dd);
		if (signal_take(SIGINT)) {
			tell(dd);
			signal_default(SIGINT);
			raise(SIGINT);
		}
	}
	if (dd->level == LEVEL_PROGRESS && seconds_since(&dd->told) >= 1) {
		clock_gettime(CLOCK_MONOTONIC, &dd->told);
		tell_bytes(dd, true);
	}
}

static void new_line_after_progress(struct dd *dd)
{
	if (dd->progress_line)
		write_all(STDERR_FILENO, "\n", 1);
	dd->progress_line = false;
}

/* read(2), again after signals; whole blocks if asked for. Returns -1 with errno set. */
static ssize_t read_block(struct dd *dd, void *buf, size_t size)
{
	size_t done = 0;
	ssize_t n;

	do {
		n = read(STDIN_FILENO, (char *)buf + done, size - done);
		if (n < 0 && errno == EINTR) {
			look_up(dd);
			continue;
		}
		if (n <= 0)
			break;
		done += (size_t)n;
	} while (n < 0 || (dd->in_flags & FULLBLOCK && done < size));
	return n < 0 && done == 0 ? -1 : (ssize_t)done;
}

/* Whether a block is all NUL. */
static bool is_zero(const unsigned char *p, size_t len)
{
	return *p == 0 && memcmp(p, p + 1, len - 1) == 0;
}

/* Writes what has gathered as one block; dies if that fails. */
static void write_block(struct dd *dd, const unsigned char *p, size_t len)
{
	size_t done = 0;

	if (dd->conv & SPARSE && is_zero(p, len) && lseek(STDOUT_FILENO, (off_t)len, SEEK_CUR) >= 0) {
		dd->at_hole = true;
		done = len;
	}
	while (done < len) {
		ssize_t n = write(STDOUT_FILENO, p + done, len - done);

		if (n < 0 && errno == EINTR) {
			look_up(dd);
			continue;
		}
		if (n < 0 && errno == EINVAL && dd->out_flags & O_DIRECT && len < dd->obs) {
			dd->out_flags &= ~O_DIRECT; /* the last block need not have the right size */
			fcntl(STDOUT_FILENO, F_SETFL, fcntl(STDOUT_FILENO, F_GETFL) & ~O_DIRECT);
			continue;
		}
		if (n < 0) {
			new_line_after_progress(dd);
			warn_errno("error writing %s", quote_file(dd->out_shown));
			dd->bytes += done;
			dd->out_partial += done > 0;
			quit(dd);
		}
		dd->at_hole = false;
		done += (size_t)n;
	}
	dd->bytes += len;
	if (len == dd->obs)
		dd->out_full++;
	else
		dd->out_partial++;
}

static void put(struct dd *dd, const unsigned char *p, size_t len)
{
	while (len > 0) {
		size_t room = dd->obs - dd->out_len, part = len < room ? len : room;

		if (dd->out_len == 0 && len >= dd->obs) {
			write_block(dd, p, dd->obs);
			p += dd->obs;
			len -= dd->obs;
			continue;
		}
		memcpy(dd->out + dd->out_len, p, part);
		dd->out_len += part;
		p += part;
		len -= part;
		if (dd->out_len == dd->obs) {
			write_block(dd, dd->out, dd->obs);
			dd->out_len = 0;
		}
	}
}

static void put_repeated(struct dd *dd, unsigned char c, size_t count)
{
	for (; count > 0; count--)
		put(dd, &c, 1);
}

/* block: each line becomes a record of cbs bytes. */
static void block_records(struct dd *dd, const unsigned char *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (p[i] == dd->newline) {
			if (dd->column < dd->cbs)
				put_repeated(dd, dd->space, dd->cbs - dd->column);
			dd->column = 0;
			continue;
		}
		if (dd->column == dd->cbs)
			dd->truncated++;
		if (dd->column < dd->cbs)
			put(dd, &p[i], 1);
		dd->column++;
	}
}

/* unblock: each record becomes a line without blanks at its end. */
static void unblock_records(struct dd *dd, const unsigned char *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (dd->column++ >= dd->cbs) {
			dd->blanks = 0;
			dd->column = 1;
			put(dd, &dd->newline, 1);
		}
		if (p[i] == dd->space) {
			dd->blanks++;
			continue;
		}
		put_repeated(dd, dd->space, dd->blanks);
		dd->blanks = 0;
		put(dd, &p[i], 1);
	}
}

/* Swaps pairs of bytes; an odd one waits for the next block. Returns where they begin now, in the byte before `p`. */
static unsigned char *swap_pairs(struct dd *dd, unsigned char *p, size_t *len)
{
	if (dd->odd >= 0) {
		*--p = (unsigned char)dd->odd;
		++*len;
		dd->odd = -1;
	}
	if (*len % 2)
		dd->odd = p[--*len];
	for (size_t i = 0; i < *len; i += 2) {
		unsigned char c = p[i];

		p[i] = p[i + 1];
		p[i + 1] = c;
	}
	return p;
}

static void convert(struct dd *dd, unsigned char *p, size_t len)
{
	if (dd->table)
		for (size_t i = 0; i < len; i++)
			p[i] = dd->table[p[i]];
	if (dd->conv & SWAB)
		p = swap_pairs(dd, p, &len);
	if (dd->conv & BLOCK)
		block_records(dd, p, len);
	else if (dd->conv & UNBLOCK)
		unblock_records(dd, p, len);
	else
		put(dd, p, len);
}

/* Writes what conversions have held back, and the last block. */
static void finish_output(struct dd *dd)
{
	if (dd->odd >= 0) {
		unsigned char last = (unsigned char)dd->odd;

		dd->odd = -1;
		if (dd->conv & BLOCK)
			block_records(dd, &last, 1);
		else if (dd->conv & UNBLOCK)
			unblock_records(dd, &last, 1);
		else
			put(dd, &last, 1);
	}
	if (dd->conv & BLOCK && dd->column > 0 && dd->column < dd->cbs)
		put_repeated(dd, dd->space, dd->cbs - dd->column);
	if (dd->conv & UNBLOCK && dd->column > 0)
		put(dd, &dd->newline, 1);
	if (dd->out_len > 0)
		write_block(dd, dd->out, dd->out_len);
	dd->out_len = 0;
}

/* After a failed read: tells of it, and goes on behind the block if that is wanted. Returns whether to go on. */
static bool survive_error(struct dd *dd, size_t size)
{
	new_line_after_progress(dd);
	warn_errno("error reading %s", quote_file(dd->in_shown));
	dd->status = 1;
	if (!(dd->conv & NOERROR))
		return false;
	tell(dd);
	return lseek(STDIN_FILENO, (off_t)size, SEEK_CUR) >= 0;
}

static void copy(struct dd *dd)
{
	uintmax_t blocks = 0;

	for (;; blocks++) {
		size_t size = dd->ibs, len;
		ssize_t n;

		look_up(dd);
		if (dd->counted && blocks >= dd->count.blocks)
			size = blocks == dd->count.blocks ? (size_t)dd->count.bytes : 0;
		if (size == 0)
			break;
		n = read_block(dd, dd->in, size);
		if (n == 0)
			break;
		if (n < 0) {
			if (!survive_error(dd, size))
				break;
			if (!(dd->conv & SYNC))
				continue;
			n = 0;
		}
		len = (size_t)n;
		if (len == dd->ibs)
			dd->in_full++;
		else
			dd->in_partial++;
		if (dd->conv & SYNC && len < dd->ibs) {
			memset(dd->in + len, dd->conv & (BLOCK | UNBLOCK) ? ' ' : 0, dd->ibs - len);
			len = dd->ibs;
		}
		if (dd->two_buffers)
			convert(dd, dd->in, len);
		else
			write_block(dd, dd->in, len);
	}
	finish_output(dd);
}

/* Whether the copy can be left to the kernel: whole blocks of a file, to a file or to /dev/null, with nothing in between. */
static bool is_plain(const struct dd *dd)
{
	struct stat in, out;

	if (dd->conv & ~(unsigned)(EXCL | NOCREAT | NOTRUNC | FDATASYNC | FSYNC) ||
	    dd->level == LEVEL_PROGRESS ||
	    (dd->in_flags | dd->out_flags) & (O_DIRECT | O_DSYNC | O_SYNC | O_APPEND | NOCACHE) ||
	    dd->ibs != dd->obs)
		return false;
	if (fstat(STDIN_FILENO, &in) < 0 || fstat(STDOUT_FILENO, &out) < 0 || !S_ISREG(in.st_mode) ||
	    in.st_size == 0)
		return false;
	return (S_ISREG(out.st_mode) && (in.st_dev != out.st_dev || in.st_ino != out.st_ino)) ||
	       (S_ISCHR(out.st_mode) && out.st_rdev == 0x103);
}

/* Copies as is_plain() has it, a part at a time so that signals are heard. Returns false if the rest is to be done otherwise. */
static bool copy_plain(struct dd *dd)
{
	uintmax_t left = UINTMAX_MAX, part = (uintmax_t)1 << 30;
	char *block = NULL;

	if (dd->counted && !__builtin_mul_overflow(dd->count.blocks, dd->ibs, &left) &&
	    __builtin_add_overflow(left, dd->count.bytes, &left))
		left = UINTMAX_MAX;
	for (;;) {
		uintmax_t want = left < part ? left : part, done;
		enum copy_result result = copy_stream(STDIN_FILENO, STDOUT_FILENO, want, &block, &done);

		dd->bytes += done;
		left -= done;
		dd->in_full = dd->out_full = dd->bytes / dd->ibs;
		dd->in_partial = dd->out_partial = dd->bytes % dd->ibs > 0;
		if (result != COPY_DONE) {
			warn_errno(result == COPY_READ_FAILED ? "error reading %s" : "error writing %s",
				   quote_file(result == COPY_READ_FAILED ? dd->in_shown : dd->out_shown));
			quit(dd);
		}
		if (done < want || left == 0)
			return true;
		look_up(dd);
	}
}

/* Bytes of an amount; false if there is no such number. */
static bool bytes_of(const struct amount *a, size_t block, off_t *result)
{
	uintmax_t n;

	if (__builtin_mul_overflow(a->blocks, block, &n) || __builtin_add_overflow(n, a->bytes, &n) ||
	    n > INTMAX_MAX)
		return false;
	*result = (off_t)n;
	return true;
}

static void tell_short(const struct dd *dd)
{
	if (dd->level != LEVEL_NONE)
		warn("%s: cannot skip to specified offset", quote_maybe(dd->in_shown));
}

/* Passes over the beginning of the input: by seeking, or else by reading. */
static void skip_input(struct dd *dd)
{
	off_t start, offset, end;
	struct stat st;

	if (dd->skip.blocks == 0 && dd->skip.bytes == 0)
		return;
	if (!bytes_of(&dd->skip, dd->ibs, &offset)) {
		warn_code(EOVERFLOW, "%s: cannot skip", quote_maybe(dd->in_shown));
		quit(dd);
	}
	start = lseek(STDIN_FILENO, 0, SEEK_CUR);
	if (start >= 0 && fstat(STDIN_FILENO, &st) == 0 && (S_ISREG(st.st_mode) || S_ISBLK(st.st_mode))) {
		end = S_ISREG(st.st_mode) && st.st_size > 0 ? st.st_size : lseek(STDIN_FILENO, 0, SEEK_END);
		if (end >= start && offset > end - start) {
			tell_short(dd);
			offset = end - start;
		}
		if (lseek(STDIN_FILENO, start + offset, SEEK_SET) >= 0)
			return;
		warn_errno("%s: cannot skip", quote_maybe(dd->in_shown));
		quit(dd);
	}
	while (offset > 0) {
		size_t size = offset < (off_t)dd->ibs ? (size_t)offset : dd->ibs;
		ssize_t n = read_block(dd, dd->in, size);

		if (n < 0) {
			warn_errno("error reading %s", quote_file(dd->in_shown));
			quit(dd);
		}
		if (n == 0) {
			tell_short(dd);
			return;
		}
		offset -= dd->in_flags & FULLBLOCK || dd->skip.bytes ? (off_t)n : (off_t)size;
	}
}

/* Passes over the beginning of the output, and truncates it there. */
static void seek_output(struct dd *dd)
{
	struct stat st;
	off_t offset;

	if (!bytes_of(&dd->seek, dd->obs, &offset)) {
		errno = EOVERFLOW;
		die_errno("%s: cannot seek", quote_file(dd->out_shown));
	}
	if (dd->out_name && !(dd->conv & NOTRUNC) && offset > 0 && ftruncate(STDOUT_FILENO, offset) < 0) {
		int code = errno;

		if (fstat(STDOUT_FILENO, &st) < 0 || S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)) {
			errno = code;
			die_errno("failed to truncate to %jd bytes in output file %s", (intmax_t)offset,
				  quote_file(dd->out_shown));
		}
	}
	if (offset > 0 && lseek(STDOUT_FILENO, offset, SEEK_CUR) < 0) {
		warn_errno("%s: cannot seek", quote_file(dd->out_shown));
		quit(dd);
	}
}

/* Makes `name` the file `fd`. */
static void open_as(int fd, const char *name, int open_flags)
{
	int opened = open(name, open_flags, 0666);

	if (opened < 0)
		die_errno("failed to open %s", quote_file(name));
	if (opened != fd) {
		dup2(opened, fd);
		close(opened);
	}
}

static void set_flags(int fd, int add, const char *name)
{
	int old = fcntl(fd, F_GETFL);

	if (add && (old < 0 || fcntl(fd, F_SETFL, old | add) < 0))
		die_errno("setting flags for %s", quote_file(name));
}

static void open_files(struct dd *dd)
{
	int in = dd->in_flags & OPEN_FLAGS, out = dd->out_flags & OPEN_FLAGS;

	dd->in_shown = dd->in_name ? dd->in_name : "standard input";
	dd->out_shown = dd->out_name ? dd->out_name : "standard output";
	if (dd->in_name)
		open_as(STDIN_FILENO, dd->in_name, O_RDONLY | in);
	else
		set_flags(STDIN_FILENO, in, dd->in_shown);
	if (!dd->out_name) {
		set_flags(STDOUT_FILENO, out, dd->out_shown);
		return;
	}
	if (dd->conv & EXCL)
		out |= O_EXCL;
	if (!(dd->conv & NOCREAT))
		out |= O_CREAT;
	if (!(dd->conv & NOTRUNC) && dd->seek.blocks == 0 && dd->seek.bytes == 0)
		out |= O_TRUNC;
	open_as(STDOUT_FILENO, dd->out_name, O_WRONLY | out);
}

/* A buffer for a block, on the boundary of a page, with a byte before it. */
static unsigned char *make_buffer(size_t size, const char *which)
{
	enum { PAGE = 4096 };
	unsigned char *p;

	if (size > SIZE_MAX / 2 || size > (size_t)1 << 46)
		die("memory exhausted by %s buffer of size %zu bytes (%s)", which, size, with_unit(size, 0));
	p = arena_alloc(size + 2 * PAGE);
	return p + PAGE - (uintptr_t)p % PAGE;
}

/* Sees to it that the output is complete and, if asked for, on the disk. */
static void complete(struct dd *dd)
{
	off_t end;

	if (dd->at_hole && (end = lseek(STDOUT_FILENO, 0, SEEK_CUR)) >= 0 &&
	    ftruncate(STDOUT_FILENO, end) < 0) {
		warn_errno("failed to truncate to %jd bytes in output file %s", (intmax_t)end,
			   quote_file(dd->out_shown));
		dd->status = 1;
	}
	if (dd->in_flags & NOCACHE)
		posix_fadvise(STDIN_FILENO, 0, 0, POSIX_FADV_DONTNEED);
	if (dd->conv & FDATASYNC && fdatasync(STDOUT_FILENO) < 0) {
		if (errno != ENOSYS && errno != EINVAL) {
			warn_errno("fdatasync failed for %s", quote_file(dd->out_shown));
			dd->status = 1;
		}
		dd->conv |= FSYNC;
	}
	if (dd->conv & FSYNC && fsync(STDOUT_FILENO) < 0) {
		warn_errno("fsync failed for %s", quote_file(dd->out_shown));
		dd->status = 1;
	}
	if (dd->out_flags & NOCACHE)
		posix_fadvise(STDOUT_FILENO, 0, 0, POSIX_FADV_DONTNEED);
	close_files(dd);
}

int dd_main(struct dd_options *opt, char **argv)
{
	struct dd dd = { .odd = -1 };

	read_operands(&dd, parse_options(this_applet(), opt, argv));
	make_table(&dd);
	open_files(&dd);
	if (!signal_ignored(SIGINT))
		signal_catch(SIGINT);
	signal_catch(SIGUSR1);
	clock_gettime(CLOCK_MONOTONIC, &dd.start);
	dd.told = dd.start;
	if (!(dd.counted && dd.count.blocks == 0 && dd.count.bytes == 0) || dd.skip.blocks || dd.skip.bytes)
		dd.in = make_buffer(dd.ibs, "input");
	skip_input(&dd);
	seek_output(&dd);
	if (!is_plain(&dd) || !copy_plain(&dd)) {
		dd.out = dd.two_buffers ? make_buffer(dd.obs, "output") : NULL;
		copy(&dd);
	}
	complete(&dd);
	tell(&dd);
	return dd.status;
}
