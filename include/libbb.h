/* libbb.h - all that an applet may call */
#ifndef LIBBB_H
#define LIBBB_H

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "in.h"
#include "memsearch.h"
#include "mode.h"
#include "num.h"
#include "out.h"
#include "quote.h"
#include "run.h"
#include "users.h"
#include "utf8.h"

#endif
