/* copyattr.c - owner, permissions, extended attributes and times of a copy */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>
#include "arena.h"
#include "copytree_internal.h"
#include "quote.h"
#include "run.h"

#define ACL_ACCESS  "system.posix_acl_access"
#define ACL_DEFAULT "system.posix_acl_default"

/* A way to a file for the calls that know no directory descriptors: an open file or a path through /proc. */
struct handle {
	int fd;
	const char *path;
	bool follow; /* a link at the end of the path */
};

static struct handle handle_of(int fd, const struct place *p, bool follow)
{
	struct handle h = { fd, p->name, follow };

	if (fd < 0 && p->dir != AT_FDCWD && p->name[0] != '/')
		h.path = arena_printf("/proc/self/fd/%d/%s", p->dir, p->name);
	return h;
}

static ssize_t list_attributes(const struct handle *h, char *list, size_t size)
{
	if (h->fd >= 0)
		return flistxattr(h->fd, list, size);
	return h->follow ? listxattr(h->path, list, size) : llistxattr(h->path, list, size);
}

static ssize_t get_attribute(const struct handle *h, const char *name, void *value, size_t size)
{
	if (h->fd >= 0)
		return fgetxattr(h->fd, name, value, size);
	return h->follow ? getxattr(h->path, name, value, size) : lgetxattr(h->path, name, value, size);
}

static int set_attribute(const struct handle *h, const char *name, const void *value, size_t size)
{
	return h->fd >= 0 ? fsetxattr(h->fd, name, value, size, 0) : lsetxattr(h->path, name, value, size, 0);
}

static int remove_attribute(const struct handle *h, const char *name)
{
	return h->fd >= 0 ? fremovexattr(h->fd, name) : lremovexattr(h->path, name);
}

/* Whether errno says that a file system has no extended attributes, or none of a kind. */
static bool unsupported(void)
{
	return errno == EOPNOTSUPP || errno == ENOSYS;
}

/* Returns the value of an attribute in the arena and its size in *size; NULL with errno set if there is none. */
static void *attribute(const struct handle *h, const char *name, size_t *size)
{
	char *value;
	ssize_t n = get_attribute(h, name, NULL, 0);

	if (n < 0)
		return NULL;
	value = arena_alloc((size_t)n);
	n = get_attribute(h, name, value, (size_t)n);
	if (n < 0)
		return NULL;
	*size = (size_t)n;
	return value;
}

/* Reports an error with extended attributes as far as the options want it. */
static bool complain(const struct copier *c, const char *what, const char *path)
{
	enum copy_xattr mode = c->opt.xattr;

	if (mode == XATTR_REQUIRED || (mode == XATTR_WARN && !unsupported()))
		warn_errno("%s %s", what, quote_file(path));
	return mode != XATTR_REQUIRED;
}

/* Whether an attribute is copied with others. Permissions have their own option, some only the kernel can set. */
static bool is_copied(const char *name)
{
	static const char *const left_out[] = { ACL_ACCESS,       "system.nfs4_acl",  ACL_DEFAULT,
						"system.nfs4acl", "security.selinux", "security.evm" };

	for (size_t i = 0; i < sizeof(left_out) / sizeof(*left_out); i++)
		if (strcmp(name, left_out[i]) == 0)
			return false;
	return true;
}

/* Copies the extended attributes but those of permissions. */
static bool copy_xattrs(struct copier *c, const struct copy_item *i, const struct handle *in,
			const struct handle *out)
{
	ssize_t size = list_attributes(in, NULL, 0);
	bool ok = true;
	char *list;

	if (size == 0)
		return true;
	list = size > 0 ? arena_alloc((size_t)size) : NULL;
	if (!list || (size = list_attributes(in, list, (size_t)size)) < 0)
		return unsupported() || complain(c, "listing attributes of", i->from.path);
	for (const char *name = list; name < list + size; name += strlen(name) + 1) {
		size_t len;
		void *value;

		if (!is_copied(name))
			continue;
		value = attribute(in, name, &len);
		if (!value)
			ok &= complain(c, arena_printf("getting attribute %s of", quote_file(name)),
				       i->from.path);
		else if (set_attribute(out, name, value, len) < 0)
			ok &= complain(c,
				       unsupported()
					       ? "setting attributes for"
					       : arena_printf("setting attribute %s for", quote_file(name)),
				       i->to.path);
	}
	return ok;
}

static int change_mode(const struct copy_attributes *a, mode_t mode)
{
	const struct place *to = &a->item->to;

	return a->out >= 0 ? fchmod(a->out, mode) : fchmodat(to->dir, to->name, mode, 0);
}

/* The access control list that says no more than a mode does, as the kernel takes it. */
struct plain_acl {
	uint32_t version;
	struct {
		uint16_t tag, permissions;
		uint32_t id;
	} entries[3];
};

static struct plain_acl plain_acl(mode_t mode)
{
	static const uint16_t tags[] = { 1, 4, 32 }; /* owner, group, others */
	struct plain_acl acl = { .version = 2 };

	for (unsigned i = 0; i < 3; i++) {
		acl.entries[i].tag = tags[i];
		acl.entries[i].permissions = (uint16_t)(mode >> (6 - 3 * i) & 7);
		acl.entries[i].id = UINT32_MAX;
	}
	return acl;
}

/* Gives the destination the mode and the access control lists of the source; an inherited list goes. */
static bool copy_permissions(const struct copy_attributes *a, const struct handle *in,
			     const struct handle *out, mode_t mode)
{
	const struct copy_item *i = a->item;
	struct plain_acl plain = plain_acl(mode);
	size_t size = sizeof(plain);
	void *acl = attribute(in, ACL_ACCESS, &size);
	bool ok;

	ok = set_attribute(out, ACL_ACCESS, acl ? acl : &plain, size) == 0;
	if (!ok && !acl && unsupported())
		ok = change_mode(a, mode) == 0;
	else if (mode & 07000)
		ok &= change_mode(a, mode) == 0;
	if (ok && S_ISDIR(i->st.st_mode)) {
		acl = attribute(in, ACL_DEFAULT, &size);
		ok = (acl ? set_attribute(out, ACL_DEFAULT, acl, size)
			  : remove_attribute(out, ACL_DEFAULT)) == 0 ||
		     (!acl && (errno == ENODATA || unsupported()));
	}
	if (!ok)
		warn_errno("preserving permissions for %s", quote(i->to.path));
	return ok;
}

static int change_owner(const struct copy_attributes *a, uid_t uid, gid_t gid)
{
	const struct place *to = &a->item->to;

	return a->out >= 0 ? fchown(a->out, uid, gid)
			   : fchownat(to->dir, to->name, uid, gid, AT_SYMLINK_NOFOLLOW);
}

/* Gives the destination the owner and the group of the source. Who may not is not told so, but set-ID bits are then taken
 * off *mode. A mode that would let the new owner or group do more than the old ones is narrowed before. */
static bool copy_owner(struct copier *c, const struct copy_attributes *a, mode_t *mode)
{
	const struct copy_item *i = a->item;
	struct stat now;

	if ((a->out >= 0 ? fstat(a->out, &now) : fstatat(i->to.dir, i->to.name, &now, AT_SYMLINK_NOFOLLOW)) <
	    0)
		now = (struct stat){ .st_uid = (uid_t)-1 };
	if (now.st_uid == i->st.st_uid && now.st_gid == i->st.st_gid)
		return true;
	if (!a->made && c->opt.keep_mode && !S_ISLNK(now.st_mode))
		change_mode(a, now.st_mode & *mode & 0700);
	if (change_owner(a, i->st.st_uid, i->st.st_gid) == 0)
		return true;
	*mode &= ~(mode_t)07000;
	if ((errno == EPERM || errno == EINVAL) && !c->privileged) {
		change_owner(a, (uid_t)-1, i->st.st_gid);
		return true;
	}
	warn_errno("failed to preserve ownership for %s", quote_file(i->to.path));
	return c->opt.move;
}

static bool copy_times(const struct copy_attributes *a)
{
	const struct place *to = &a->item->to;
	const struct timespec times[2] = { a->item->st.st_atim, a->item->st.st_mtim };

	if ((a->out >= 0 ? futimens(a->out, times)
			 : utimensat(to->dir, to->name, times, AT_SYMLINK_NOFOLLOW)) == 0)
		return true;
	warn_errno("preserving times for %s", quote_file(to->path));
	return false;
}

/* Puts right the bits that a new file was made without, or a new directory with, for the time of copying. */
static bool finish_mode(struct copier *c, const struct copy_attributes *a)
{
	const struct copy_item *i = a->item;
	mode_t wanted = a->mode & ~c->umask;
	struct stat now;

	if (!a->made || a->extra == 0)
		return true;
	if ((a->out >= 0 ? fstat(a->out, &now) : fstatat(i->to.dir, i->to.name, &now, AT_SYMLINK_NOFOLLOW)) ==
	    0) {
		wanted = (now.st_mode & 07777 & ~a->extra) | (wanted & a->extra);
		if (wanted == (now.st_mode & 07777) || change_mode(a, wanted) == 0)
			return true;
	}
	warn_errno("preserving permissions for %s", quote(i->to.path));
	return false;
}

bool copy_set_attributes(struct copier *c, const struct copy_attributes *a)
{
	const struct copy_item *i = a->item;
	struct arena_mark mark = arena_mark();
	struct handle in = handle_of(a->in, &i->from, i->follow), out = handle_of(a->out, &i->to, false);
	mode_t mode = i->st.st_mode & 07777;
	bool ok = true;

	if (c->opt.keep_owner)
		ok &= copy_owner(c, a, &mode);
	if (c->opt.xattr != XATTR_NO)
		ok &= copy_xattrs(c, i, &in, &out);
	if (!S_ISLNK(i->st.st_mode)) {
		if (c->opt.keep_mode)
			ok &= copy_permissions(a, &in, &out, mode);
		else
			ok &= finish_mode(c, a);
	}
	if (c->opt.keep_times)
		ok &= copy_times(a);
	arena_release(mark);
	return ok;
}
