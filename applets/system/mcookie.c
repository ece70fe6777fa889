/* mcookie - make a cookie for xauth: 128 bits by chance, in hexadecimal
 *
 * usage: mcookie [OPTION]...
 *
 *   -f, --file=FILE...     FILE, - is standard input, adds to chance
 *   -m, --max-size=NUM     read NUM bytes of it at most (perhaps with K, M, G ... after it)
 *   -v, --verbose          say what was read
 *   -V                     print the version
 *   -h                     print this
 *
 * install: /usr/bin
 * follows: mcookie(1) of util-linux
 */
#include <sys/random.h>
#include "libbb.h"
#include "hash.h"
#include "mcookie.gen.h"

enum { COOKIE = 16, CHANCE = 128 };

/* Adds the contents of a file to the digest. */
static int add_file(struct hash *hash, const char *name, uintmax_t most, bool verbose)
{
	bool is_stdin = strcmp(name, "-") == 0;
	int fd = open_input(name);
	uintmax_t total = 0;
	char block[8192];
	ssize_t n = 0;

	if (fd < 0) {
		warn_errno("cannot open %s", name);
		return 1;
	}
	while (total < most) {
		uintmax_t want = most - total < sizeof(block) ? most - total : sizeof(block);

		n = read_some(fd, block, (size_t)want);
		if (n <= 0)
			break;
		hash_add(hash, block, (size_t)n);
		total += (uintmax_t)n;
	}
	close_file(fd);
	if (n < 0) {
		warn_errno("cannot read %s", name);
		return 1;
	}
	if (verbose) {
		const char *message = arena_printf("Got %ju bytes from %s\n", total,
						   is_stdin ? "stdin" : name);

		write_all(STDERR_FILENO, message, strlen(message));
	}
	return 0;
}

int mcookie_main(struct mcookie_options *opt, char **operands)
{
	static const char told[] = "Got 128 bytes from getrandom() function\n";
	uintmax_t most = 16 * 1024 * 1024;
	unsigned char chance[CHANCE], cookie[COOKIE];
	struct hash hash;
	int status = 0;

	(void)operands;
	if (print_asked(opt->h, opt->V))
		return 0;
	errno = EINVAL;
	if (opt->max_size && parse_uint_base(opt->max_size, NULL, 0, "kKmMGTPEZY0", &most) != NUM_OK)
		die_errno("failed to parse length: '%s'", opt->max_size);
	hash_begin(&hash, HASH_MD5, 0);
	for (size_t i = 0; i < opt->file.count; i++)
		status |= add_file(&hash, opt->file.items[i].value, most, opt->verbose);
	for (size_t done = 0; done < CHANCE;) {
		ssize_t n = getrandom(chance + done, CHANCE - done, 0);

		if (n < 0 && errno != EINTR)
			die_errno("getrandom");
		done += n > 0 ? (size_t)n : 0;
	}
	hash_add(&hash, chance, CHANCE);
	if (opt->verbose)
		write_all(STDERR_FILENO, told, sizeof(told) - 1);
	hash_end(&hash, cookie);
	for (size_t i = 0; i < COOKIE; i++)
		out_fmt("%02x", cookie[i]);
	out_char('\n');
	return status;
}
