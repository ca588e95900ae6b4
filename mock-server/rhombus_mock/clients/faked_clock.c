/* libfaketime 0.9.10 spoils absolute sleeps on the clocks that it was told to leave alone, and the
   kernel refuses them. Ahead of it in LD_PRELOAD, this hands them to the kernel as they are. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

typedef int sleeper(clockid_t, int, const struct timespec *, struct timespec *);

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *wanted, struct timespec *left)
{
    if (clock == CLOCK_REALTIME && flags == TIMER_ABSTIME)
        return ((sleeper *)dlsym(RTLD_NEXT, "clock_nanosleep"))(clock, flags, wanted, left);
    return syscall(SYS_clock_nanosleep, clock, flags, wanted, left) == 0 ? 0 : errno;
}
