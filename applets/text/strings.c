/* strings - print the printable text in files
 *
 * usage: strings [OPTION]... [FILE]...
 *
 *   -a, --all                       look at all of the file, as without this
 *   -d, --data                      look only at the sections of an object file that are loaded and have data
 *   -f, --print-file-name           print the name of the file before each string
 *   -n, --bytes=NUMBER, -NUMBER     strings of at least NUMBER characters, 4 if not given
 *   -t, --radix=RADIX               print where each string begins, in octal (o), decimal (d) or hexadecimal (x)
 *   -w, --include-all-whitespace    take line ends, returns and the like as part of strings
 *   -o                              --radix=o
 *   -T, --target=NAME               accepted, and without effect: the format of object files
 *   -e, --encoding=CODE             s: 7-bit characters, as without this; S: 8-bit; b, l: 16-bit big- and
 *                                   little-endian; B, L: 32-bit
 *   -U, --unicode=KIND              UTF-8: invalid (i, or default), show (s), hex (x), escape (e), highlight (h)
 *   -s, --output-separator=TEXT     end strings with TEXT, not with newlines
 *
 * Standard input is read if there is no FILE. @FILE stands for the words in FILE.
 *
 * install: /usr/bin
 * options: manual
 * hidden: -NUM
 * hidden: -h
 * hidden: -v, -V
 * hot: it looks at all bytes of large files
 * follows: POSIX.1-2024 strings; strings(1) of GNU binutils
 */
#include <elf.h>
#include "libbb.h"
#include "strings.gen.h"

struct job {
	bool all_blanks, names, data;
	size_t least;
	char radix;          /* 0: none */
	const char *end;     /* of each string */
	char encoding;       /* s S b l B L */
	char unicode;        /* i s x e h */
	bool printable[256]; /* of bytes */
	const char *name;    /* to be printed before a string, or NULL */
};

static void set_printable(struct job *job)
{
	for (int c = 0; c < 256; c++)
		job->printable[c] = (c >= ' ' && c < 127) || c == '\t' ||
				    (c >= 128 && job->encoding == 'S') ||
				    (job->all_blanks && c >= '\n' && c <= '\r');
}

static void begin_string(const struct job *job, uintmax_t at)
{
	if (job->names)
		out_fmt("%s: ", job->name);
	if (job->radix)
		out_fmt(job->radix == 'o' ? "%7jo " : job->radix == 'd' ? "%7ju " : "%7jx ", at);
}

/* Looks for strings of bytes. A byte that is not printable rules out all beginnings up to it, so most bytes need no look. */
static void scan_bytes(const struct job *job, const unsigned char *p, size_t n, uintmax_t at)
{
	size_t i = 0;

	while (n - i >= job->least) {
		size_t last = i + job->least - 1, end;

		while (last > i && job->printable[p[last]])
			last--;
		if (last > i || !job->printable[p[i]]) {
			i = last + 1;
			continue;
		}
		end = i + job->least;
		while (end < n && job->printable[p[end]])
			end++;
		begin_string(job, at + i);
		out_mem(p + i, end - i);
		out_str(job->end);
		if (out_failed())
			return;
		i = end;
	}
}

static uint32_t wide_at(const struct job *job, const unsigned char *p)
{
	switch (job->encoding) {
	case 'b':
		return (uint32_t)p[0] << 8 | p[1];
	case 'l':
		return (uint32_t)p[1] << 8 | p[0];
	case 'B':
		return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
	default:
		return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
	}
}

/* Looks for strings of 16- or 32-bit characters, at any offset. */
static void scan_wide(const struct job *job, const unsigned char *p, size_t n, uintmax_t at)
{
	size_t size = job->encoding == 'b' || job->encoding == 'l' ? 2 : 4;

	for (size_t i = 0; n - i >= size * job->least;) {
		size_t end = i, count = 0;

		while (n - end >= size) {
			uint32_t c = wide_at(job, p + end);

			if (c > 127 || !job->printable[c])
				break;
			end += size;
			count++;
		}
		if (count < job->least) {
			i = count ? end - size + 1 : i + 1;
			continue;
		}
		begin_string(job, at + i);
		for (size_t k = i; k < end; k += size)
			out_char((char)wide_at(job, p + k));
		out_str(job->end);
		i = end;
	}
}

/* The length of the printable character at `p`: a byte, or one of UTF-8; 0 if there is none. */
static size_t character_at(const struct job *job, const unsigned char *p, size_t n, uint32_t *cp)
{
	int len;

	*cp = *p;
	if (*p < 128)
		return job->printable[*p];
	len = utf8_decode((const char *)p, n, cp);
	return len > 1 ? (size_t)len : 0;
}

static void out_unicode(const struct job *job, const unsigned char *p, size_t len, uint32_t cp)
{
	switch (job->unicode) {
	case 'x':
		out_str("<0x");
		for (size_t i = 0; i < len; i++)
			out_fmt("%02x", p[i]);
		out_char('>');
		break;
	case 'e':
	case 'h':
		out_fmt(cp > 0xffff ? "%s\\u%06x%s" : "%s\\u%04x%s", job->unicode == 'h' ? "\033[31;47m" : "",
			cp, job->unicode == 'h' ? "\033[0m" : "");
		break;
	default:
		out_mem(p, len);
	}
}

static void scan_utf8(const struct job *job, const unsigned char *p, size_t n, uintmax_t at)
{
	size_t i = 0;

	while (i < n) {
		size_t end = i, count = 0, len;
		uint32_t cp;

		while (end < n && (len = character_at(job, p + end, n - end, &cp)) > 0) {
			end += len;
			count++;
		}
		if (count >= job->least) {
			begin_string(job, at + i);
			for (size_t k = i; k < end; k += len) {
				len = character_at(job, p + k, end - k, &cp);
				if (len > 1)
					out_unicode(job, p + k, len, cp);
				else
					out_char((char)p[k]);
			}
			out_str(job->end);
		}
		i = end + 1;
	}
}

static void scan(const struct job *job, const char *p, size_t n, uintmax_t at)
{
	const unsigned char *bytes = (const unsigned char *)p;

	if (job->encoding != 's' && job->encoding != 'S')
		scan_wide(job, bytes, n, at);
	else if (job->unicode != 'i')
		scan_utf8(job, bytes, n, at);
	else
		scan_bytes(job, bytes, n, at);
}

/* Looks at the sections of an ELF file that are loaded. Returns false if it is none. */
static bool scan_sections(const struct job *job, const char *text, size_t len)
{
	Elf64_Ehdr head;

	if (len < sizeof(head) || memcmp(text, ELFMAG, SELFMAG) != 0 || text[EI_CLASS] != ELFCLASS64)
		return false;
	memcpy(&head, text, sizeof(head));
	for (size_t i = 0; i < head.e_shnum; i++) {
		Elf64_Shdr section;
		uint64_t at;

		if (__builtin_add_overflow(head.e_shoff, i * head.e_shentsize, &at) || at > len ||
		    len - at < sizeof(section))
			break;
		memcpy(&section, text + at, sizeof(section));
		if (section.sh_flags & SHF_ALLOC && section.sh_type != SHT_NOBITS &&
		    section.sh_offset <= len && section.sh_size <= len - section.sh_offset)
			scan(job, text + section.sh_offset, section.sh_size, section.sh_offset);
	}
	return true;
}

/* How much of the block's end may belong to a string that goes on: it is looked at with the next block. */
static size_t open_end(const struct job *job, const char *p, size_t n)
{
	size_t i = n;

	if ((job->encoding != 's' && job->encoding != 'S') || job->unicode != 'i')
		return n;
	while (i > 0 && job->printable[(unsigned char)p[i - 1]])
		i--;
	return n - i;
}

/* Reads a file block by block; a string that a block ends with waits for the next. */
static void scan_stream(const struct job *job, int fd, int *error)
{
	struct reader r = { 0 };
	uintmax_t at = 0;

	reader_open(&r, fd);
	while (reader_fill(&r)) {
		size_t n = r.end - r.pos, whole = n - open_end(job, r.buf + r.pos, n);

		scan(job, r.buf + r.pos, whole, at);
		r.pos += whole;
		at += whole;
		if (out_failed())
			return;
	}
	scan(job, r.buf + r.pos, r.end - r.pos, at);
	*error = r.error;
}

static int strings_of(struct job *job, const char *name)
{
	int fd, error = 0;
	struct stat st;
	size_t len;
	char *text;

	job->name = name ? name : "{standard input}";
	if (!name) {
		scan_stream(job, STDIN_FILENO, &error);
	} else {
		if (stat(name, &st) < 0) {
			if (errno == ENOENT)
				warn("'%s': No such file", name);
			else
				warn_errno("Warning: could not locate '%s'.  reason", name);
			return 1;
		}
		if (S_ISDIR(st.st_mode)) {
			warn("Warning: '%s' is a directory", name);
			return 1;
		}
		fd = open_file(name, O_RDONLY, 0);
		if (fd < 0) {
			warn_errno("%s", name);
			return 1;
		}
		text = job->data ? read_file(fd, &len) : NULL;
		if (!text || !scan_sections(job, text, len)) {
			lseek(fd, 0, SEEK_SET);
			scan_stream(job, fd, &error);
		}
		close_file(fd);
	}
	if (error)
		warn_code(error, "%s", job->name);
	return error != 0;
}

static size_t read_least(const char *s)
{
	uintmax_t n;

	if (parse_uint_base(s, NULL, 0, NULL, &n) != NUM_OK || s[strspn(s, "0123456789xXabcdefABCDEF")])
		die("invalid integer argument %s", s);
	if (n < 1 || n > INT_MAX)
		die("invalid minimum string length %jd", (intmax_t)n);
	return (size_t)n;
}

/* Puts the words of FILE in place of an operand @FILE. */
static char **read_words(char **argv)
{
	char **words = NULL;
	size_t count = 0, capacity = 0;

	for (; *argv; argv++) {
		int fd = **argv == '@' ? open_file(*argv + 1, O_RDONLY, 0) : -1;
		size_t len;
		char *text = fd < 0 ? NULL : read_file(fd, &len), *save;

		if (fd >= 0)
			close_file(fd);
		for (char *word = text ? strtok_r(text, " \t\n\v\f\r", &save) : *argv; word;
		     word = text ? strtok_r(NULL, " \t\n\v\f\r", &save) : NULL) {
			words = arena_reserve(words, count + 1, &capacity, sizeof(*words));
			words[count++] = word;
		}
	}
	words = arena_reserve(words, count + 1, &capacity, sizeof(*words));
	words[count] = NULL;
	return words;
}

int strings_main(struct strings_options *opt, char **argv)
{
	static const char *const kinds[] = { "default", "invalid",   "show",   "hex",
					     "escape",  "highlight", "locale", NULL };
	struct job job = { .least = 4, .end = "\n", .encoding = 's', .unicode = 'i' };
	int status = 0;

	argv = parse_options(this_applet(), opt, read_words(argv));
	if (opt->h)
		print_help(this_applet()), leave(0);
	if (opt->v)
		print_version(), leave(0);
	job.names = opt->print_file_name;
	job.all_blanks = opt->include_all_whitespace;
	job.data = opt->data > opt->all;
	job.end = opt->output_separator ? opt->output_separator : "\n";
	if (opt->NUM_at > opt->bytes_at)
		job.least = read_least(opt->NUM);
	else if (opt->bytes)
		job.least = read_least(opt->bytes);
	if (opt->o > opt->radix_at)
		job.radix = 'o';
	else if (opt->radix) {
		job.radix = *opt->radix;
		if (!job.radix || job.radix == 0 || opt->radix[1] || !strchr("odx", job.radix))
			die_usage(NULL);
	}
	if (opt->encoding) {
		job.encoding = *opt->encoding;
		if (!job.encoding || opt->encoding[1] || !strchr("sSblBL", job.encoding))
			die_usage(NULL);
	}
	if (opt->unicode && opt->unicode[0] && !opt->unicode[1]) {
		job.unicode = *opt->unicode == 'd' ? 'i' : *opt->unicode;
		if (!strchr("isxeh", job.unicode))
			die("invalid argument to -U/--unicode: %s", opt->unicode);
	} else if (opt->unicode) {
		job.unicode = "iisxehs"[choose(kinds, NULL, opt->unicode, "--unicode")];
	}
	set_printable(&job);
	if (!*argv)
		return strings_of(&job, NULL);
	for (; *argv; argv++)
		status |= strings_of(&job, *argv);
	return status;
}
