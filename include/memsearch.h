/* memsearch.h - searching, counting and checking bytes many at a time
 *
 * SSE2 or AVX2 (chosen at run time) on x86-64, NEON on AArch64, 64-bit words elsewhere. Nothing outside the
 * buffer is read. A length of 0 is allowed with any pointer, NULL too. Bytes to look for are given as int and
 * taken as unsigned char, as in memchr(3). No function fails or allocates.
 */
#ifndef MEMSEARCH_H
#define MEMSEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Returns the first (mem_rchr: the last) byte equal to `c` in the `n` bytes at `p`, or NULL. As memchr(3). */
const void *mem_chr(const void *p, int c, size_t n);
const void *mem_rchr(const void *p, int c, size_t n);

/* Returns the first byte equal to any of two or three in the `n` bytes at `p`, or NULL. */
const void *mem_chr2(const void *p, int a, int b, size_t n);
const void *mem_chr3(const void *p, int a, int b, int c, size_t n);

/* Returns the first place of the `m` bytes of `needle` in the `n` bytes of `hay`, or NULL; an empty needle is
 * found at once. Takes time linear in n + m. As memmem(3). */
const void *mem_mem(const void *hay, size_t n, const void *needle, size_t m);

/* Returns how many of the `n` bytes at `p` are equal to `c`: the lines of a text for '\n'. */
size_t mem_count(const void *p, int c, size_t n);

/* Returns how many code points the `n` bytes at `p` are, if they are valid UTF-8: how many bytes there are
 * that do not continue a character. See chars_count() for text that may be invalid or comes in blocks. */
size_t utf8_count(const void *p, size_t n);

/* Returns whether the `n` bytes at `p` are UTF-8 as Unicode (and RFC 3629) has it: complete characters, none
 * longer than need be, no surrogates, nothing beyond U+10FFFF. */
bool utf8_valid(const void *p, size_t n);

/* What wc(1) counts, carried from one block of a text to the next. Zero it to begin, then set the options.
 *
 * The rules are those of GNU wc 9.1, by observation. A word begins at a printable character and ends at white
 * space; what is neither (control characters, NUL, DEL, invalid bytes) does not begin or end a word.
 * - When not utf8 (LC_ALL=C), white space is ' ' \t \n \v \f \r, printable is '!' to '~', all bytes from 0x80
 *   are neither, and the characters are the bytes.
 * - With utf8, white space is also what char_printable() and char_space() say is both, and the no-break spaces
 *   U+00A0 U+2007 U+202F U+2060 unless `posix`; so U+0085, U+2028 and U+2029, which are not printable, end
 *   no word. A byte that is part of no valid character is no character for `chars` either. (glibc
 *   takes forms of 4 to 6 bytes above U+10FFFF for characters, so there GNU wc counts one; they are not UTF-8.) */
struct words_count {
	uintmax_t lines, words, chars;
	bool utf8;    /* option: the text is UTF-8, else each byte is a character */
	bool posix;   /* option: POSIXLY_CORRECT is set */
	bool in_word; /* state: the text so far ends within a word */
	uint8_t held_count;
	char held[4]; /* state: a character begun at the end of the last block */
};

/* Counts lines, words and (if utf8) characters of the next `n` bytes of the text. Without utf8, chars is left
 * alone. */
void words_count(struct words_count *w, const void *p, size_t n);

/* Counts only the characters of the next `n` bytes, which is faster (`wc -m`); utf8 must be set. A text is
 * counted with either of the two functions, not with both. */
void chars_count(struct words_count *w, const void *p, size_t n);

#endif
