/* copyseen.c - what a copier remembers of the files it has seen */
#include <string.h>
#include "arena.h"
#include "copytree_internal.h"

/* A key of a letter, a device and an inode. */
struct file_key {
	char bytes[1 + sizeof(dev_t) + sizeof(ino_t)];
};

static struct file_key file_key(enum copy_key kind, const struct stat *st)
{
	struct file_key k;

	k.bytes[0] = (char)kind;
	memcpy(k.bytes + 1, &st->st_dev, sizeof(dev_t));
	memcpy(k.bytes + 1 + sizeof(dev_t), &st->st_ino, sizeof(ino_t));
	return k;
}

void copy_remember(struct copier *c, enum copy_key kind, const char *path, const char *value)
{
	const char *key = arena_printf("%c%s", kind, path);

	strmap_set(&c->seen, key, strlen(key), value);
}

const char *copy_known(const struct copier *c, enum copy_key kind, const char *path)
{
	const char *key = arena_printf("%c%s", kind, path);

	return strmap_get(&c->seen, key, strlen(key));
}

void copy_remember_file(struct copier *c, enum copy_key kind, const struct stat *st, const char *value)
{
	struct file_key k = file_key(kind, st);

	strmap_set(&c->seen, k.bytes, sizeof(k.bytes), value);
}

const char *copy_known_file(const struct copier *c, enum copy_key kind, const struct stat *st)
{
	struct file_key k = file_key(kind, st);

	return strmap_get(&c->seen, k.bytes, sizeof(k.bytes));
}

void copy_forget_file(struct copier *c, enum copy_key kind, const struct stat *st)
{
	if (copy_known_file(c, kind, st))
		copy_remember_file(c, kind, st, NULL);
}
