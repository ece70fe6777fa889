/* arena_util.c - what is built on the arena's blocks alone */
#include <stdio.h>
#include <string.h>
#include "arena.h"

void arena_exhausted(void)
{
	die("memory exhausted");
}

void *arena_alloc_array(size_t count, size_t size)
{
	if (__builtin_mul_overflow(count, size, &size))
		arena_exhausted();
	return arena_alloc(size);
}

void *arena_reserve(void *array, size_t count, size_t *capacity, size_t size)
{
	size_t more = *capacity ? 2 * *capacity : 16, bytes;

	if (count < *capacity)
		return array;
	while (more <= count)
		more *= 2;
	if (__builtin_mul_overflow(more, size, &bytes))
		arena_exhausted();
	array = arena_grow(array, *capacity * size, bytes);
	*capacity = more;
	return array;
}

char *arena_memdup(const void *p, size_t len)
{
	char *copy = arena_alloc(len + 1);

	if (len)
		memcpy(copy, p, len);
	return copy;
}

char *arena_strdup(const char *s)
{
	return arena_memdup(s, strlen(s));
}

char *arena_printf(const char *fmt, ...)
{
	va_list args;
	char *s;
	int n;

	va_start(args, fmt);
	n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	s = arena_alloc((size_t)n + 1);
	va_start(args, fmt);
	vsnprintf(s, (size_t)n + 1, fmt, args);
	va_end(args);
	return s;
}
