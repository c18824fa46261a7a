// A reactor that uses what it was granted through the C library, one export for
// each thing that a test asks of it. Exports return 0, or the line of the check
// that did not hold.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define EXPORT(name) __attribute__((export_name(#name))) int name
#define CHECK(condition) \
  if (!(condition)) return __LINE__

static int initialized;

__attribute__((constructor)) static void initialize(void) { initialized = 1; }

// files makes, writes, reads, lists and removes files in /data.
EXPORT(files)(void) {
  CHECK(initialized);
  FILE *f = fopen("/data/notes.txt", "w+");
  CHECK(f != NULL);
  CHECK(fprintf(f, "line %d\nline %d\n", 1, 2) == 14);
  CHECK(fseek(f, 7, SEEK_SET) == 0);
  char line[32];
  CHECK(fgets(line, sizeof line, f) != NULL);
  CHECK(strcmp(line, "line 2\n") == 0);
  CHECK(fclose(f) == 0);

  struct stat st;
  CHECK(stat("/data/notes.txt", &st) == 0);
  CHECK(S_ISREG(st.st_mode) && st.st_size == 14);
  CHECK(mkdir("/data/sub", 0777) == 0);
  CHECK(mkdir("/data/sub", 0777) == -1 && errno == EEXIST);
  CHECK(rename("/data/notes.txt", "/data/sub/moved.txt") == 0);
  CHECK(symlink("sub/moved.txt", "/data/link") == 0);
  CHECK(truncate("/data/link", 6) == 0);

  int names = 0;
  DIR *d = opendir("/data/sub");
  CHECK(d != NULL);
  for (struct dirent *e; (e = readdir(d)) != NULL; names++) {
    CHECK(e->d_name[0] == '.' || strcmp(e->d_name, "moved.txt") == 0);
  }
  CHECK(names == 3);
  CHECK(closedir(d) == 0);
  CHECK(rmdir("/data/sub") == -1 && errno == ENOTEMPTY);
  CHECK(unlink("/data/link") == 0);
  return 0;
}

// refused tries what it may not do: leave /data, write to /read.
EXPORT(refused)(void) {
  CHECK(open("/data/../../etc/passwd", O_RDONLY) == -1);
  CHECK(open("/etc/passwd", O_RDONLY) == -1);
  CHECK(open("/data/outside/secret", O_RDONLY) == -1);
  CHECK(open("/read/file", O_RDONLY) != -1);
  CHECK(fopen("/read/new", "w") == NULL && errno == EROFS);
  CHECK(fopen("/read/file", "w") == NULL && errno == EROFS);
  CHECK(unlink("/read/file") == -1 && errno == EROFS);
  CHECK(mkdir("/read/dir", 0777) == -1 && errno == EROFS);
  CHECK(link("/read/file", "/data/file") == -1 && errno == EROFS);
  return 0;
}

// print writes to both outputs.
EXPORT(print)(void) {
  CHECK(printf("to %s\n", "stdout") == 10);
  CHECK(fprintf(stderr, "to stderr\n") == 10);
  return 0;
}

// pause_for sleeps.
EXPORT(pause_for)(int milliseconds) {
  struct timespec t = {milliseconds / 1000, (milliseconds % 1000) * 1000000L};
  CHECK(nanosleep(&t, NULL) == 0);
  return 0;
}

// input reads bytes of the standard input, n at most, and returns how many it got.
EXPORT(input)(int n) {
  char buffer[256];
  return read(0, buffer, n);
}

// ready asks for input, waits for it so long, and returns whether there is some.
EXPORT(ready)(int milliseconds) {
  struct pollfd p = {.fd = 0, .events = POLLIN};
  return poll(&p, 1, milliseconds);
}

// leave exits.
EXPORT(leave)(int code) { exit(code); }

// environment looks for what the test gave.
EXPORT(environment)(void) {
  CHECK(getenv("NAME") != NULL && strcmp(getenv("NAME"), "value") == 0);
  CHECK(getenv("PATH") == NULL);
  struct timespec a, b;
  CHECK(clock_gettime(CLOCK_REALTIME, &a) == 0 && a.tv_sec > 1700000000);
  CHECK(clock_gettime(CLOCK_MONOTONIC, &a) == 0);
  CHECK(clock_gettime(CLOCK_MONOTONIC, &b) == 0);
  CHECK(b.tv_sec > a.tv_sec || (b.tv_sec == a.tv_sec && b.tv_nsec >= a.tv_nsec));
  char random[8] = {0};
  CHECK(getentropy(random, sizeof random) == 0);
  return 0;
}
