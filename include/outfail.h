/* outfail.h - writing that fails, told in the words of some GNU tools */
#ifndef OUTFAIL_H
#define OUTFAIL_H

/* Ends the applet if something could not be written to standard output: with the reason and then, as the GNU tools that
 * notice it before their end, with a second message without. */
void out_check(void);

/* Writes out what is waiting, and ends the applet if that or an earlier write failed: `NAME: standard output: reason`, as the
 * tools of GNU diffutils say it. For the end of an applet. */
void out_finish(void);

#endif
