package p1

import (
	"crypto/rand"
	"errors"
	"io"
	"time"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/wasi"
	"github.com/patchbay-go/patchbay/wasi/internal/tree"
)

// A System is what one instance was granted and has open. Give it to the
// instance as engine.InstanceConfig.System, close it after the instance.
type System struct {
	args      []string
	env       []string
	realtime  func() time.Time
	monotonic func() time.Duration
	random    io.Reader // nil: the system's

	table table

	caller engine.Instance // whose memory it is
	memory engine.Memory

	start   time.Time
	timer   *time.Timer    // for waiting, once it was needed
	gather  []byte         // joins what is written at once
	waiting []subscription // of the poll that is under way
	closed  bool
}

// New returns the system of an instance that may touch what config names. It
// fails when config is not valid.
func New(config wasi.Config) (*System, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	s := &System{
		args: config.Args, env: config.Env,
		realtime: config.Realtime, monotonic: config.Monotonic, random: config.Random,
		start: time.Now(),
	}
	if s.realtime == nil {
		s.realtime = time.Now
	}
	if s.monotonic == nil {
		s.monotonic = s.elapsed
	}
	s.openStandard(&config)
	for _, p := range config.Preopens {
		if err := s.openPreopen(p); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	return s, nil
}

// elapsed is the time since the system was made. It starts at a second, because
// there are guests that take 0 for no time at all.
func (s *System) elapsed() time.Duration { return time.Since(s.start) + time.Second }

func (s *System) openStandard(config *wasi.Config) {
	const (
		both    = FDFdstatSetFlags | FDFilestatGet | PollFDReadwrite
		reading = both | FDRead
		writing = both | FDWrite | FDSync | FDDatasync
	)
	s.table.entries = append(make([]*entry, 0, 8),
		&entry{descriptor: newInput(config.Stdin), rights: reading},
		&entry{descriptor: newOutput(config.Stdout), rights: writing},
		&entry{descriptor: newOutput(config.Stderr), rights: writing},
	)
	s.table.open = len(s.table.entries)
}

func (s *System) openPreopen(p wasi.Preopen) error {
	e := &entry{
		rights:   directoryRights,
		inherits: directoryRights | fileRights,
		preopen:  p.Name,
		readOnly: !p.Writable,
	}
	if p.FS != nil {
		e.descriptor = &directory{dir: tree.FS(p.FS)}
	} else {
		e.descriptor = &directory{dir: tree.Root(p.Root, p.Writable)}
	}
	if e.readOnly {
		e.rights &^= changingRights
		e.inherits &^= changingRights
	}
	_, err := s.table.insert(e)
	return err
}

// Insert gives the guest a descriptor of another package and returns its number.
// It fails with EMFILE when the guest has [MaxDescriptors] open. The System
// closes d from then on.
func (s *System) Insert(d Descriptor) (uint32, error) {
	e := &entry{descriptor: d, rights: FDFdstatSetFlags | FDFilestatGet | PollFDReadwrite}
	if _, ok := d.(Reader); ok {
		e.rights |= FDRead
	}
	if _, ok := d.(Writer); ok {
		e.rights |= FDWrite
	}
	return s.table.insert(e)
}

// Descriptor returns what stands behind a number, or nil if it is not open.
func (s *System) Descriptor(fd uint32) Descriptor {
	e, err := s.table.get(fd, 0)
	if err != nil {
		return nil
	}
	return e.descriptor
}

// Close closes everything that the guest has open. The files and streams of the
// Config stay open. Close may be called again.
func (s *System) Close() error {
	if s.closed {
		return nil
	}
	s.closed = true
	var errs []error
	for fd := len(s.table.entries) - 1; fd >= 0; fd-- {
		if e := s.table.entries[fd]; e != nil {
			errs = append(errs, e.descriptor.Close())
		}
	}
	s.table = table{}
	return errors.Join(errs...)
}

// fillRandom fills p with random bytes.
func (s *System) fillRandom(p []byte) error {
	if s.random == nil {
		_, err := rand.Read(p)
		return err
	}
	_, err := io.ReadFull(s.random, p)
	return err
}
