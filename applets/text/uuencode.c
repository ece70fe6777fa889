/* uuencode - make text of a file, which uudecode makes a file of again
 *
 * usage: uuencode [OPTION]... [FILE] NAME
 *
 *   -m, --base64            the text is base64
 *   -e, --encode-file-name  NAME, too, is encoded
 *   -h                      show this help
 *   -v                      show the version
 *
 * NAME is what uudecode calls the file. Without FILE, standard input is encoded.
 *
 * install: /usr/bin
 * status: 64
 * follows: POSIX.1-2024 uuencode; GNU sharutils manual
 */
#include "libbb.h"
#include "encode.h"
#include "uuencode.gen.h"

enum { LINE = 45 }; /* bytes in a line */

static char letter(unsigned bits)
{
	return (char)(bits ? bits + ' ' : '`');
}

/* Writes a line of the historical encoding. */
static void put_line(const unsigned char *p, size_t n)
{
	out_char(letter((unsigned)n));
	for (size_t i = 0; i < n; i += 3) {
		unsigned a = p[i], b = i + 1 < n ? p[i + 1] : 0, c = i + 2 < n ? p[i + 2] : 0;

		out_char(letter(a >> 2));
		out_char(letter((a << 4 | b >> 4) & 63));
		out_char(letter((b << 2 | c >> 6) & 63));
		out_char(letter(c & 63));
	}
	out_char('\n');
}

static void put_base64(const unsigned char *p, size_t n)
{
	char text[2 * LINE];

	out_mem(text, encode(ENCODE_BASE64, p, n, text));
}

static void put_file(int fd, bool base64)
{
	unsigned char *block = arena_alloc(LINE * 1024);
	ssize_t n;

	while ((n = read_all(fd, block, LINE * 1024)) > 0)
		for (size_t at = 0; at < (size_t)n; at += LINE) {
			size_t len = (size_t)n - at < LINE ? (size_t)n - at : LINE;

			if (base64) {
				put_base64(block + at, len);
				out_char('\n');
			} else {
				put_line(block + at, len);
			}
		}
	if (n < 0)
		die_status_errno(1, "read error");
}

int uuencode_main(struct uuencode_options *opt, char **argv)
{
	int fd = STDIN_FILENO;
	const char *name;
	struct stat st;
	mode_t mode;

	if (print_asked(opt->h, opt->v))
		return 0;
	if (!*argv)
		die_missing_operand(NULL);
	if (argv[1] && argv[2])
		die_extra_operand(argv[2]);
	name = argv[1] ? argv[1] : argv[0];
	mode = umask(0);
	umask(mode);
	mode = 0666 & ~mode;
	if (argv[1]) {
		fd = open_file(argv[0], O_RDONLY, 0);
		if (fd < 0 || fstat(fd, &st) < 0)
			die_status_errno(1, "%s", quote_maybe(argv[0]));
		mode = st.st_mode & 0777;
	}
	out_fmt("begin%s%s %o ", opt->base64 ? "-base64" : "", opt->encode_file_name ? "-encoded" : "", mode);
	if (opt->encode_file_name)
		for (size_t len = strlen(name), at = 0; at < len; at += LINE)
			put_base64((const unsigned char *)name + at, len - at < LINE ? len - at : LINE);
	else
		out_str(name);
	out_char('\n');
	put_file(fd, opt->base64);
	out_str(opt->base64 ? "====\n" : "`\nend\n");
	return 0;
}
