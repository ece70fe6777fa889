/* pwgen - make passwords
 *
 * usage: pwgen [OPTION]... [LENGTH] [COUNT]
 *
 *   -1                       one on a line
 *   -A, --no-capitalize      no capital letters
 *   -a, --alt-phonics        ignored
 *   -B, --ambiguous          no characters that look like others: 0 O, 1 l I and so on
 *   -C                       in columns
 *   -c, --capitalize         at least one capital letter
 *   -H, --sha1=FILE[#SEED]   of the SHA-1 of FILE and SEED, so that the same come again
 *   -h                       print this
 *   -N, --num-passwords=NUM  NUM passwords
 *   -n, --numerals           at least one digit
 *   -0, --no-numerals        no digits
 *   -r, --remove-chars=CHARS  none of CHARS, and as -s
 *   -s, --secure             by chance all through, not such as can be spoken
 *   -v, --no-vowels          no vowels, nor digits that look like them
 *   -y, --symbols            at least one character that is no letter or digit
 *
 * Passwords are of 8 characters if there is no LENGTH, and can be spoken: syllables, with a digit and a capital in
 * between. On a terminal they fill the screen, else there is one.
 *
 * install: /usr/bin
 * follows: pwgen(1)
 */
#include <ctype.h>
#include <sys/random.h>
#include "libbb.h"
#include "hash.h"
#include "pwgen.gen.h"

static const char digits[] = "0123456789", capitals[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
		  letters[] = "abcdefghijklmnopqrstuvwxyz", symbols[] = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
		  ambiguous[] = "B8G6I1l0OQDS5Z2", vowels[] = "01aeiouyAEIOUY";

struct maker {
	bool capital, digit, symbol; /* at least one; spoken passwords have such only then */
	bool clear, no_vowels, spoken;
	const char *removed;
	char set[128]; /* what passwords without syllables are made of */
	bool seeded;
	unsigned char key[20]; /* if seeded: what the random bytes are made of */
	uint64_t counter;
};

/* A random byte, of the kernel or of the key. */
static unsigned char random_byte(struct maker *m)
{
	unsigned char byte, digest[HASH_MOST];
	struct hash hash;

	if (!m->seeded) {
		if (getrandom(&byte, 1, 0) != 1)
			die_errno("getrandom");
		return byte;
	}
	hash_begin(&hash, HASH_SHA1, 0);
	hash_add(&hash, m->key, sizeof(m->key));
	hash_add(&hash, &m->counter, sizeof(m->counter));
	hash_end(&hash, digest);
	m->counter++;
	return digest[0];
}

/* A number below `n` (at most 256), each as likely. */
static unsigned below(struct maker *m, size_t n)
{
	unsigned byte;

	do
		byte = random_byte(m);
	while (byte >= 256 - 256 % n);
	return byte % (unsigned)n;
}

static bool contains_any(const char *word, const char *set)
{
	return strpbrk(word, set) != NULL;
}

/* A character of `set` that looks like no other, if that matters. */
static char pick(struct maker *m, const char *set)
{
	char c;

	do
		c = set[below(m, strlen(set))];
	while (m->clear && strchr(ambiguous, c));
	return c;
}

/* Makes a password of syllables. */
static void make_spoken(struct maker *m, char *out, size_t len)
{
	static const char *const consonants[] = { "b", "c",  "ch", "d",  "f",  "g", "gh", "h",  "j",
						  "k", "l",  "m",  "n",  "ng", "p", "ph", "qu", "r",
						  "s", "sh", "t",  "th", "v",  "w", "x",  "y",  "z" };
	static const char *const vowel_sounds[] = { "a", "ae", "ah", "ai", "e",  "ee", "ei",
						    "i", "ie", "o",  "oh", "oo", "u" };
	bool vowel = below(m, 2);
	size_t n = 0;

	while (n < len) {
		const char *sound = vowel ? vowel_sounds[below(m, 13)] : consonants[below(m, 27)];
		size_t more = strlen(sound);

		if (n + more > len || (m->clear && contains_any(sound, ambiguous)) ||
		    (n == 0 && strcmp(sound, "ng") == 0))
			continue;
		memcpy(out + n, sound, more);
		if (m->capital && below(m, 5) == 0 && !(m->clear && strchr(ambiguous, toupper(out[n]))))
			out[n] = (char)toupper(out[n]);
		n += more;
		vowel = !vowel;
		if (n < len && m->digit && below(m, 10) < 3)
			out[n++] = pick(m, digits);
		if (n < len && m->symbol && below(m, 10) < 2)
			out[n++] = pick(m, symbols);
	}
}

/* Makes a password until it has what is asked for. */
static void make(struct maker *m, char *out, size_t len)
{
	do {
		if (m->spoken)
			make_spoken(m, out, len);
		else
			for (size_t i = 0; i < len; i++)
				out[i] = m->set[below(m, strlen(m->set))];
		out[len] = '\0';
	} while ((m->capital && !contains_any(out, capitals)) || (m->digit && !contains_any(out, digits)) ||
		 (m->symbol && !contains_any(out, symbols)));
}

static void add_to_set(struct maker *m, const char *chars)
{
	char *end = m->set + strlen(m->set);

	for (; *chars; chars++)
		if (!(m->clear && strchr(ambiguous, *chars)) && !(m->no_vowels && strchr(vowels, *chars)) &&
		    !(m->removed && strchr(m->removed, *chars)))
			*end++ = *chars;
}

/* Makes the key of the contents of FILE and what follows the # . */
static void read_key(struct maker *m, const char *spec)
{
	const char *seed = strchr(spec, '#');
	char *file = seed ? arena_memdup(spec, (size_t)(seed - spec)) : arena_strdup(spec), block[4096];
	int fd = open_file(file, O_RDONLY, 0);
	unsigned char digest[HASH_MOST];
	struct hash hash;
	ssize_t n;

	if (fd < 0)
		die("Couldn't open file: %s.", file);
	hash_begin(&hash, HASH_SHA1, 0);
	while ((n = read_some(fd, block, sizeof(block))) > 0)
		hash_add(&hash, block, (size_t)n);
	seed = seed ? seed + 1 : "pwgen";
	hash_add(&hash, seed, strlen(seed));
	hash_end(&hash, digest);
	memcpy(m->key, digest, sizeof(m->key));
	m->seeded = true;
}

static size_t read_count(const char *text, const char *what)
{
	intmax_t n;

	if (parse_range(text, 0, INT_MAX, &n) != NUM_OK)
		die("Invalid %s: %s", what, text);
	return (size_t)n;
}

static void set_up(struct maker *m, const struct pwgen_options *opt, size_t len)
{
	m->clear = opt->ambiguous;
	m->no_vowels = opt->no_vowels;
	m->removed = opt->remove_chars;
	m->symbol = opt->symbols;
	m->capital = opt->capitalize >= opt->no_capitalize;
	m->digit = opt->numerals >= opt->no_numerals;
	m->spoken = !opt->secure && !opt->no_vowels && !opt->remove_chars && len >= 5;
	if (m->digit)
		add_to_set(m, digits);
	if (m->capital)
		add_to_set(m, capitals);
	add_to_set(m, letters);
	if (m->symbol)
		add_to_set(m, symbols);
	if (m->symbol && !contains_any(m->set, symbols))
		die("Error: No symbols left in the valid set");
	if (m->digit && !contains_any(m->set, digits))
		die("Error: No digits left in the valid set");
	if (m->capital && !contains_any(m->set, capitals))
		die("Error: No upper case letters left in the valid set");
	if (!*m->set)
		die("Error: No characters left in the valid set");
	if (len <= 2)
		m->capital = false;
	if (len <= 1)
		m->symbol = m->digit = false;
	if (len <= 2)
		m->symbol = false;
	if (opt->sha1)
		read_key(m, opt->sha1);
}

int pwgen_main(struct pwgen_options *opt, char **operands)
{
	struct maker m = { 0 };
	size_t len = 8, count, columns, room = 80;
	bool in_columns = opt->C > opt->_1 || (!opt->_1 && isatty(STDOUT_FILENO));
	char *password;

	if (opt->h) {
		print_help(this_applet());
		return 0;
	}
	if (operands[0])
		len = read_count(operands[0], "password length");
	set_up(&m, opt, len);
	columns = in_columns ? room / (len + 1) : 1;
	columns = columns ? columns : 1;
	count = in_columns ? 20 * columns : 1;
	if (operands[0] && operands[1])
		count = read_count(operands[1], "number of passwords");
	if (opt->num_passwords)
		count = read_count(opt->num_passwords, "number of passwords");
	password = arena_alloc(len + 1);
	for (size_t i = 0; i < count && !out_failed(); i++) {
		make(&m, password, len);
		out_str(password);
		out_char(i % columns == columns - 1 || i + 1 == count ? '\n' : ' ');
	}
	return 0;
}
