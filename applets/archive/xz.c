/* xz, unxz, xzcat, lzma, unlzma, lzcat - compress or expand files with LZMA
 *
 * usage: xz [OPTION]... [FILE]...
 *
 *   -z, --compress             compress
 *   -d, --decompress, --uncompress  expand
 *   -t, --test                 check compressed files
 *   -l, --list                 list what .xz files contain
 *   -k, --keep                 keep the files
 *   -f, --force                overwrite, follow links, use the terminal; with -dc copy what is not compressed
 *   -c, --to-stdout, --stdout  write on standard output, keep the files
 *       --single-stream        expand the first stream only
 *       --no-sparse            make no holes in files
 *   -S, --suffix=.SUF          use .SUF in place of .xz
 *       --files[=FILE]         read names of files, one a line, from FILE
 *       --files0[=FILE]        the same, with NUL behind each
 *   -F, --format=FMT           auto, xz, lzma, lzip (only -d) or raw
 *   -C, --check=CHECK          none, crc32, crc64 (the default) or sha256
 *       --ignore-check         expand also where the check does not match
 *   -0, --fast                 compress fast; 6 is the default
 *   -9, --best                 compress best
 *   -e, --extreme              try harder
 *   -T, --threads=NUM          accepted; one thread is used
 *       --block-size=SIZE      begin a new block after SIZE bytes
 *       --block-list=SIZES     accepted
 *       --flush-timeout=TIMEOUT  accepted
 *       --memlimit-compress=LIMIT  accepted
 *       --memlimit-decompress=LIMIT  expand with no more memory than this
 *       --memlimit-mt-decompress=LIMIT  accepted
 *   -M, --memlimit, --memory=LIMIT  the same as all of these
 *       --no-adjust            accepted
 *       --lzma1[=OPTS]...      LZMA1 or LZMA2; OPTS are preset=, dict=, lc=, lp=, pb=, mode=,
 *       --lzma2[=OPTS]...      nice=, mf= and depth=, separated by commas
 *       --x86[=OPTS]...        filters of code; OPTS: start=
 *       --arm[=OPTS]...
 *       --armthumb[=OPTS]...
 *       --arm64[=OPTS]...
 *       --powerpc[=OPTS]...
 *       --ia64[=OPTS]...
 *       --sparc[=OPTS]...
 *       --delta[=OPTS]...      a filter of numbers; OPTS: dist=
 *   -q, --quiet                no warnings; twice: no errors
 *   -v, --verbose              tell how much was saved
 *   -Q, --no-warn              warnings do not change the status
 *       --robot                output for programs
 *       --info-memory          show the memory and its limits
 *   -h, --help                 show this help
 *   -H, --long-help            show this help
 *   -V, --version              show the version
 *
 * With no FILE, or when FILE is -, standard input. unxz is xz -d, xzcat is xz -dc; lzma, unlzma and lzcat
 * are the same with --format=lzma. Options in XZ_DEFAULTS and XZ_OPT come first.
 *
 * install: /usr/bin
 * options: manual
 * hidden: -1
 * hidden: -2
 * hidden: -3
 * hidden: -4
 * hidden: -5
 * hidden: -6
 * hidden: -7
 * hidden: -8
 * follows: xz(1), of XZ Utils 5.4
 */
#include "libbb.h"
#include "compress.h"
#include "hash.h"
#include "little.h"
#include "xz.gen.h"

enum { ERROR = 1, WARNING = 2 };

enum mode { COMPRESS, DECOMPRESS, TEST, LIST };

/* What to do, and the file it is done to. */
struct job {
	const struct xz_options *opt;
	enum mode mode;
	bool to_stdout, keep, verbose;
	unsigned quiet;
	enum format format; /* FORMAT_UNKNOWN: auto */
	enum xz_check check;
	struct xz_chain chain;
	uint64_t block_size, memory_limit;
	const char *suffix;
	int status;
	const char *name, *out; /* for messages */
	struct pack_file file;
	uint64_t streams, blocks, packed, unpacked, files; /* of -l */
	unsigned checks;
};

static void worsen(struct job *j, int status)
{
	if (status == WARNING && (j->status || j->opt->no_warn))
		return;
	j->status = status;
}

/* A message about the file. */
static void complain(struct job *j, int status, const char *message)
{
	if (j->quiet < (status == ERROR ? 2u : 1u))
		warn("%s: %s", j->name, message);
	worsen(j, status);
}

static _Noreturn void die_try(const char *message)
{
	die("%s\n%s: Try `%s --help' for more information.", message, applet_name(), applet_name());
}

static void complain_writing(struct job *j)
{
	int code = errno;

	if (j->file.result.fd < 0)
		j->name = "(stdout)";
	complain(j, ERROR, arena_printf("Write error: %s", strerror(code)));
}

/* Reports what a decoder complains of. */
static void report(struct job *j, const struct decoder *d)
{
	static const struct {
		unsigned error;
		const char *message;
	} kinds[] = { { DECODE_MEMORY, "Memory usage limit reached" },
		      { DECODE_UNSUPPORTED, "Unsupported options" },
		      { DECODE_MAGIC, "File format not recognized" },
		      { DECODE_TRUNCATED, "Unexpected end of input" },
		      { ~0u, "Compressed data is corrupt" } };
	size_t i = 0;

	while (!(d->error & kinds[i].error))
		i++;
	complain(j, ERROR, kinds[i].message);
	if (d->error & DECODE_MEMORY && j->quiet < 2)
		warn("%ju MiB of memory is required. The limit is %ju MiB.",
		     (uintmax_t)(d->detail + 0xfffff) >> 20, (uintmax_t)(j->memory_limit + 0xfffff) >> 20);
}

/* The format of the input, FORMAT_UNKNOWN if it is none that is wanted. */
static enum format input_format(struct job *j)
{
	enum format there;

	if (j->format == FORMAT_RAW)
		return FORMAT_RAW;
	there = source_format(&j->file.in);
	if (there != FORMAT_XZ && there != FORMAT_LZMA && there != FORMAT_LZIP)
		return j->format == FORMAT_XZ ? FORMAT_XZ : FORMAT_UNKNOWN;
	return j->format == FORMAT_UNKNOWN || j->format == there ? there : FORMAT_UNKNOWN;
}

/* Expands the input. Returns whether it was good. */
static bool expand(struct job *j)
{
	enum format format = input_format(j);
	struct decoder *d;
	enum pack_error error;

	if (format == FORMAT_UNKNOWN) {
		if (j->opt->force && j->to_stdout && j->mode == DECOMPRESS) {
			error = pack_copy(&j->file);
			if (error == PACK_WRITE)
				complain_writing(j);
			else if (error == PACK_READ)
				complain(j, ERROR, arena_printf("Read error: %s", strerror(errno)));
			return error == PACK_DONE;
		}
		if (j->file.in.error)
			complain(j, ERROR, arena_printf("Read error: %s", strerror(j->file.in.error)));
		else
			complain(j, ERROR, "File format not recognized");
		return false;
	}
	d = decoder_new(format, &j->file.in);
	d->single = j->opt->single_stream;
	d->unchecked = j->opt->ignore_check;
	d->memory_limit = j->memory_limit;
	d->chain = &j->chain;
	error = pack_decode(&j->file, d);
	if (error == PACK_READ)
		complain(j, ERROR, arena_printf("Read error: %s", strerror(errno)));
	else if (error == PACK_WRITE)
		complain_writing(j);
	else if (d->error)
		report(j, d);
	else if (d->garbage && format == FORMAT_LZMA && !j->opt->single_stream)
		complain(j, ERROR, "Compressed data is corrupt");
	else
		return true;
	return false;
}

/* Compresses the input. Returns whether that worked. */
static bool compress(struct job *j)
{
	struct encoder_options o = { .chain = &j->chain, .check = j->check, .block_size = j->block_size };
	enum pack_error error = pack_encode(&j->file, j->format == FORMAT_UNKNOWN ? FORMAT_XZ : j->format,
					    &o);

	if (error == PACK_READ)
		complain(j, ERROR, arena_printf("Read error: %s", strerror(errno)));
	else if (error == PACK_WRITE)
		complain_writing(j);
	return error == PACK_DONE;
}

/* A size as it is shown: bytes under 10000, else with a unit. */
static const char *nice_size(uint64_t n)
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB" };
	double size = (double)n;
	int unit = -1;

	if (n < 10000)
		return arena_printf("%ju B", (uintmax_t)n);
	do {
		size /= 1024;
		unit++;
	} while (unit < 3 && size > 9999.9);
	return arena_printf("%.1f %s", size, units[unit]);
}

static const char *ratio(uint64_t packed, uint64_t unpacked, const char *more)
{
	double r = unpacked ? (double)packed / (double)unpacked : 10;

	return r > 9.999 ? more : arena_printf("%.3f", r);
}

static void tell_ratio(const struct job *j)
{
	uint64_t packed = j->mode == COMPRESS ? j->file.bytes_out : j->file.bytes_in,
		 unpacked = j->mode == COMPRESS ? j->file.bytes_in : j->file.bytes_out;
	const char *r = ratio(packed, unpacked, "");
	const char *line;

	if (!j->verbose || j->quiet)
		return;
	line = arena_printf("%s: %s / %s %s\n", j->name, nice_size(packed), nice_size(unpacked),
			    *r ? arena_printf("= %s", r) : "> 9.999");
	write_all(STDERR_FILENO, line, strlen(line));
}

/* Whether the file may be replaced; otherwise says why not. */
static bool may_replace(struct job *j)
{
	const char *why = NULL;

	switch (pack_refusal(&j->file, j->opt->force)) {
	case PACK_FINE:
	case PACK_DIRECTORY:
		break;
	case PACK_SPECIAL:
		why = "Not a regular file, skipping";
		break;
	case PACK_SETUID:
	case PACK_SETGID:
		why = j->opt->force ? NULL : "File has setuid or setgid bit set, skipping";
		break;
	case PACK_STICKY:
		why = "File has sticky bit set, skipping";
		break;
	case PACK_LINKED:
		why = "Input file has more than one hard link, skipping";
	}
	if (why)
		complain(j, WARNING, why);
	return !why;
}

static const char *const suffixes[] = { ".xz", ".txz", ".lzma", ".tlz", ".lz", NULL };

/* Finds the name of the output. Returns false, after a message, if the input's name is not right. */
static bool name_output(struct job *j)
{
	const char *own[] = { j->suffix, NULL }, *suffix = NULL;
	bool lzma = j->format == FORMAT_LZMA;
	size_t which = 0;

	if (j->format == FORMAT_RAW && !j->suffix) {
		complain(j, ERROR, "With --format=raw, --suffix=.SUF is required unless writing to stdout");
		return false;
	}
	if (j->suffix)
		suffix = pack_suffix(j->name, own, NULL);
	if (!suffix && j->format != FORMAT_RAW) {
		suffix = pack_suffix(j->name, suffixes, &which);
		if (suffix && j->mode == COMPRESS && (which / 2 != (lzma ? 1 : 0) || which == 4))
			suffix = NULL;
	}
	if (j->mode == COMPRESS) {
		if (suffix) {
			complain(j, WARNING, arena_printf("File already has `%s' suffix, skipping", suffix));
			return false;
		}
		j->out = arena_printf("%s%s", j->name, j->suffix ? j->suffix : lzma ? ".lzma" : ".xz");
	} else if (suffix) {
		j->out = arena_printf("%.*s%s", (int)(suffix - j->name), j->name,
				      which == 1 || which == 3 ? ".tar" : "");
	} else {
		complain(j, WARNING, "Filename has an unknown suffix, skipping");
		return false;
	}
	return true;
}

/* Opens the input and creates the output. Returns false after a message. */
static bool open_files(struct job *j)
{
	bool replaces = !j->to_stdout && j->mode <= DECOMPRESS,
	     follow = !replaces || j->opt->force || j->keep;

	if (pack_open(&j->file, j->name, follow) < 0) {
		if (errno == ELOOP && !follow)
			complain(j, WARNING, "Is a symbolic link, skipping");
		else
			complain(j, ERROR, strerror(errno));
		return false;
	}
	if (S_ISDIR(j->file.st.st_mode)) {
		complain(j, WARNING, "Is a directory, skipping");
	} else if (!replaces) {
		return true;
	} else if (!j->keep && !may_replace(j)) {
		/* it was told why */
	} else if (j->mode == DECOMPRESS && !j->opt->force && input_format(j) == FORMAT_UNKNOWN) {
		complain(j, ERROR, "File format not recognized");
	} else if (name_output(j)) {
		if (pack_create(&j->file, j->out, j->opt->force) == 0)
			return true;
		j->name = j->out;
		complain(j, ERROR, strerror(errno));
	}
	pack_close(&j->file);
	return false;
}

static void refuse_terminal(const struct job *j)
{
	if (j->mode == COMPRESS && isatty(STDOUT_FILENO))
		die_try("Compressed data cannot be written to a terminal");
}

/* Parts of an .xz file that is in memory from its end backwards. */
struct listing {
	uint64_t streams, blocks, unpacked;
	unsigned checks;
};

/* Adds up the index of a stream. Returns how many bytes the stream has, 0 if the index is wrong. */
static uint64_t add_index(struct listing *l, const unsigned char *index, size_t length)
{
	const unsigned char *p = index + 1, *end = index + length - 4;
	uint64_t count, packed, unpacked, sum = length + 24;

	if (length < 8 || index[0] != 0 || crc32(0, index, length - 4) != load32(end) ||
	    !xz_number(&p, end, &count))
		return 0;
	l->blocks += count;
	for (; count > 0; count--) {
		if (!xz_number(&p, end, &packed) || !xz_number(&p, end, &unpacked))
			return 0;
		sum += (packed + 3) & ~(uint64_t)3;
		l->unpacked += unpacked;
	}
	return sum;
}

/* Reads the last stream of the first `size` bytes of the file. Returns where it begins, or -1 after a message. */
static off_t list_stream(struct job *j, off_t size, struct listing *l)
{
	static const char corrupt[] = "Compressed data is corrupt", unknown[] = "File format not recognized";
	unsigned char footer[12], header[12], *index;
	int fd = j->file.in.fd;
	uint64_t length, sum;

	while (size >= 4 && pread(fd, footer, 4, size - 4) == 4 && memcmp(footer, "\0\0\0", 4) == 0)
		size -= 4;
	if (size == 0)
		return 0;
	if (size < 24) {
		complain(j, ERROR, corrupt);
		return -1;
	}
	if (pread(fd, footer, 12, size - 12) != 12 || memcmp(footer + 10, "YZ", 2) != 0) {
		complain(j, ERROR, unknown);
		return -1;
	}
	length = 4 * ((uint64_t)load32(footer + 4) + 1);
	if (crc32(0, footer + 4, 6) == load32(footer) && length + 24 <= (uint64_t)size) {
		index = (unsigned char *)arena_alloc((size_t)length);
		sum = pread(fd, index, (size_t)length, size - 12 - (off_t)length) == (ssize_t)length
			      ? add_index(l, index, (size_t)length)
			      : 0;
		if (sum > 0 && sum <= (uint64_t)size && pread(fd, header, 12, size - (off_t)sum) == 12) {
			if (memcmp(header, "\3757zXZ", 6) != 0) {
				complain(j, ERROR, unknown);
				return -1;
			}
			l->streams++;
			l->checks |= 1u << (footer[9] & 15);
			return size - (off_t)sum;
		}
	}
	complain(j, ERROR, corrupt);
	return -1;
}

static const char *check_names(unsigned checks)
{
	struct buf b = { 0 };

	buf_str(&b, "");
	for (unsigned i = 0; i < 16; i++)
		if (checks & 1u << i)
			buf_fmt(&b, "%s%s", b.len ? "," : "",
				i == XZ_NONE     ? "None"
				: i == XZ_CRC32  ? "CRC32"
				: i == XZ_CRC64  ? "CRC64"
				: i == XZ_SHA256 ? "SHA-256"
						 : arena_printf("Unknown-%u", i));
	return b.data;
}

static void list_line(const struct listing *l, uint64_t packed, const char *name)
{
	out_fmt("%5ju %7ju  %11s  %11s  %5s  %-7s %s\n", (uintmax_t)l->streams, (uintmax_t)l->blocks,
		nice_size(packed), nice_size(l->unpacked), ratio(packed, l->unpacked, "---"),
		check_names(l->checks), name);
}

static void list(struct job *j)
{
	struct listing l = { 0 };
	off_t at = j->file.st.st_size;

	if (at < 32) {
		complain(j, ERROR, at ? "Too small to be a valid .xz file" : "File is empty");
		return;
	}
	while (at > 0)
		at = list_stream(j, at, &l);
	if (at < 0)
		return;
	if (j->opt->robot)
		out_fmt("name\t%s\nfile\t%ju\t%ju\t%ju\t%ju\t%s\t%s\t0\n", j->name, (uintmax_t)l.streams,
			(uintmax_t)l.blocks, (uintmax_t)j->file.st.st_size, (uintmax_t)l.unpacked,
			ratio((uint64_t)j->file.st.st_size, l.unpacked, "---"), check_names(l.checks));
	else if (j->files == 0)
		out_line("Strms  Blocks   Compressed Uncompressed  Ratio  Check   Filename");
	if (!j->opt->robot)
		list_line(&l, (uint64_t)j->file.st.st_size, j->name);
	j->files++;
	j->streams += l.streams;
	j->blocks += l.blocks;
	j->packed += (uint64_t)j->file.st.st_size;
	j->unpacked += l.unpacked;
	j->checks |= l.checks;
}

static void list_totals(const struct job *j)
{
	struct listing l = { j->streams, j->blocks, j->unpacked, j->checks };

	if (j->opt->robot) {
		out_fmt("totals\t%ju\t%ju\t%ju\t%ju\t%s\t%s\t0\t%ju\n", (uintmax_t)l.streams,
			(uintmax_t)l.blocks, (uintmax_t)j->packed, (uintmax_t)l.unpacked,
			ratio(j->packed, l.unpacked, "---"), check_names(l.checks), (uintmax_t)j->files);
	} else if (j->files > 1) {
		out_fill('-', 79);
		out_char('\n');
		list_line(&l, j->packed, arena_printf("%ju files", (uintmax_t)j->files));
	}
}

/* Works on the file that is open. */
static void process(struct job *j)
{
	enum pack_step step;
	int error;

	j->file.discard = j->mode == TEST;
	if (j->mode == LIST) {
		list(j);
		return;
	}
	if (!(j->mode == COMPRESS ? compress(j) : expand(j))) {
		result_drop(&j->file.result);
		return;
	}
	tell_ratio(j);
	if (j->file.result.fd < 0)
		return;
	error = pack_finish(&j->file, &j->file.st, false, !j->keep, &step);
	if (error && step != PACK_ATTRIBUTES)
		complain(j, ERROR, strerror(error));
}

static void do_file(struct job *j, const char *name)
{
	struct arena_mark mark = arena_mark();
	bool from_stdin = strcmp(name, "-") == 0;

	j->name = from_stdin ? "(stdin)" : name;
	if (!*name) {
		warn("Empty filename, skipping");
		worsen(j, ERROR);
	} else if (from_stdin && j->mode == LIST) {
		warn("--list does not support reading from standard input");
		worsen(j, ERROR);
	} else if (from_stdin) {
		refuse_terminal(j);
		if (j->mode != COMPRESS && isatty(STDIN_FILENO))
			die("Compressed data cannot be read from a terminal");
		if (pack_open(&j->file, NULL, true) < 0)
			complain(j, ERROR, strerror(errno));
		else
			process(j);
	} else {
		if (j->to_stdout)
			refuse_terminal(j);
		if (open_files(j)) {
			process(j);
			pack_close(&j->file);
		}
	}
	arena_release(mark);
}

static _Noreturn void die_suffix(const char *suffix)
{
	die("%s: Invalid multiplier suffix\n%s: Valid suffixes are `KiB' (2^10), `MiB' (2^20), and `GiB' (2^30).",
	    suffix, applet_name());
}

/* Reads a number with a suffix; `name` is what it is for. */
static uint64_t read_number(const char *s, const char *name, uint64_t min, uint64_t max)
{
	static const char units[] = "kmgKMG";
	uint64_t value = 0;
	bool over = false;
	const char *p = s, *unit;

	if (strcmp(s, "max") == 0)
		return max;
	if (*p < '0' || *p > '9')
		die("%s: Value is not a non-negative decimal integer", s);
	for (; *p >= '0' && *p <= '9'; p++)
		over |= __builtin_mul_overflow(value, 10, &value) ||
			__builtin_add_overflow(value, (uint64_t)(*p - '0'), &value);
	if (*p) {
		unit = strchr(units, *p);
		if (!unit ||
		    (p[1] && strcmp(p + 1, "i") != 0 && strcmp(p + 1, "iB") != 0 && strcmp(p + 1, "B") != 0))
			die_suffix(p);
		for (long n = (unit - units) % 3; n >= 0; n--)
			over |= __builtin_mul_overflow(value, 1024, &value);
	}
	if (over || value < min || value > max)
		die("Value of the option `%s' must be in the range [%ju, %ju]", name, (uintmax_t)min,
		    (uintmax_t)max);
	return value;
}

/* The amount of memory that `s` allows; 0 for no limit. */
static uint64_t read_limit(const char *s)
{
	size_t len = s ? strlen(s) : 0;

	if (len > 1 && s[len - 1] == '%') {
		uint64_t part = read_number(arena_memdup(s, len - 1), "memlimit%", 1, 100);

		return (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE) / 100 * part;
	}
	return s ? read_number(s, "memlimit", 0, UINT64_MAX) : 0;
}

/* Sets one option of LZMA. */
static void set_lzma(struct xz_step *s, const char *name, const char *value)
{
	static const char *const finders[] = { "hc3", "hc4", "bt2", "bt3", "bt4", NULL };
	enum xz_filter kind = s->kind;
	size_t i = 0;

	if (strcmp(name, "preset") == 0) {
		if (*value < '0' || *value > '9' || (value[1] && strcmp(value + 1, "e") != 0))
			die("Unsupported LZMA1/LZMA2 preset: %s", value);
		xz_preset(s, (unsigned)(*value - '0'), value[1]);
		s->kind = kind;
	} else if (strcmp(name, "dict") == 0) {
		s->value = (uint32_t)read_number(value, name, 4096, 1610612736);
	} else if (strcmp(name, "lc") == 0) {
		s->lc = (unsigned)read_number(value, name, 0, 4);
	} else if (strcmp(name, "lp") == 0) {
		s->lp = (unsigned)read_number(value, name, 0, 4);
	} else if (strcmp(name, "pb") == 0) {
		s->pb = (unsigned)read_number(value, name, 0, 4);
	} else if (strcmp(name, "nice") == 0) {
		s->nice = (unsigned)read_number(value, name, 2, 273);
	} else if (strcmp(name, "depth") == 0) {
		s->depth = (unsigned)read_number(value, name, 0, UINT32_MAX);
	} else if (strcmp(name, "mode") == 0) {
		s->fast = strcmp(value, "fast") == 0;
		if (!s->fast && strcmp(value, "normal") != 0)
			die("%s: Invalid option value", value);
	} else if (strcmp(name, "mf") == 0) {
		while (finders[i] && strcmp(finders[i], value) != 0)
			i++;
		if (!finders[i])
			die("%s: Invalid option value", value);
	} else {
		die("%s: Invalid option name", name);
	}
}

/* Reads the options of a filter. */
static void read_step(struct xz_step *s, enum xz_filter kind, const char *words)
{
	char *copy = arena_strdup(words ? words : ""), *state = NULL;

	*s = (struct xz_step){ .kind = kind, .value = kind == XZ_DELTA };
	if (kind >= XZ_LZMA2) {
		xz_preset(s, 6, false);
		s->kind = kind;
	}
	for (char *name = strtok_r(copy, ",", &state); name; name = strtok_r(NULL, ",", &state)) {
		char *value = strchr(name, '=');

		if (!value || !value[1])
			die("%s: Options must be `name=value' pairs separated with commas", words);
		*value++ = 0;
		if (kind >= XZ_LZMA2)
			set_lzma(s, name, value);
		else if (kind == XZ_DELTA && strcmp(name, "dist") == 0)
			s->value = (uint32_t)read_number(value, name, 1, 256);
		else if (kind != XZ_DELTA && strcmp(name, "start") == 0)
			s->value = (uint32_t)read_number(value, name, 0, UINT32_MAX);
		else
			die("%s: Invalid option name", name);
	}
	if (kind >= XZ_LZMA2 && s->lc + s->lp > 4)
		die("The sum of lc and lp must not exceed 4");
}

/* Sets the filters: those given, in their order, or the preset. */
static void set_chain(struct job *j, const struct xz_options *o, unsigned level)
{
	const struct {
		const struct option_list *list;
		enum xz_filter kind;
	} all[] = { { &o->lzma1, XZ_LZMA1 },     { &o->lzma2, XZ_LZMA2 },       { &o->x86, XZ_X86 },
		    { &o->arm, XZ_ARM },         { &o->armthumb, XZ_ARMTHUMB }, { &o->arm64, XZ_ARM64 },
		    { &o->powerpc, XZ_POWERPC }, { &o->ia64, XZ_IA64 },         { &o->sparc, XZ_SPARC },
		    { &o->delta, XZ_DELTA } };
	bool lzma = j->format == FORMAT_LZMA;
	unsigned last = 0;
	struct xz_chain *c = &j->chain;

	for (;;) {
		const struct option_item *next = NULL;
		enum xz_filter kind = XZ_DELTA;

		for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
			for (size_t k = 0; k < all[i].list->count; k++) {
				const struct option_item *item = &all[i].list->items[k];

				if (item->at > last && (!next || item->at < next->at)) {
					next = item;
					kind = all[i].kind;
				}
			}
		if (!next)
			break;
		last = next->at;
		if (c->count == 4)
			die("Maximum number of filters is four");
		read_step(&c->steps[c->count++], kind, next->value);
	}
	if (c->count == 0) {
		c->count = 1;
		xz_preset(&c->steps[0], level, o->extreme);
		if (lzma)
			c->steps[0].kind = XZ_LZMA1;
		if (j->format == FORMAT_RAW && j->mode == COMPRESS && !j->quiet) {
			warn("Using a preset in raw mode is discouraged.");
			warn("The exact options of the presets may vary between software versions.");
		}
	}
	for (unsigned i = 0; i < c->count; i++)
		if ((c->steps[i].kind >= XZ_LZMA2) != (i + 1 == c->count))
			die("Unsupported filter chain or filter options");
	if (j->mode == COMPRESS && j->format != FORMAT_RAW &&
	    (c->steps[c->count - 1].kind == XZ_LZMA1) != lzma)
		die("Unsupported filter chain or filter options");
	if (lzma && c->count > 1)
		die("The .lzma format supports only the LZMA1 filter");
}

static unsigned level_of(const struct xz_options *o)
{
	const unsigned at[] = { o->fast, o->_1, o->_2, o->_3, o->_4, o->_5, o->_6, o->_7, o->_8, o->best };
	unsigned level = 6, last = 0;

	for (unsigned i = 0; i < 10; i++)
		if (at[i] > last) {
			last = at[i];
			level = i;
		}
	return level;
}

static void set_format(struct job *j, const char *name)
{
	static const struct {
		const char *name;
		enum format format;
	} formats[] = { { "auto", FORMAT_UNKNOWN }, { "xz", FORMAT_XZ },     { "lzma", FORMAT_LZMA },
			{ "alone", FORMAT_LZMA },   { "lzip", FORMAT_LZIP }, { "raw", FORMAT_RAW } };

	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (strcmp(name, formats[i].name) == 0) {
			j->format = formats[i].format;
			return;
		}
	die("%s: Unknown file format type", name);
}

static void set_check(struct job *j, const char *name)
{
	static const struct {
		char name[7];
		uint8_t check;
	} checks[] = {
		{ "none", XZ_NONE }, { "crc32", XZ_CRC32 }, { "crc64", XZ_CRC64 }, { "sha256", XZ_SHA256 }
	};

	for (size_t i = 0; i < 4; i++)
		if (strcmp(name, checks[i].name) == 0) {
			j->check = (enum xz_check)checks[i].check;
			return;
		}
	die("%s: Unsupported integrity check type", name);
}

static void show_memory(const struct job *j)
{
	uintmax_t all = (uintmax_t)sysconf(_SC_PHYS_PAGES) * (uintmax_t)sysconf(_SC_PAGESIZE);
	long threads = sysconf(_SC_NPROCESSORS_ONLN);

	if (j->opt->robot) {
		out_fmt("%ju\t0\t%ju\t%ju\t%ju\t%ld\n", all, (uintmax_t)j->memory_limit, all / 4, all / 4,
			threads);
		leave(0);
	}
	out_fmt("Hardware information:\n  Amount of physical memory (RAM):  %ju MiB (%ju B)\n"
		"  Number of processor threads:      %ld\n\nMemory usage limits:\n"
		"  Compression:                      Disabled\n"
		"  Decompression:                    %s\n"
		"  Multi-threaded decompression:     %ju MiB (%ju B)\n"
		"  Default for -T0:                  %ju MiB (%ju B)\n",
		(all + 0xfffff) >> 20, all, threads,
		j->memory_limit
			? arena_printf("%ju MiB (%ju B)", (uintmax_t)(j->memory_limit + 0xfffff) >> 20,
				       (uintmax_t)j->memory_limit)
			: "Disabled",
		(all / 4 + 0xfffff) >> 20, all / 4, (all / 4 + 0xfffff) >> 20, all / 4);
	leave(0);
}

/* How often -q is among the words. */
static unsigned count_quiet(char **words)
{
	unsigned count = 0;

	for (; *words && strcmp(*words, "--") != 0; words++) {
		const char *p = *words;

		if (strncmp(p, "--q", 3) == 0)
			count++;
		else if (p[0] == '-' && p[1] != '-')
			while (*++p && !strchr("SFCTM", *p))
				count += *p == 'q';
	}
	return count;
}

/* Turns the options into a job. */
static void read_options(struct job *j, const struct xz_options *o)
{
	const char *name = applet_name();
	unsigned last = 0;
	const unsigned modes[] = { o->compress, o->decompress, o->test, o->list };

	j->opt = o;
	j->verbose = o->verbose;
	if (strstr(name, "lz") == name || strcmp(name, "unlzma") == 0)
		j->format = FORMAT_LZMA;
	if (strncmp(name, "un", 2) == 0 || strstr(name, "cat"))
		j->mode = DECOMPRESS;
	for (unsigned i = 0; i < 4; i++)
		if (modes[i] > last) {
			last = modes[i];
			j->mode = (enum mode)i;
		}
	j->to_stdout = o->to_stdout || strstr(name, "cat");
	j->keep = o->keep || j->to_stdout;
	if (o->format)
		set_format(j, o->format);
	if (o->check)
		set_check(j, o->check);
	if (o->threads)
		read_number(o->threads + (*o->threads == '+'), "threads", 0, 16384);
	j->block_size = o->block_size ? read_number(o->block_size, "block-size", 0, UINT64_MAX) : 0;
	j->memory_limit = read_limit(o->memlimit_decompress_at > o->memlimit_at ? o->memlimit_decompress
										: o->memlimit);
	j->suffix = o->suffix;
	if (j->suffix && (!*j->suffix || strchr(j->suffix, '/')))
		die("%s: Invalid filename suffix", j->suffix);
	if (j->mode == COMPRESS && j->format == FORMAT_LZIP)
		die("Compression of lzip files (.lz) is not supported");
	set_chain(j, o, level_of(o));
}

/* Works on the files that are named in another. */
static void do_named(struct job *j, const char *list, char delimiter)
{
	struct reader r = { 0 };
	const char *path = list ? list : "-";
	int fd = open_input(path);
	char *line;
	size_t len;

	if (fd < 0) {
		j->name = path;
		complain(j, ERROR, strerror(errno));
		return;
	}
	reader_open(&r, fd);
	while ((line = reader_line(&r, &len, delimiter))) {
		if (len > 0 && line[len - 1] == delimiter)
			len--;
		if (len > 0)
			do_file(j, arena_memdup(line, len));
	}
	close_file(fd);
}

int xz_main(struct xz_options *opt, char **argv)
{
	static const char *const variables[] = { "XZ_DEFAULTS", "XZ_OPT", NULL };
	struct job j = { .check = XZ_CRC64, .file = { .result.fd = -1 } };
	char **files;

	argv = pack_words(variables, argv);
	j.quiet = count_quiet(argv);
	files = parse_options(this_applet(), opt, argv);

	if (opt->help || opt->long_help) {
		print_help(this_applet());
		return 0;
	}
	if (opt->version) {
		if (opt->robot)
			out_str("XZ_VERSION=50040012\nLIBLZMA_VERSION=50040012\n");
		else
			print_version();
		return 0;
	}
	read_options(&j, opt);
	j.file.sparse = !opt->no_sparse && j.mode == DECOMPRESS;
	if (opt->info_memory)
		show_memory(&j);
	if (!*files && !opt->files_at && !opt->files0_at)
		do_file(&j, "-");
	for (; *files; files++)
		do_file(&j, *files);
	if (opt->files_at)
		do_named(&j, opt->files, '\n');
	if (opt->files0_at)
		do_named(&j, opt->files0, 0);
	if (j.mode == LIST && j.files > 0)
		list_totals(&j);
	return j.status;
}
